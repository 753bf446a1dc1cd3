/** Options of what is packed: images, labels, frames and videos. */
import type { FlagParametersForType } from "@stricli/core";
import type { VocOffset } from "../../formats/format.ts";
import type { PackOptions } from "../../pack/options.ts";
import { FRAME_FORMATS, type FrameFormat } from "../../video/input/frame_format.ts";
import type { Context } from "../context.ts";
import { ffmpegFlag } from "./common.ts";
import { formatName } from "./format_names.ts";
import { names, path, shares, times, wholeNumber } from "./values.ts";

/** Where the images and labels are, and which count. */
export interface SourceFlags {
  readonly images?: string;
  readonly labels?: string;
  readonly format?: string;
  readonly pattern?: readonly string[];
  readonly noAutoGeneratePlaceholders?: boolean;
}

export const sourceFlags: FlagParametersForType<SourceFlags, Context> = {
  images: {
    kind: "parsed",
    parse: path,
    optional: true,
    placeholder: "PATH",
    brief: "Folder or archive of the images, or a video (default: DATASET, else raw_images)",
  },
  labels: {
    kind: "parsed",
    parse: path,
    optional: true,
    placeholder: "PATH",
    brief: "Folder or archive of the labels (default: DATASET, else raw_labels, else the images' folder)",
  },
  format: {
    kind: "parsed",
    parse: formatName,
    optional: true,
    placeholder: "NAME",
    brief:
      "Label format, as yolo, voc, coco, or none to read no labels (default: auto); docs/formats.md names all",
  },
  pattern: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    placeholder: "GLOB",
    brief: 'Take only images whose path below the image folder matches, as "train/**/*.jpg"; may be repeated',
  },
  noAutoGeneratePlaceholders: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Make no grey frames where there are labels but no images",
  },
};

/** How labels are read. */
export interface LabelFlags {
  readonly skipMissingImages?: boolean;
  readonly vocOffset?: VocOffset;
  readonly classMap?: string;
  readonly classes?: readonly string[];
  readonly dropClass?: readonly string[];
  readonly keepIgnore?: boolean;
  readonly task?: "detect" | "segment";
  readonly area?: "exact" | "mask";
  readonly profile?: "dfine" | "mmdet";
}

export const labelFlags: FlagParametersForType<LabelFlags, Context> = {
  skipMissingImages: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Pass over labels whose image is not there, without listing them as left out",
  },
  vocOffset: {
    kind: "enum",
    values: ["auto", "voc", "all", "none"],
    optional: true,
    brief:
      "What is taken off the corners of Pascal VOC boxes: 1 from left and top (voc), 1 from all, none, or " +
      "what each file's source tells (default: auto)",
  },
  classMap: {
    kind: "parsed",
    parse: path,
    optional: true,
    placeholder: "FILE",
    brief:
      "Rename classes: a file with a line `old: new` for each (YAML or JSON); an empty new name leaves it out",
  },
  classes: {
    kind: "parsed",
    parse: names,
    optional: true,
    placeholder: "A,B",
    brief: "Take only these classes, with ids in this order",
  },
  dropClass: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    placeholder: "NAME",
    brief: "Leave out a class; may be repeated",
  },
  keepIgnore: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Keep regions that are not to be judged (DontCare, …) as crowds; they are left out otherwise",
  },
  task: {
    kind: "enum",
    values: ["detect", "segment"],
    optional: true,
    brief: "segment: give objects that have only a box its outline as polygon (default: detect)",
  },
  area: {
    kind: "enum",
    values: ["exact", "mask"],
    optional: true,
    brief: "Area of polygons: exact, or in pixels of their mask as in COCO's own files (default: exact)",
  },
  profile: {
    kind: "enum",
    values: ["dfine", "mmdet"],
    optional: true,
    brief: "Trainer the annotations are for: dfine numbers classes from 0, mmdet tells its classes tuple",
  },
};

/** Which images are frames, and of which split. */
export interface FrameFlags {
  readonly split?: Readonly<Record<string, number>>;
  readonly splitSeed?: number;
  readonly dedupe?: boolean;
}

export const frameFlags: FlagParametersForType<FrameFlags, Context> = {
  split: {
    kind: "parsed",
    parse: shares,
    optional: true,
    placeholder: "SHARES",
    brief:
      "Deal the images out to splits, as train=0.8,val=0.1,test=0.1; copies of a picture and frames of a " +
      "video stay together, and images stay where they are when others are added",
  },
  splitSeed: {
    kind: "parsed",
    parse: (input: string) => wholeNumber(input, 0, Number.MAX_SAFE_INTEGER),
    optional: true,
    placeholder: "N",
    brief: "Another number gives another choice for --split (default: 0)",
  },
  dedupe: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Leave out images that are byte for byte the same as one before",
  },
};

/** What becomes of videos. */
export interface VideoFlags {
  readonly every?: number;
  readonly at?: readonly number[];
  readonly frameFormat?: FrameFormat;
  readonly noVideos?: boolean;
  readonly ffmpeg?: string;
}

export const videoFlags: FlagParametersForType<VideoFlags, Context> = {
  every: {
    kind: "parsed",
    parse: (input: string) => wholeNumber(input, 1, Number.MAX_SAFE_INTEGER),
    optional: true,
    placeholder: "N",
    brief: "Of videos, take every Nth frame, from the first on (default: all frames)",
  },
  at: {
    kind: "parsed",
    parse: times,
    optional: true,
    placeholder: "TIMES",
    brief:
      "Of videos, take the frames that are shown at these times after the first, as 0,2.5,1:30 (seconds, " +
      "[hh:]mm:ss)",
  },
  frameFormat: {
    kind: "enum",
    values: FRAME_FORMATS,
    optional: true,
    brief: "Images made of the frames of videos: png, exactly as decoded, or jpg, a fraction of the size " +
      "(default: png; Motion JPEG and PNG frames stay as they are)",
  },
  noVideos: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Leave videos out; without it, ffmpeg turns their frames into images",
  },
  ffmpeg: ffmpegFlag,
};

/** What `videos` of the library is for these flags. */
export function videoOptions(
  { every, at, frameFormat, noVideos, ffmpeg }: VideoFlags,
): PackOptions["videos"] {
  return noVideos ? false : { every, at, format: frameFormat, ffmpeg };
}
