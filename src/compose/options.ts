import type { Media } from "../media/container.ts";
import type { Selection } from "../dataset/selection.ts";

/** What all commands that make sets of sets take. */
export interface ComposeOptions {
  /** Hash every image again while it is copied, and fail at the first that is not as its manifest says. */
  check?: boolean;
  /** Ends the work; nothing is published then. */
  signal?: AbortSignal;
  /** Called when bytes have been written. */
  onProgress?: (progress: ComposeProgress) => void;
}

/** What commands that write a new set take, too. */
export interface NewSetOptions extends ComposeOptions {
  /** Replace a set that is there already. */
  overwrite?: boolean;
  /** Container of the new bundle. @default {that of the first set} */
  media?: Media;
}

/** State of the work, for display. */
export interface ComposeProgress {
  /** Bytes of images copied. */
  done: number;
  /** Bytes of images there are to copy. */
  total: number;
  /** Seconds since the work began. */
  seconds: number;
}

/** What is in a set that was written. */
export interface ComposeReport {
  /** Folder of the set. */
  output: string;
  /** Container of its bundle. */
  media: Media;
  /** Number of images. */
  images: number;
  /** Number of annotations. */
  annotations: number;
  /** Names of the classes, in the order of their ids. */
  categories: string[];
  /** Bytes of the bundle. */
  size: number;
  /** Seconds the work took. */
  seconds: number;
}

/** Options of `compact`. */
export interface CompactOptions extends ComposeOptions {
  /** `split` puts train first, then val, test, other splits by name, and what has none. @default {"name"} */
  order?: "name" | "split";
  /** Write nothing. */
  dryRun?: boolean;
}

/** What `compact` did, or would do. */
export interface CompactReport extends ComposeReport {
  /** True if something was dead, out of order or to be forgotten; otherwise nothing is ever written. */
  needed: boolean;
  /** True if the set was written anew. */
  written: boolean;
  /** True if nothing was meant to be written. */
  dryRun: boolean;
  /** Number of the current generation. */
  generation: number;
  /** Generations that were forgotten, or would be. */
  forgotten: number;
  /** Bytes of the bundle before. */
  before: number;
  /** Bytes that no image needs. */
  dead: number;
}

/** Options of `merge`. */
export interface MergeOptions extends NewSetOptions {
  /** Leave out images that are byte for byte the same as one before; their annotations join those of that one. */
  dedupe?: boolean;
}

/** What `merge` did. */
export interface MergeReport extends ComposeReport {
  /** Images that two sets had under one name with the same bytes. */
  joined: number;
  /** Images that got another name, as theirs was that of another image. */
  renamed: { set: string; from: string; to: string }[];
  /** Images with the same bytes as another, under another name; with `dedupe` they were left out. */
  duplicates: number;
}

/** Options of `subset`: an image is in it if it fits all that is given. */
export interface SubsetOptions extends NewSetOptions, Selection {
  /** Classes, of one of which the image has an annotation, or is itself. @default {any, or none} */
  classes?: readonly string[];
  /** Keep only the annotations of these classes. */
  onlyClasses?: boolean;
  /** Conditions, as `attributes.occluded=true`; all have to hold of one annotation, or of the image: docs/dataset_spec.md §4.6. */
  where?: readonly string[];
  /** Part of the images that fit, above 0 up to 1. @default {1} */
  sample?: number;
  /** Another number gives another sample. @default {0} */
  seed?: number;
}

/** Options of `split`. */
export type SplitOptions = NewSetOptions;

/** What `split` did. */
export interface SplitReport {
  /** The sets, by the name of the split. */
  sets: Record<string, ComposeReport>;
  /** Seconds the work took. */
  seconds: number;
}
