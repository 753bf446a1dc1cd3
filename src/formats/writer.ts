/**
 * The contract of writing a label format, the other half of format.ts. What comes from the annotation file streams through
 * a {@link LabelOutput} image by image: never hold all of them. Before a writer sees an annotation, `convert/fit.ts` has
 * reduced it to what the format's `carries` names, so a writer never meets what it cannot express; what was lost by that
 * was counted, and the user has agreed.
 */
import type { CocoAnnotation, CocoCategory, CocoImage } from "../model/dataset.ts";
import type { RangeReader } from "../io/range_file.ts";
import type { Issue } from "../model/issue.ts";
import type { Capability } from "./capabilities.ts";

/** How often the data holds what a {@link Capability} names; geometry is counted once, as the most it needs. */
export type Contents = Readonly<Record<Capability, number>>;

/**
 * Tells about a loss: `becomes` goes on with "masks …", as "are left out"; equal ones are summed up. `count` is 1 if left out.
 */
export type Lose = (capability: Capability, becomes: string, count?: number) => void;

/** The writer of one label format. */
export interface LabelWriter {
  /** As in the format table. */
  readonly name: string;
  /** True if the images' folders are the labels, so that there is nothing to write without them. */
  readonly imagesAreLabels?: true;
  /** True if image files go into the label files: {@link LabelOutput.write} is given each of them. */
  readonly packsImages?: true;
  /**
   * Counts what the format cannot hold of an image though its `carries` names it: a second class of an image in class
   * folders, an attribute with no column. Called for each image, with what is left after `carries`.
   */
  losses?(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void;
  /**
   * Begins a dataset.
   *
   * @throws {PackError} With exit code 2 if this data cannot be written in the format at all.
   */
  begin(head: WriterHead, out: LabelSink): LabelOutput;
}

/** What is known of the dataset before its first image. */
export interface WriterHead {
  /** Ids are 1 … N, in this order. Names are unique, but may hold any character: see safe_names.ts. */
  readonly categories: readonly CocoCategory[];
  /** COCO `licenses` of the source, which `license` of an image refers to. */
  readonly licenses: readonly unknown[];
  /** Splits that occur: `train`, `val`, `test`, then others by name. */
  readonly splits: readonly string[];
  /** Images without a split. */
  readonly unsplit: number;
  /** Number of images. */
  readonly images: number;
  /** What the data held before it was fitted to the format. */
  readonly contents: Contents;
  /** Most keypoints that one object has. */
  readonly keypoints: number;
}

/** An image on its way into a format. */
export interface WriterImage extends CocoImage {
  /** Where the image file lies in the output, as {@link LabelOutput.place} said; `/` between parts. */
  readonly path: string;
  /** Classes of the image as a whole. */
  readonly category_ids?: readonly number[];
  /** Words about the image as a whole. */
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A dataset that is being written. */
export interface LabelOutput {
  /**
   * Where the image file is to lie. Of two images whose places differ in nothing but the extension or upper and lower case
   * the second gets another `name` and is asked for again, so a label file named by the image's place without its extension
   * belongs to one image only.
   *
   * @param name Path of the image without the folders that only tell the layout (`images`, `train`): `sub/a.jpg`.
   * @returns Undefined to leave the image out, which {@link LabelWriter.losses} or `carries` has told.
   */
  place(image: CocoImage, name: string): string | undefined;
  /**
   * Writes the labels of one image. Called in the order of the annotation file.
   *
   * @param annotations In source order; may be empty. Boxes lie inside the image, px.
   * @param file The image file, for {@link LabelWriter.packsImages}; open during this call only. Undefined if images are not
   * wanted, or this one is not there.
   */
  write(image: WriterImage, annotations: readonly CocoAnnotation[], file?: RangeReader): void;
  /** After the last image: writes what is left and closes what is open. */
  end(): void | Promise<void>;
}

/** Where a writer puts its files. Paths are below the output folder, `/` between parts; each can be written once. */
export interface LabelSink {
  /** Writes a whole file. */
  file(path: string, content: string | Uint8Array): void;
  /** Begins a file that grows. Few may be open at a time, not one for each image. */
  open(path: string): LabelStream;
  /** Begins a passage that belongs further down in a file, for {@link LabelStream.append}. */
  passage(): LabelStream;
  /** Tells about something the user should know. */
  issue(issue: Issue): void;
}

/** A file that grows; writes are gathered. */
export interface LabelStream {
  write(content: string | Uint8Array): void;
  /** Appends a passage, which ends by that. */
  append(passage: LabelStream): void;
  /** To be called by the writer, in {@link LabelOutput.end} at the latest. */
  close(): void;
}
