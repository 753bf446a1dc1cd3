import type { Layout } from "../media/layout.ts";
import type { Issue, RecordKind, Severity } from "../model/issue.ts";
import type { VideoSummary as BundleVideo } from "../manifest/record.ts";
import type { VideoSummary } from "../tree/tree.ts";

/** What is in a dataset folder or in a set; plain data, ready for JSON. */
export interface Inspection {
  /** `dataset`: images and labels as files; `set`: what `run` wrote. */
  kind: "dataset" | "set";
  /** Folder that was looked at. */
  path: string;
  /** How the members of the bundle are arranged; absent if they are just the images, and of a dataset. */
  layout?: Layout;
  /** Label formats that were found, most likely first; of a set, those its labels came from. */
  formats: FormatFinding[];
  /** Images that can be packed, or are. */
  images: number;
  /** Of them, those without annotations. */
  background: number;
  /** Of them, grey ones made because there are labels but no images. */
  placeholders: number;
  /** Annotations. */
  annotations: number;
  /** Annotations of each class; declared classes first, in their order. */
  classes: { name: string; annotations: number }[];
  /** Images and annotations of each split; `""` for images without one. */
  splits: Record<string, { images: number; annotations: number }>;
  /** The most frequent upright sizes, px, at most 10. */
  sizes: { width: number; height: number; images: number }[];
  /** Number of different sizes. */
  differentSizes: number;
  /** Of a set whose images are compressed as a video: how, and what its proof has shown. */
  compression?: BundleVideo;
  /** Images of each codec; of a compressed set, that of the files they were. */
  codecs: Record<string, number>;
  /** Videos whose frames are among the images; their paths, and how many of their frames are. */
  videos: VideoSummary[];
  /**
   * Of a set with more than one generation: how many there are, the one that was looked at, and bytes of the bundle that the
   * current one does not need.
   */
  generations?: { count: number; at: number; dead: number };
  /** Bytes of the image files; frames of videos, which are not decoded, count nothing. */
  bytes: number;
  /** What was found wrong or decided, by code; worst first. */
  problems: ProblemKind[];
  /** Inputs that would be left out, or were when the set was packed. */
  rejects: Record<RecordKind, number>;
  /** Files that are there (a set), or that packing would write (a dataset). */
  files: PredictedFile[];
  /** Seconds it took. */
  seconds: number;
}

/** A label format that was found. */
export interface FormatFinding {
  /** Name for `--format`. */
  format: string;
  /** Folder it was found in, below the label folder; `""` for the label folder itself. */
  root: string;
  /** One sentence: what was seen. */
  reason: string;
  /** Label files. */
  files: number;
  /** True if the labels are read in this format. */
  chosen: boolean;
}

/** All issues with the same code. */
export interface ProblemKind {
  /** Stable code from the catalogue. */
  code: string;
  /** How bad it is. */
  severity: Severity;
  /** How often it was found. */
  count: number;
  /** The first of them, at most 5. */
  examples: Issue[];
}

/** A file of a set. */
export interface PredictedFile {
  /** Name in the output folder. */
  file: string;
  /** Exact size in bytes, where it is known. */
  size?: number;
}

/** State of an inspection, for display. */
export interface InspectProgress {
  /** Images looked at; files seen while scanning. */
  done: number;
  /** Images in all; 0 while unknown. */
  total: number;
  /** Bytes of the images looked at. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}
