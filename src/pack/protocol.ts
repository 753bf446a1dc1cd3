import type { Failure } from "../io/failure.ts";
import type { FolderEntry } from "../io/runtime.ts";
import type { Issue, RecordKind } from "../model/issue.ts";
import type { LabelRef } from "../formats/format.ts";
import type { Media } from "../media/container.ts";
import type { Layout } from "../media/layout.ts";
import type { LabelPolicy } from "../model/label_policy.ts";
import type { SourcePlace } from "../source/source.ts";
import type { FrameRecord } from "../model/frame.ts";
import type { SegmentPlace } from "./segments/segment_files.ts";
import type { Counts } from "./ticket.ts";

/** Everything a worker needs for the run; plain data. */
export interface Job {
  readonly tickets: SharedArrayBuffer;
  readonly classes: SharedArrayBuffer;
  readonly imageSource: SourcePlace;
  readonly labelSource: SourcePlace;
  /** Container of the bundle; null when only annotations are written. */
  readonly media: Media | null;
  /** How members are arranged in the bundle, if not just one frame after the other. */
  readonly layout?: Layout;
  readonly deflate: boolean;
  /** Names of the files of a compressed bundle, if there are several. */
  readonly videos?: readonly string[];
  /** The splits of known frames are those of the manifest, whatever the labels say. */
  readonly splitsDealt: boolean;
  /** What the labels are in and the names of all classes declared; null when no labels are read. */
  readonly labels: { parts: readonly PartJob[]; declared: readonly string[]; policy: LabelPolicy } | null;
  /** Absolute paths of the files being written; those left out are not written. */
  readonly outputs: Outputs;
  /** Where the bundle is written in segments, in place of one file. */
  readonly segments?: SegmentPlace;
}

/** One label format of the dataset, its settings and the classes it declares. */
export interface PartJob {
  readonly format: string;
  readonly settings: unknown;
  readonly declared: readonly string[];
}

/** Files the workers write side by side, each at places taken with tickets. */
export interface Outputs {
  readonly bundle?: string;
  /** Directory records, appended to the bundle at the end. */
  readonly directory?: string;
  /** The annotation file: head and image lines. */
  readonly coco?: string;
  /** Annotation lines, appended to the annotation file at the end. */
  readonly annotations?: string;
  readonly manifest?: string;
  readonly rejects: string;
}

/** A run of consecutive entries, in columns: cheaper to send than objects. */
export interface Batch {
  /** Index of the first entry. */
  readonly start: number;
  readonly fileNames: string[];
  /** Label file of each entry, below the label root, or null. */
  readonly labels: (string | null)[];
  /** Byte ranges in the label file, where it is shared by many images. */
  readonly ranges: (readonly number[] | null)[] | null;
  /** Where the labels of each entry are, if path and ranges do not tell all. */
  readonly refs: (LabelRef | null)[] | null;
  /** Part of the dataset the labels of each entry belong to; null if there is only one. */
  readonly parts: number[] | null;
  readonly splits: (string | null)[] | null;
  /** Grey frames are to be made: there are no images. */
  readonly placeholders: boolean;
  /** What is known of these frames, null for one that was rejected; the image files are then not read. */
  readonly known: (FrameRecord | null)[] | null;
}

/** What a worker reports of a piece of a batch that is written. */
export interface PieceReport {
  readonly start: number;
  readonly end: number;
  /** Bytes and CRC-32 of what was written to the bundle. */
  readonly size: number;
  readonly crc32: number;
  /** Bytes of the frames alone. */
  readonly dataBytes: number;
  /** SHA-256 digests of the frames, 32 bytes each, in order. */
  readonly digests: Uint8Array<ArrayBuffer>;
  readonly frames: number;
  readonly background: number;
  readonly placeholders: number;
  /** True if an image has classes of its own. */
  readonly imageClasses: boolean;
  readonly splits: Record<string, number>;
  readonly rejects: Record<RecordKind, number>;
  /** Number of issues for each code. */
  readonly codes: Record<string, number>;
  /** The first few issues of each code. */
  readonly examples: Issue[];
  /** How far the run has come with this piece and all before it. */
  readonly counts: Counts;
  /** Number of classes met up to here. */
  readonly classes: number;
}

export type ToWorker =
  /** Before the job: list a folder, named by its real absolute path. */
  | { kind: "list"; folder: string }
  | { kind: "job"; job: Job }
  | { kind: "batch"; batch: Batch }
  | { kind: "close" };

export type FromWorker =
  /** Some of what lies in the folder: names of plain files with a slash between two, and other entries. */
  | { kind: "entries"; files: string; others: FolderEntry[] }
  /** That was all, or the folder cannot be listed. */
  | { kind: "listed"; complete: boolean }
  | { kind: "batch"; pieces: PieceReport[] }
  /** All bytes of the segment of the bundle that begins at `offset` are written. */
  | { kind: "segment"; offset: number }
  | { kind: "closed" }
  | { kind: "failed"; failure: Failure };
