/**
 * The contract of a label format. Hub and spoke: a format turns its files into {@link ParsedLabels}; everything after
 * that (EXIF, clipping, ids, writing) is the same for all.
 *
 * Work is divided so that nothing large is ever held: `detect` and `plan` run once, on the main thread, and only find
 * *where* the labels of an image lie (a file, or byte ranges of a big file); `parse` runs in the workers, on those bytes alone.
 */
import type { RangeReader } from "../io/range_file.ts";
import type { Issue } from "../model/issue.ts";
import type { PlannedClass } from "../model/planned_class.ts";
import type { ParsedLabels } from "../model/annotation.ts";
import type { FileTree } from "../tree/tree.ts";
import type { Capability } from "./capabilities.ts";
import type { LabelWriter } from "./writer.ts";

/** A row of the format table: cheap to import; the modules behind it load when they are needed. */
export interface FormatEntry {
  /** Name for `--format` and `--to`, in kebab case. */
  readonly name: string;
  /** One line: what it is and how its files lie. */
  readonly title: string;
  /** For docs/formats.md: who writes it, how it is told from others, what is special; a paragraph in Markdown. */
  readonly about: string;
  /**
   * For docs/formats.md and the tests: a small dataset that is found to be in this format (or in the one that reads it, if
   * this is only written). Content of the files by path; empty for images.
   */
  readonly example: Readonly<Record<string, string>>;
  /** What is read, and the reader; absent for formats that are only written. */
  readonly read?: FormatReading;
  /** What is written, and the writer (writer.ts); absent for formats that are only read. */
  readonly write?: { readonly carries: readonly Capability[]; load(): Promise<LabelWriter> };
}

/** How a format is read. */
export interface FormatReading {
  /**
   * Extensions of the files that tell the format, in lower case without a dot: where there is none of them, the reader is not
   * even loaded. Empty if folders alone tell it.
   */
  readonly extensions: readonly string[];
  /** Its labels are pictures (masks), which are no frames even where another format is read. @default {false} */
  readonly pictures?: true;
  readonly carries: readonly Capability[];
  load(): Promise<LabelFormat>;
}

/** The reader of one label format. */
export interface LabelFormat {
  readonly name: string;
  /** Looks at names and at the beginnings of a few files. Best candidate first; empty if the format is not here. */
  detect(view: DatasetView): Promise<Candidate[]> | Candidate[];
  /** Finds the labels of each image. */
  plan(view: DatasetView, candidate: Candidate): Promise<LabelPlan> | LabelPlan;
  /**
   * Reads the labels of one image. Runs in a worker.
   *
   * @param bytes The label file, or the ranges named by the {@link LabelRef}, one after the other, separated by `\n`.
   * @param context The image and the class list.
   * @throws Never: what cannot be read becomes an issue through `context.issue`.
   */
  parse(bytes: Uint8Array, context: LabelContext): ParsedLabels;
}

/** What detection and planning may look at. */
export interface DatasetView {
  /** Images live here; the same tree as `labels` for a dataset in one folder. */
  readonly images: FileTree;
  readonly labels: FileTree;
  /** All images of the run in bundle order: those of the tree that pass `--pattern`, or those of a manifest. */
  imagePaths(): Iterable<string>;
  /** True if this path is one of {@link imagePaths}. */
  hasImage(path: string): boolean;
  /**
   * Beginning of a label file; no bytes if it cannot be opened, which is told when the format is known.
   *
   * @param path Below the label tree.
   * @param limit Bytes at most; 64 KiB if left out.
   */
  head(path: string, limit?: number): Uint8Array;
  /** A file that is open for reading ranges; the caller closes it. For formats with one large file. */
  open(path: string): RangeReader;
  /** The user's choice of VOC pixel offset (FORMATS §5). */
  readonly vocOffset: VocOffset;
  /** Tells about a problem found while planning. */
  issue(issue: Issue): void;
}

/** How the corners of a Pascal VOC box are read (FORMATS §5). */
export type VocOffset = "auto" | "voc" | "all" | "none";

/** A place where a format was found. */
export interface Candidate {
  readonly format: string;
  /** Folder (below the label tree, "" for its root) in which the annotations hang together. */
  readonly root: string;
  /** 1 names fit · 2 contents of sampled files fit · 3 a marker file (data.yaml, obj.data, `_annotations.coco.json`) says so. */
  readonly confidence: 1 | 2 | 3;
  /** One sentence for `inspect`: what was seen. */
  readonly reason: string;
  /** Label files seen at the most. */
  readonly files: number;
}

/** Where the labels of one image lie. */
export interface LabelRef {
  /** Below the label tree; for an image whose name tells its class, the image itself. */
  readonly path: string;
  /** `[offset, length, offset, length, …]` in bytes; the whole file if absent; nothing is read if it is empty. */
  readonly ranges?: readonly number[];
  /** The labels themselves, where they do not lie in the file as text (Parquet); nothing is read then. */
  readonly text?: string;
  /** More labels of the same image, in other files; they are parsed one after the other. */
  readonly also?: readonly LabelRef[];
}

/** What a format found out about a dataset, ready to be carried out. */
export interface LabelPlan {
  readonly format: string;
  readonly root: string;
  /** Classes in the source's order; empty if the source has no list (ids then follow the sorted names). */
  readonly classes: readonly PlannedClass[];
  /** Settings the parser needs in the workers; plain data (structured clone). */
  readonly settings: unknown;
  /** Labels of an image, by its path below the image tree; undefined for none. Called once for each image, in bundle order. */
  labelFor(imagePath: string): LabelRef | undefined;
  /** True if this file is one that is read with its image, and rejected then if it cannot be; absent for one large file. */
  isLabel?(path: string): boolean;
  /** Split of an image as the layout tells it. */
  splitOf(imagePath: string): string | undefined;
  /** After all images were asked for: labels no image asked for. */
  unused(): Iterable<Orphan>;
  /** True if this file below the label tree belongs to the labels (a mask PNG, say) and is no frame. */
  claims?(path: string): boolean;
  /** COCO `licenses` of the source, if it has any. */
  readonly licenses?: readonly unknown[];
}

/** Labels whose image is not there. */
export interface Orphan {
  readonly label: LabelRef;
  /** Path the image would have below the image tree, as far as the labels tell. */
  readonly imagePath: string;
}

/** What a parser knows about the image and may say. */
export interface LabelContext {
  /** Label file below the label tree, for issues. */
  readonly path: string;
  /** Path of the image below the image tree. */
  readonly image: string;
  /** Upright size of the image, px. */
  readonly width: number;
  readonly height: number;
  /** Settings of the plan. */
  readonly settings: unknown;
  /** Number of declared classes of the plan; their local numbers are 0 … declared − 1 in the plan's order. */
  readonly declared: number;
  /**
   * Another file that belongs to these labels (a mask PNG), whole; valid until the next call.
   *
   * @param path Below the label tree.
   * @returns Undefined if it is not there or cannot be read; saying so is left to the parser.
   */
  file(path: string): Uint8Array | undefined;
  /** Local number of a class name; unknown names get the next free one. */
  category(name: string): number;
  /** Tells about a problem. `reject` with record `annotation` or `label` for what is left out. */
  issue(issue: Omit<Issue, "path">): void;
}
