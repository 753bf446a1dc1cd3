import type { FlagParametersForType } from "@stricli/core";
import { parseFrames } from "../dataset/frame_ranges.ts";
import { readable, writable } from "../formats/table.ts";
import type { VocOffset } from "../formats/format.ts";
import { MEDIA, type Media } from "../media/container.ts";
import { type Layout, LAYOUTS } from "../media/layout.ts";
import type { PackError } from "../model/issue.ts";
import type { PackOptions } from "../pack/options.ts";
import { filePath, isRemote } from "../store/location.ts";
import { FRAME_FORMATS, type FrameFormat } from "../video/input/frame_format.ts";
import { CODECS } from "../video/codec_names.ts";
import type { Context } from "./context.ts";

/** What `--labels-as` is for the label files that `--keep-labels` packed. */
export const ORIGINAL = "original";

/** Names `--format` knows: `auto` finds out, `none` packs images without labels. */
const FORMATS = ["auto", ...readable.map(({ name }) => name), "none"];
/** Names `--to` knows. */
const TARGETS = writable.map(({ name }) => name);

/** How a command talks. */
export interface DisplayFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export const displayFlags: FlagParametersForType<DisplayFlags, Context> = {
  json: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief:
      'JSON lines for programs, told apart by "event": the outcome (packed, predicted, inspected, verified, ' +
      "extracted, converted, updated, history, rolled-back, compacted, merged, subset, split, uploaded, cleaned, presigned) on stdout; progress, issue, remark and error on stderr",
  },
  quiet: { kind: "boolean", optional: true, withNegated: false, brief: "Say nothing but errors" },
};

/** How the store of a place is reached. */
export interface StoreFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
}

export const storeFlags: FlagParametersForType<StoreFlags, Context> = {
  endpoint: {
    kind: "parsed",
    parse: serverUrl,
    optional: true,
    placeholder: "URL",
    brief:
      "Of a place in a store: server other than the provider's own, as https://s3.eu-central-003.backblazeb2.com " +
      "(default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL; HF_ENDPOINT)",
  },
  region: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Region of the bucket (default: AWS_REGION, that of the profile, or us-east-1)",
  },
  profile: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Profile of ~/.aws/config whose credentials to use",
  },
};

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

/** `--workers`. */
export const workersFlag = {
  kind: "parsed",
  parse: (input: string) => wholeNumber(input, 1, 256),
  optional: true,
  placeholder: "N",
  brief: "Threads, 1 to 256 (default: one for each processor); the result is the same for any number",
} as const;

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

/** `--ffmpeg`, for videos that are read as for those that are written. */
export const ffmpegFlag = {
  kind: "parsed",
  parse: path,
  optional: true,
  placeholder: "PATH",
  brief: "Program that encodes and decodes (default: ffmpeg)",
} as const;

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

/** Which frames of a set. */
export interface SelectionFlags {
  readonly frames?: string;
  readonly name?: readonly string[];
  readonly split?: string;
}

export const selectionFlags: FlagParametersForType<SelectionFlags, Context> = {
  frames: {
    kind: "parsed",
    parse: frameList,
    optional: true,
    placeholder: "LIST",
    brief: "Only these frames: 3, 10..20, ..5, 100.., or several with commas; from 0, both ends included",
  },
  name: {
    kind: "parsed",
    parse: String,
    variadic: true,
    optional: true,
    placeholder: "GLOB",
    brief: 'Only images whose file_name matches, as "train/**/*.jpg"; may be repeated',
  },
  split: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "NAME",
    brief: "Only images of this split, as train",
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

/** What a set is updated from, and how. */
export interface UpdateFlags {
  readonly images?: string;
  readonly labels?: string;
  readonly output?: string;
  readonly checksum?: boolean;
  readonly watch?: boolean;
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly maxRejects?: number;
}

export const updateFlags: FlagParametersForType<UpdateFlags, Context> = {
  images: sourceFlags.images,
  labels: sourceFlags.labels,
  output: {
    kind: "parsed",
    parse: place,
    optional: true,
    placeholder: "PATH",
    brief: "Folder of the set, or its place in S3 or Azure (default: output)",
  },
  checksum: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief:
      "Read every file, also where size and times say that it is as it was: after a clock was turned back",
  },
  watch: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Go on: update again whenever the dataset has changed and come to rest",
  },
  dryRun: {
    kind: "boolean",
    optional: true,
    withNegated: false,
    brief: "Tell what is new, changed, renamed and gone; write nothing",
  },
  workers: workersFlag,
  maxRejects: runFlags.maxRejects,
};

/** What is noted of a generation. */
export interface GenerationFlags {
  readonly date?: string;
  readonly message?: string;
}

export const generationFlags: FlagParametersForType<GenerationFlags, Context> = {
  date: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "TEXT",
    brief: "Date to note with the generation, as it is (default: none, for the set to be reproducible)",
  },
  message: {
    kind: "parsed",
    parse: String,
    optional: true,
    placeholder: "TEXT",
    brief: "What to note with the generation",
  },
};

/** Which generation of a set a command reads. */
export interface AtFlags {
  readonly at?: number;
}

export const atFlags: FlagParametersForType<AtFlags, Context> = {
  at: {
    kind: "parsed",
    parse: generationNumber,
    optional: true,
    placeholder: "N",
    brief: "Take generation N of the set, as history shows it (default: the current one)",
  },
};

/** Number of a generation. */
export function generationNumber(input: string): number {
  return wholeNumber(input, 1, Number.MAX_SAFE_INTEGER);
}

/** The positional argument of commands that read a dataset. */
export const datasetArgument = {
  kind: "tuple",
  parameters: [{
    parse: path,
    optional: true,
    placeholder: "DATASET",
    brief: "Folder, zip, tar or tar.gz with images and labels in any known layout, or a video",
  }],
} as const;

/** A path of this machine. */
export function path(input: string): string {
  if (isRemote(input)) throw new Error("Give a path of this machine; a place in a store will not do here.");
  return place(input);
}

/**
 * A path of this machine, or a place in a store; the empty string, as from an unset shell variable, would mean the working
 * folder.
 */
export function place(input: string): string {
  if (input === "") {
    throw new Error("Give the path of a folder; an empty one often comes from an unset variable.");
  }
  return /^file:\/\//i.test(input) ? filePath(input) : input;
}

/** The URL of a server. */
function serverUrl(input: string): string {
  if (/^https?:\/\/[^/]+/i.test(input) && URL.canParse(input)) return input;
  throw new Error("Give a URL, as https://storage.googleapis.com.");
}

/** Names with commas between them. */
function names(input: string): string[] {
  const list = input.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) throw new Error("Give names with commas between them, as cat,dog.");
  return list;
}

/** `train=0.8,val=0.2`. */
function shares(input: string): Record<string, number> {
  const entries = input.split(",").map((part) => {
    const [, name, share] = /^\s*([^=\s][^=]*?)\s*=\s*(\d*\.?\d+)\s*$/.exec(part) ?? [];
    if (name === undefined) throw new Error("Give a share for each split, as train=0.8,val=0.1,test=0.1.");
    return [name, Number(share)] as const;
  });
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Error("Name each split once.");
  return Object.fromEntries(entries);
}

/** Frames of a set; how many there are is not known yet. */
function frameList(input: string): string {
  try {
    parseFrames(input);
  } catch (error) {
    const { message, suggestion } = error as PackError;
    throw new Error(`${message} ${suggestion}`);
  }
  return input;
}

/** `0,2.5,1:30,01:02:03.5` in seconds. */
function times(input: string): number[] {
  const found = input.split(",").map((part) => {
    const fields = /^\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)\s*$/.exec(part);
    if (!fields) throw new Error("Give times with commas between them, in seconds or as mm:ss or hh:mm:ss.");
    const [, hours = "0", minutes = "0", seconds] = fields;
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  });
  // What a command line can hold, ffmpeg can, too.
  if (found.length > 2000) throw new Error("Give at most 2000 times.");
  return found;
}

/** A positive number, with or without decimals. */
function decimal(input: string): number {
  if (/^\d+(\.\d+)?$/.test(input)) return Number(input);
  throw new Error("Give a number, as 30 or 29.97.");
}

/** A part of a whole: above 0, up to 1. */
export function share(input: string): number {
  const number = decimal(input);
  if (number > 0 && number <= 1) return number;
  throw new Error("Give a part of the images, above 0 up to 1, as 0.1.");
}

/** What `--labels-as` asks for: a format that can be written, or the original label files. */
export function labelsTarget(input: string): string {
  return input === ORIGINAL ? input : targetName(input);
}

/** A format that can be written. */
export function targetName(input: string): string {
  if (TARGETS.includes(input)) return input;
  throw new Error(`Give one of: ${TARGETS.join(", ")}.`);
}

/** What is lost may be lost. */
export const allowLossFlag = {
  kind: "boolean",
  optional: true,
  withNegated: false,
  brief: "Go on though the format cannot hold all that is in the labels; what is lost is listed",
} as const;

function formatName(input: string): string {
  if (FORMATS.includes(input)) return input;
  throw new Error(`Give one of: ${FORMATS.join(", ")}.`);
}

/**
 * A number of things.
 *
 * @throws {Error} With the range that is allowed.
 */
export function wholeNumber(input: string, least: number, most: number): number {
  const number = /^\d+$/.test(input) ? Number(input) : NaN;
  if (number >= least && number <= most) return number;
  throw new Error(
    most === Number.MAX_SAFE_INTEGER
      ? `Give a whole number from ${least}.`
      : `Give a whole number from ${least} to ${most}.`,
  );
}
