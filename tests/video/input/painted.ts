/** Videos whose frames carry their own number in their pixels. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Image } from "imagescript";
import type { CocoAnnotation, CocoImage } from "../../../src/model/dataset.ts";
import { pack } from "../../../src/pack/pack.ts";
import type { Issue } from "../../../src/model/issue.ts";
import type { PackOptions, PackReport } from "../../../src/pack/options.ts";
import { runOk } from "../../tools.ts";

/** Width of one bit, px; there are 8, the lowest on the left. */
const BIT = 16;
/** Size of the videos, px: odd, as some are. */
export const WIDTH = 8 * BIT + 3;
export const HEIGHT = 35;
/** Bit k of the number of the frame is white or black in column k. */
const NUMBER = `geq=lum='16+219*mod(floor(N/pow(2,floor(X/${BIT}))),2)':cb=128:cr=128`;

/**
 * Makes a video.
 *
 * @param settings Codec and other options of the output.
 * @param filter What is done to the frames, or to their times, after the numbers are painted.
 */
export function paint(file: string, frames: number, settings: readonly string[], filter?: string): void {
  const source = `color=black:s=${WIDTH}x${HEIGHT}:r=25,format=yuv444p,${NUMBER}`;
  runOk([
    ...["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", filter ? `${source},${filter}` : source],
    ...["-frames:v", String(frames), "-fps_mode", "passthrough", ...settings, file],
  ]);
}

/** H.264 with B-frames. */
export const H264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "12", "-pix_fmt", "yuv444p"];
/** Motion JPEG. */
export const MJPEG = ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj444p"];

/** The number in the pixels of a frame. */
export async function numberOn(image: Uint8Array, turned = false): Promise<number> {
  const { bitmap, width, height } = await Image.decode(image);
  assert.deepEqual([width, height], turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
  let number = 0;
  for (let bit = 0; bit < 8; bit++) {
    const [x, y] = [bit * BIT + BIT / 2, HEIGHT >> 1];
    const pixel = turned ? x * width + (HEIGHT - 1 - y) : y * width + x;
    if (bitmap[pixel * 4] > 128) number |= 1 << bit;
  }
  return number;
}

/** A packed set, in memory. */
export interface Packed {
  readonly report: PackReport;
  readonly issues: readonly Issue[];
  readonly images:
    readonly (CocoImage & { source_video?: string; source_frame?: number; source_time?: number })[];
  readonly annotations: readonly CocoAnnotation[];
  readonly rejects: readonly Issue[];
  bytes(image: CocoImage): Uint8Array;
}

/** Packs a folder or a video, and reads the set. */
export async function packed(dataset: string, output: string, options: PackOptions = {}): Promise<Packed> {
  const issues: Issue[] = [];
  const report = await pack({
    dataset,
    output,
    workers: 2,
    ...options,
    onIssue: (issue) => void issues.push(issue),
  });
  const coco = JSON.parse(readFileSync(join(output, "unified_annotation.json"), "utf8"));
  const bundle = readFileSync(join(output, "media_bundle.zip"));
  const rejects = report.files["rejects.jsonl"] === undefined
    ? []
    : readFileSync(join(output, "rejects.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  return {
    report,
    issues,
    images: coco.images,
    annotations: coco.annotations,
    rejects,
    bytes: ({ offset, size }) => bundle.subarray(offset!, offset! + size!),
  };
}

/** Calls `use` with a folder that is removed afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "video-input-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What ffprobe counts by decoding. */
export function countedFrames(file: string): number {
  const entries = ["-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"];
  const counts = runOk(["ffprobe", "-v", "error", "-select_streams", "v:0", ...entries, file]);
  // A transport stream tells it for its program, too.
  return parseInt(counts);
}
