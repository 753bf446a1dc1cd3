import type { LineIndex } from "../manifest/frame_index.ts";
import type { BundleMedia } from "../manifest/record.ts";
import type { ProblemList } from "./report.ts";
import type { Generations } from "./state.ts";

/** What all tasks of one verification share; plain data and shared memory, so that it can be sent to workers. */
export interface VerifyJob {
  /** Paths of the files; `bundle` and `annotations` are undefined if they are missing or there are none. */
  readonly paths: { manifest: string; bundle?: string; annotations?: string };
  /** Their names, for messages. */
  readonly names: { manifest: string; bundle: string; annotations: string };
  readonly media: BundleMedia;
  /** Number of frame lines that are looked at. */
  readonly frames: number;
  /** Of a set with generations. */
  readonly generations: Generations | undefined;
  /** Number of categories the footer states. */
  readonly categories: number;
  /** Id of the first category. */
  readonly firstCategory: number;
  /** Bytes of the manifest that its `sha256` covers. */
  readonly sealed: number;
  /** All lines of the manifest. */
  readonly index: LineIndex;
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
  /** Bundle bytes `[from, to)` between the frames of two generations: directories that count no more. */
  | { kind: "gap"; from: number; to: number }
  /** Lines that begin in bytes `[from, to)` of the annotation file. */
  | { kind: "coco"; from: number; to: number };

/** Consecutive lines of one kind in the annotation file. */
export interface Run {
  kind: "image" | "annotation" | "category" | "text";
  /** Place of the first line. */
  byte: number;
  /** Ids of the first and last record, of images their {@link placeOfImage}; 0 for text. */
  first: number;
  last: number;
  /** {@link placeOfImage} of the first and last annotation's image. */
  firstImage: number;
  lastImage: number;
  /** How many there are. */
  count: number;
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
  /** Of `frames` and `gap`: CRC-32 of the bundle bytes; undefined if some could not be read. */
  readonly crc32?: number;
  /** Directory records of these frames as they should be: bytes and their CRC-32. */
  readonly directorySize?: number;
  readonly directoryCrc32?: number;
  /** The records themselves, where the directory is made of them. */
  readonly records?: Uint8Array;
  /** Of `coco`. */
  readonly runs?: Run[];
}

/** Line of the image with an id; −1 if the set has no such image. */
export function lineOfImage(
  { frames, generations }: Pick<VerifyJob, "frames" | "generations">,
  id: unknown,
): number {
  if (!Number.isInteger(id)) return -1;
  const line = generations ? (generations.lineOfId[id as number] ?? 0) - 1 : (id as number) - 1;
  return line >= 0 && line < frames ? line : -1;
}

/** Place of the image with an id among all, from 1, as the annotation file has to follow it; 0 if there is none. */
export function placeOfImage(job: Pick<VerifyJob, "frames" | "generations">, id: number): number {
  if (!job.generations) return id;
  const line = lineOfImage(job, id);
  return line < 0 ? 0 : job.generations.places[line];
}
