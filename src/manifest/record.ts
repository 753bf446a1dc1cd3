import type { Media } from "../media/container.ts";
import { indexFile, type Layout } from "../media/layout.ts";
import type { FrameRecord } from "../model/frame.ts";

export const MANIFEST_FORMAT = "compact-uploader/manifest";
/** Version of a set with one generation. */
export const MANIFEST_VERSION = 1;
/** Version of a set that has been updated: it has a list of generations (docs/dataset_spec.md §4). */
export const GENERATIONS_VERSION = 2;
/** Bytes of the header line, padding and line end included (docs/dataset_spec.md §3). */
export const HEADER_SIZE = 4096;

/** Standard names in an output folder. */
export const MANIFEST_FILE = "frame_manifest.json";
export const ANNOTATION_FILE = "unified_annotation.json";
export const REJECTS_FILE = "rejects.jsonl";
export const HISTORY_FILE = "set_history.jsonl";

/** What a bundle is: images as they are in a container, or a compressed video, which has no offsets. */
export type BundleMedia = Media | "video";

export interface BundleSummary {
  file: string;
  media: BundleMedia;
  /** How the members of a tar are arranged, if they are not just the frames. */
  layout?: Layout;
  /** Frames a second; only of an mp4 and of a video. */
  fps?: number;
  size: number;
  crc32: string;
  frames_sha256: string;
  /** Only of a video. */
  video?: VideoSummary;
}

/** A compressed bundle (docs/dataset_spec.md §1.5, §3). */
export interface VideoSummary {
  /** Container. */
  container: "mp4" | "mkv";
  /** As `--codec` takes it. */
  codec: string;
  /** ffmpeg's name. */
  encoder: string;
  /** `yuv420p`, `yuv444p` or `rgb24`. */
  pix_fmt: string;
  /** Quality setting. */
  crf?: number;
  /** Preset of the encoder. */
  preset?: string;
  /** Frames from one key frame to the next. */
  gop?: number;
  /** Coded width, px; with `files`, of the largest. */
  width: number;
  /** Coded height. */
  height: number;
  /** One for each size of the frames; absent if there is one file for all. */
  files?: VideoFileSummary[];
  /** Absent if the video was not proven. */
  proof?: ProofSummary;
}

/** One of several files of a compressed bundle. */
export interface VideoFileSummary {
  /** Name. */
  file: string;
  /** Coded width, px. */
  width: number;
  /** Coded height, px. */
  height: number;
  /** Number of frames. */
  frames: number;
  /** Bytes. */
  size: number;
  /** 8 hex digits. */
  crc32: string;
}

/** What decoding a video again has shown. */
export interface ProofSummary {
  /** Every pixel came back as it was. */
  identical?: true;
  /** dB, of RGB values; 100 for identical pictures. */
  psnr?: Spread;
  /** Of the luma. */
  ssim?: Spread;
  /** Index of the frame with the lowest PSNR. */
  worst_frame?: number;
}

/** How the values of all frames are spread. */
export interface Spread {
  /** Of the worst frame. */
  worst: number;
  /** One percent of the frames are worse. */
  p1: number;
  /** Five percent are worse. */
  p5: number;
  /** Half of them are worse. */
  p50: number;
  /** Mean of all. */
  mean: number;
}

export interface AnnotationSummary {
  file: string;
  size: number;
  sha256: string;
  /** Id of the first category, if it is not 1. */
  first_category?: 0;
}

/** The archive of the original label files, a member of the bundle after the frames. */
export interface LabelsSummary {
  /** First byte of its data in the bundle. */
  offset: number;
  size: number;
  /** 8 hex digits. */
  crc32: string;
  sha256: string;
  /** Files in it. */
  files: number;
}

/** How images were dealt out to splits. */
export interface SplitSummary {
  /** Share of each split; their sum is 1. */
  shares: Record<string, number>;
  seed: number;
}

/** The file with what is gone (docs/dataset_spec.md §4.3). */
export interface HistorySummary {
  file: string;
  /** Bytes that count; what lies beyond is left of an update that did not finish. */
  size: number;
  sha256: string;
}

export interface ManifestHeader {
  format: typeof MANIFEST_FORMAT;
  version: number;
  /** Number of the current generation; only of version 2. */
  generation?: number;
  bundle: BundleSummary;
  annotations: AnnotationSummary | null;
  /** Only of version 2; absent as long as nothing is gone. */
  history?: HistorySummary;
  /** The original label files in the bundle; absent if they were not kept. */
  labels?: LabelsSummary;
  /** Absent if the splits are those of the source. */
  split?: SplitSummary;
  /** Options of the run that updates of the set share with it; absent if all are the defaults. */
  options?: Readonly<Record<string, unknown>>;
}

/** Names of the files of a set, but for the manifest itself. */
export function filesOfSet({ bundle, annotations, history }: ManifestHeader): string[] {
  const videos = bundle.video?.files?.map(({ file }) => file) ?? [];
  const names = [bundle.file, ...videos, indexFile(bundle), annotations?.file, history?.file];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** One line of the list of generations (docs/dataset_spec.md §4.4). */
export interface GenerationRecord {
  /** Ascending by one. */
  generation: number;
  /** As the user gave it. */
  date?: string;
  message?: string;
  /** How many are alive. */
  images: number;
  annotations: number;
  categories: number;
  /** What happened to images since the generation before; absent when 0. */
  added?: number;
  changed?: number;
  moved?: number;
  removed?: number;
  relabelled?: number;
  /** Frame lines up to and with this generation. */
  lines: number;
  /** Ids that were not given yet. */
  next_image: number;
  next_annotation: number;
  next_category: number;
  bundle: Pick<BundleSummary, "size" | "crc32" | "frames_sha256">;
  /** Byte of the bundle at which the frames of this generation end and its directory begins. */
  frames_end: number;
  /** The generation that `rollback` brought back. */
  restores?: number;
}

export interface ManifestFooter {
  /** Frame lines. */
  frames: number;
  /** Images that are alive; only of version 2, in version 1 all are. */
  images?: number;
  annotations: number;
  categories: number;
  /** Sum of the frames' `size`; in version 2 of those that are alive. */
  bytes: number;
  /** Number of the current generation; only of version 2. */
  generation?: number;
  /** Byte at which the line `"generations":[` begins; only of version 2. */
  generations_offset?: number;
  /** SHA-256 of everything before the footer line. */
  sha256: string;
}

export type { FrameRecord };
