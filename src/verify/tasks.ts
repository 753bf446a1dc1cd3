import type { FrameIndex } from "../manifest/frame_index.ts";
import type { BundleMedia } from "../manifest/record.ts";
import type { ProblemList } from "./report.ts";

/** What all tasks of one verification share; plain data and shared memory, so that it can be sent to workers. */
export interface VerifyJob {
  /** Paths of the files; `bundle` and `annotations` are undefined if they are missing or there are none. */
  readonly paths: { manifest: string; bundle?: string; annotations?: string };
  /** Their names, for messages. */
  readonly names: { manifest: string; bundle: string; annotations: string };
  readonly media: BundleMedia;
  /** Number of frames. */
  readonly frames: number;
  /** Number of categories the footer states. */
  readonly categories: number;
  /** Id of the first category. */
  readonly firstCategory: number;
  /** Bytes of the manifest that its `sha256` covers. */
  readonly sealed: number;
  readonly index: FrameIndex;
  /** Check the SHA-256 of every frame. */
  readonly deep: boolean;
}

/** A piece of work that needs nothing from any other. */
export type VerifyTask =
  /** Digests over the whole manifest. */
  | { kind: "manifest" }
  /** Digest over the whole annotation file. */
  | { kind: "digest" }
  /** Frames `first` to `end` − 1: their manifest lines, envelopes and data, bundle bytes `[from, to)`. */
  | { kind: "frames"; first: number; end: number; from: number; to: number }
  /** Lines that begin in bytes `[from, to)` of the annotation file. */
  | { kind: "coco"; from: number; to: number };

/** Consecutive lines of one kind in the annotation file. */
export interface Run {
  kind: "image" | "annotation" | "category" | "text";
  /** Place of the first line. */
  byte: number;
  /** Ids of the first and last record; 0 for text. */
  first: number;
  last: number;
  /** Images of the first and last annotation. */
  firstImage: number;
  lastImage: number;
  /** True if the last line ends with a comma; all before it do. */
  comma: boolean;
  /** The lines themselves, of categories and text. */
  lines: string[];
}

/** What a task found. */
export interface TaskResult {
  readonly problems: Pick<ProblemList, "kept" | "counts">;
  /** Of `manifest`: lower-case hex digits. */
  readonly manifestSha256?: string;
  readonly framesSha256?: string;
  /** Of `digest`. */
  readonly annotationsSha256?: string;
  /** Of `frames`: CRC-32 of the bundle bytes; undefined if some could not be read. */
  readonly crc32?: number;
  /** Directory records of these frames as they should be: bytes and their CRC-32. */
  readonly directorySize?: number;
  readonly directoryCrc32?: number;
  /** The records themselves, where the directory is made of them. */
  readonly records?: Uint8Array;
  /** Of `coco`. */
  readonly runs?: Run[];
}
