import type { Media } from "../media/container.ts";
import type { VideoSummary } from "../manifest/record.ts";
import type { CompressionOptions } from "../video/settings.ts";
import type { StoreAccess } from "../store/access.ts";
import type { Layout } from "../media/layout.ts";

/** Options of {@link pack} and of the commands `run`, `bundle` and `annotate`. */
export interface PackOptions {
  /** Folder, zip, tar, tar.gz or video with images and labels in any known layout; the same as giving it for `images` and `labels`. */
  dataset?: string;
  /** Folder or archive of the images, or a video. */
  images?: string;
  /** Folder or archive of the labels. */
  labels?: string;
  /** Folder the set is written to, or `s3://bucket/prefix` or `az://account/container/prefix` to send it straight there. @default {"output"} */
  output?: string;
  /** How the store is reached, if `output` is a place in one. */
  store?: StoreAccess;
  /** Folder for what is on its way, if `output` is a place in a store. @default {the system's} */
  temp?: string;
  /** Name of the bundle file. @default {"media_bundle." + media} */
  bundleFile?: string;
  /** Name of the annotation file. @default {"unified_annotation.json"} */
  annotationFile?: string;
  /** What to write. @default {"run"} */
  stage?: "run" | "bundle" | "annotate";
  /** Container of the bundle; `mkv` for compressed video only. @default {"zip", or what the codec goes into} */
  media?: Media | "mkv";
  /** Encode the images as a video in place of keeping them as they are. @default {they are kept} */
  compression?: CompressionOptions;
  /** `webdataset`: a tar with a `.json` of its labels after each image, and an index of wids beside it. */
  layout?: Layout;
  /** Frames a second of an mp4, with at most three decimals. @default {30} */
  fps?: number;
  /** Compress uncompressed images (bmp, ppm, tiff without compression) inside the zip. @default {false} */
  deflate?: boolean;
  /** Label format, or `auto`. @default {"auto"} */
  format?: string;
  /** Globs on the path below the image folder; an image is taken if one of them matches. @default {all} */
  pattern?: readonly string[];
  /** What becomes of videos among the images: their frames are packed, or, if false, they are passed over. @default {all frames, as PNG} */
  videos?: VideoOptions | false;
  /** Folders and files of the dataset that are passed over. @default {none} */
  exclude?: readonly string[];
  /** VOC pixel offset: FORMATS §5. @default {"auto"} */
  vocOffset?: "auto" | "voc" | "all" | "none";
  /** Keep regions that are not to be judged ("don't care"), as crowds. @default {false} */
  keepIgnore?: boolean;
  /** New class names by those in the labels; `""` leaves a class out. */
  classMap?: Readonly<Record<string, string>>;
  /** Only these classes (by their new names), with ids in this order. @default {all} */
  classes?: readonly string[];
  /** None of these classes (by their new names). */
  dropClasses?: readonly string[];
  /** `segment`: objects that have only a box get its outline as their polygon. @default {"detect"} */
  task?: "detect" | "segment";
  /** How the area of a polygon is measured: exactly, or in pixels of its mask as COCO's own files do. @default {"exact"} */
  area?: "exact" | "mask";
  /** Trainer the annotation file is for. `dfine`: category ids from 0. `mmdet`: tells the `classes` for its configuration. */
  profile?: "dfine" | "mmdet";
  /** Share of the images for each split, in place of the splits of the source: `{train: 0.8, val: 0.2}`. */
  split?: Readonly<Record<string, number>>;
  /** Another seed gives another choice of images for {@link PackOptions.split}. @default {0} */
  splitSeed?: number;
  /** Leave out images that are byte for byte the same as one before. @default {false} */
  dedupe?: boolean;
  /** Let the original label files travel in the bundle, after the frames. @default {false} */
  keepLabels?: boolean;
  /** Replace a set that is already there. @default {false} */
  overwrite?: boolean;
  /** Labels whose image is missing are counted, not rejected. @default {false} */
  skipMissingImages?: boolean;
  /** `bundle`: write no manifest. `annotate`: do not follow one. @default {false} */
  skipManifest?: boolean;
  /** `annotate`: go on if the bundle has no manifest. @default {false} */
  allowMissingManifest?: boolean;
  /** Make grey frames when there are labels but no images. @default {true} */
  placeholders?: boolean;
  /** Worker threads; one batch of images (64) is packed without any. @default {number of processors} */
  workers?: number;
  /**
   * Go on where the same run was interrupted, and note now and then how far this one has come, so that it can be continued:
   * an abort then leaves its unfinished files. If false, packing begins anew and an abort leaves nothing. @default {false}
   */
  resume?: boolean;
  /** Give up when more inputs than this are rejected. @default {no limit} */
  maxRejects?: number;
  /** Ends the run; nothing is published. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (progress: Progress) => void;
  /** Called for warnings and notes as they are found, at most 20 of each code. Rejects are listed in `rejects.jsonl`. */
  onIssue?: (issue: import("../model/issue.ts").Issue) => void;
}

/** A compressed video that was made of the images. */
export interface VideoReport {
  /** What the manifest says of it. */
  summary: VideoSummary;
  /** Bytes of the image files it was made of. */
  originalBytes: number;
  /** Name of the image of the worst frame, if any frame was measured. */
  worstName?: string;
}

/** Which frames of videos are packed, and how. */
export interface VideoOptions {
  /** Every nth frame, from the first on. @default {1} */
  every?: number;
  /** The frames that are shown at these times, in seconds after the first frame, in place of all. */
  at?: readonly number[];
  /** Images that are made of frames; those of Motion JPEG and PNG stay as they are. @default {"png"} */
  format?: "png" | "jpg";
  /** Name or path of ffmpeg; ffprobe lies beside it. @default {"ffmpeg"} */
  ffmpeg?: string;
}

/** State of a run, for display. */
export interface Progress {
  /** What is being done: finding inputs, taking the frames of videos, encoding, decoding it again, packing, putting the files in place, sending them to a store. */
  phase: "scan" | "decode" | "encode" | "prove" | "pack" | "publish" | "upload";
  /** Frames done; files seen while scanning; bytes sent while uploading. */
  done: number;
  /** Frames, or bytes, in all; 0 while unknown. */
  total: number;
  /** Bytes written to the bundle, or sent. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/** What a run did. */
export interface PackReport {
  /** Frames in the bundle. */
  frames: number;
  /** Annotations written. */
  annotations: number;
  /** Class names, in the order of their ids. */
  categories: string[];
  /** Frames for each split name; `""` for frames without one. */
  splits: Record<string, number>;
  /** Label format and where it was found; empty for images only. */
  formats: { format: string; root: string; files: number }[];
  /** Inputs left out, by record kind. */
  rejects: { image: number; label: number; annotation: number };
  /** Labels passed over: of images that `annotate` found beside the bundle, and, with `skipMissingImages`, without an image. */
  skippedLabels: number;
  /** Images without labels. */
  background: number;
  /** Number of issues for each code. */
  issues: Record<string, number>;
  /** Images that an interrupted run had packed before; absent if there was none. */
  resumed?: number;
  /** Placeholder frames made. */
  placeholders: number;
  /** The compressed video, if one was made. */
  video?: VideoReport;
  /** Files written: name to size in bytes. */
  files: Record<string, number>;
  /** Folder or place in a store they are in. */
  output: string;
  /** Seconds the run took. */
  seconds: number;
}
