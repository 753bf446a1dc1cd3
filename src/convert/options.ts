import type { StillFormat } from "../image/still_format.ts";
import type { PackOptions, PackReport, Progress } from "../pack/options.ts";
import type { Selection } from "../dataset/selection.ts";
import type { ReadAccess } from "../store/access.ts";
import type { Loss } from "./loss.ts";

/** State of a conversion, for display. */
export interface ConvertProgress {
  /** What is being done: finding inputs, reading labels, looking for losses, writing. */
  phase: Progress["phase"] | "survey" | "convert";
  /** Images done; files seen while scanning. */
  done: number;
  /** Images in all; 0 while unknown. */
  total: number;
  /** Bytes of images written. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/** Options of {@link convert}; those of reading are as in {@link PackOptions} and have no effect on a set. */
export interface ConvertOptions extends
  Pick<
    PackOptions,
    | "labels"
    | "format"
    | "pattern"
    | "vocOffset"
    | "keepIgnore"
    | "classMap"
    | "classes"
    | "dropClasses"
    | "task"
    | "split"
    | "splitSeed"
    | "dedupe"
    | "skipMissingImages"
    | "placeholders"
    | "workers"
    | "maxRejects"
    | "onIssue"
    | "signal"
  >,
  ReadAccess {
  /** Folder of a dataset in any known layout, or of a set; or the place of a set in a store. */
  dataset: string;
  /** Number of the generation, if it is a set with more than one. @default {the current one} */
  at?: number;
  /** Which frames, if it is a set. A folder's images are chosen by `pattern`. @default {all} */
  select?: Selection;
  /** Decode the images of a set, upright, and write them in this format, as {@link extract} does with `format`. */
  imageFormat?: StillFormat;
  /** Name or path of ffmpeg, where images of a set are decoded. @default {"ffmpeg"} */
  ffmpeg?: string;
  /** Format to write. */
  to: string;
  /** Folder to write into; created if it is not there. @default {"output"} */
  output?: string;
  /**
   * `copy` image files into the layout of the format, give the same files a second name there (`link`: hard links, which
   * take no space), or write labels alone. Formats whose files hold the images know `copy` and `none`. @default {"none"}
   */
  images?: "copy" | "link" | "none";
  /** Go on though the format cannot hold all that is in the labels. @default {false} */
  allowLoss?: boolean;
  /** Write into a folder that is not empty, and replace the files there. @default {false} */
  overwrite?: boolean;
  /** Look for losses only; write nothing. @default {false} */
  dryRun?: boolean;
  /** Called a few times a second. */
  onProgress?: (progress: ConvertProgress) => void;
}

/** What a conversion did. */
export interface ConvertReport {
  /** Format that was written. */
  to: string;
  /** Images whose labels were written. */
  images: number;
  /** Annotations written. */
  annotations: number;
  /** Class names, in the order of their ids. */
  categories: string[];
  /** Images for each split name; `""` for images without one. */
  splits: Record<string, number>;
  /** What the format could not hold; empty if nothing was lost. */
  losses: Loss[];
  /** Label files written. */
  labelFiles: number;
  /** Image files copied, linked, or put into the label files. */
  imageFiles: number;
  /** Bytes of image files copied. */
  imageBytes: number;
  /** Images that got another name, as two had the same. */
  renamed: number;
  /** Images that are not there: their labels were written, the files could not be. */
  missingImages: number;
  /** What reading the dataset told; absent for a set, which was read before. */
  source?: Pick<PackReport, "formats" | "rejects" | "skippedLabels" | "issues">;
  /** Folder they are in. */
  output: string;
  /** True if nothing was written because of `dryRun`. */
  dryRun: boolean;
  /** Seconds the conversion took. */
  seconds: number;
}
