/** Options of the set that is written. */
import type { FlagParametersForType } from "@stricli/core";
import { MEDIA, type Media } from "../../media/container.ts";
import { type Layout, LAYOUTS } from "../../media/layout.ts";
import { CODECS } from "../../video/codec_names.ts";
import type { Context } from "../context.ts";
import { ffmpegFlag, workersFlag } from "./common.ts";
import { decimal, path, place, wholeNumber } from "./values.ts";

/** Where the set goes, and how the run behaves. */
export interface RunFlags {
  readonly output?: string;
  readonly overwrite?: boolean;
  readonly noResume?: boolean;
  readonly skipManifest?: boolean;
  readonly workers?: number;
  readonly maxRejects?: number;
  readonly dryRun?: boolean;
}

/** `--output` of the commands that pack. */
export const outputFlag = {
  kind: "parsed",
  parse: place,
  optional: true,
  placeholder: "PATH",
  brief: "Folder of the set (default: output), or the file to write",
} as const;

export const runFlags: FlagParametersForType<RunFlags, Context> = {
  output: outputFlag,
  overwrite: { kind: "boolean", optional: true, withNegated: false, brief: "Replace what is there already" },
  noResume: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Begin anew even if the same command was interrupted before, and leave nothing to continue",
  },
  skipManifest: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Write no manifest; annotate: do not follow the one that is there",
  },
  workers: workersFlag,
  maxRejects: {
    kind: "parsed",
    parse: (input: string) => wholeNumber(input, 0, Number.MAX_SAFE_INTEGER),
    optional: true,
    placeholder: "N",
    brief: "Give up, and publish nothing, when more than N inputs would be left out",
  },
  dryRun: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Tell what would be written, and how large; write nothing",
  },
};

/** The bundle. */
export interface MediaFlags {
  readonly media?: Media | "mkv";
  readonly codec?: typeof CODECS[number];
  readonly crf?: number;
  readonly preset?: string;
  readonly gop?: number;
  readonly pixFmt?: string;
  readonly groupBySize?: boolean;
  readonly minPsnr?: number;
  readonly noProof?: boolean;
  readonly ffmpeg?: string;
  readonly layout?: Layout;
  readonly fps?: number;
  readonly deflate?: boolean;
  readonly keepLabels?: boolean;
}

export const mediaFlags: FlagParametersForType<MediaFlags, Context> = {
  media: {
    kind: "enum",
    values: [...MEDIA, "mkv"],
    optional: true,
    brief:
      "Container of the images (default: zip, or what the name of --output says); mp4 takes JPEG and PNG, " +
      "or, as mkv does, a video made with --codec",
  },
  codec: {
    kind: "enum",
    values: CODECS,
    optional: true,
    brief:
      "Encode the images as a video with ffmpeg, losing detail (h264, hevc, av1, mjpeg) or none (ffv1, x264rgb); " +
      "copy keeps every file as it is (default: copy)",
  },
  crf: {
    kind: "parsed",
    parse: decimal,
    optional: true,
    placeholder: "N",
    brief: "Quality of the video, less is better (default: h264 18, hevc 20, av1 25, mjpeg 3, x264rgb 0)",
  },
  preset: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Preset of the encoder (default: medium; av1: 8)",
  },
  gop: {
    kind: "parsed",
    parse: (input: string) => wholeNumber(input, 1, 1000),
    optional: true,
    placeholder: "N",
    brief: "Frames from one key frame to the next: 1 is read fastest at any place (default: 10)",
  },
  pixFmt: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Pixel format of the video: yuv420p (default of lossy codecs), or yuv444p for fine colours",
  },
  groupBySize: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Make a video for each size of the images, in place of padding all to the largest",
  },
  minPsnr: {
    kind: "parsed",
    parse: decimal,
    optional: true,
    placeholder: "DB",
    brief: "Fail, and publish nothing, if a frame comes back with less PSNR than this",
  },
  noProof: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Do not decode the video again to compare every frame with its image",
  },
  ffmpeg: ffmpegFlag,
  layout: {
    kind: "enum",
    values: LAYOUTS,
    optional: true,
    brief:
      "Let WebDataset read a tar: the labels as .json after each image, an index for wids beside it (run only)",
  },
  fps: {
    kind: "parsed",
    parse: decimal,
    optional: true,
    placeholder: "N",
    brief: "Frames a second of an mp4 or a video (default: 30)",
  },
  deflate: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Compress uncompressed images (bmp, …) inside a zip",
  },
  keepLabels: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Put the original label files into the bundle, too; extract --labels-as original gives them back",
  },
};

/** `--check` of commands that copy images from set to set. */
export const checkFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief:
    "Hash every image again while it is copied, and fail at the first that is not what its manifest says",
} as const;

/** A set that is made of others. */
export interface NewSetFlags {
  readonly output: string;
  readonly media?: Media;
  readonly overwrite?: boolean;
  readonly check?: boolean;
}

export const newSetFlags: FlagParametersForType<NewSetFlags, Context> = {
  output: { kind: "parsed", parse: path, placeholder: "PATH", brief: "Folder to write to" },
  media: {
    kind: "enum",
    values: MEDIA,
    optional: true,
    brief: "Container of the images (default: that of the set, or of the first); mp4 takes JPEG and PNG",
  },
  overwrite: runFlags.overwrite,
  check: checkFlag,
};
