import { PackError } from "../../model/issue.ts";
import { FFMPEG, ffmpegFailed, PASSTHROUGH, startFfmpeg } from "../ffmpeg.ts";
import { FrameBoxes } from "./frame_boxes.ts";
import type { FrameFormat } from "./frame_format.ts";
import { WITHOUT } from "./without.ts";

const TASK = "taking the frames of a video";

/** Options of {@link decodeVideo}. */
export interface DecodeOptions {
  /** Stream of the file. */
  readonly stream: number;
  /** What becomes of a frame: its own bytes, or an image that is made. */
  readonly as: "copy" | FrameFormat;
  /** ffmpeg's expression for the frames that are wanted; all if left out. */
  readonly select?: string;
  /** Frames at most. */
  readonly most?: number;
  /** One frame after the other, so that it is sure which came before damage. @default {false} */
  readonly careful?: boolean;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  readonly program?: string;
  readonly signal?: AbortSignal;
}

/**
 * Takes the frames out of a video in one pass, upright, in the order they are shown, none left out or twice whatever their times
 * say. It ends at the first damage: what a decoder makes up for lost data is no frame.
 *
 * @param input What ffmpeg opens.
 * @param take Called with the bytes of frames as they come, and true for the last of a frame.
 * @returns The reason, if it ended early.
 * @throws {PackError} If there is no ffmpeg, or with exit code 130 after an abort.
 */
export async function decodeVideo(
  input: string,
  options: DecodeOptions,
  take: (bytes: Uint8Array, isLast: boolean) => void,
): Promise<string | undefined> {
  const { program, signal, careful } = options;
  const threads = careful ? ["-threads", "1"] : [];
  const ffmpeg = startFfmpeg([
    ...["-nostdin", "-xerror", ...threads, "-i", input, "-map", `0:${options.stream}`],
    ...encoding(options),
    ...threads,
    // A fragment for each frame. Its times are counted anew: a muxer may mend odd ones, or refuse them.
    ...["-bsf:v", "setts=pts=N:dts=N:duration=1:time_base=1/1000", "-flags:v", "+bitexact", "-f", "mov"],
    ...["-movflags", "frag_every_frame+empty_moov+default_base_moof", "pipe:1"],
  ], { program, task: TASK, output: true, signal, remedy: WITHOUT });
  try {
    const boxes = new FrameBoxes(take);
    const bytes = new Uint8Array(1 << 18);
    for (let read = bytes.length; read === bytes.length;) {
      read = await ffmpeg.read(bytes);
      push(boxes, bytes.subarray(0, read), program);
    }
    const end = await ffmpeg.result();
    if (signal?.aborted) throw new PackError("Interrupted.", undefined, 130);
    // Something from outside, as a lack of memory, says nothing of the video.
    if (end.signal !== null) throw ffmpegFailed(program ?? FFMPEG, TASK, end);
    return end.code === 0 ? undefined : end.words.at(-1) ?? `ffmpeg ended with code ${end.code}`;
  } finally {
    await ffmpeg.close();
  }
}

function push(boxes: FrameBoxes, bytes: Uint8Array, program = FFMPEG): void {
  try {
    boxes.push(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PackError(
      `"${program}" gave something else than the frames it was asked for: ${error.message}.`,
      `Check that it is ffmpeg; ${WITHOUT}.`,
    );
  }
}

function encoding({ as, select, most }: DecodeOptions): string[] {
  const limit = most === undefined ? [] : ["-frames:v", String(most)];
  if (as === "copy") return ["-c:v", "copy", ...limit];
  const filter = select === undefined ? [] : ["-vf", `select='${select}'`];
  // The same pixels on every processor, and colours as exact as they can be.
  const scaling = ["-sws_flags", "bicubic+accurate_rnd+full_chroma_int+bitexact"];
  const codec = as === "png" ? ["-c:v", "png"] : ["-c:v", "mjpeg", "-q:v", "2"];
  return [...filter, ...PASSTHROUGH, ...scaling, ...codec];
}

/**
 * True if the packet of an MJPEG stream is a JPEG by itself. Cameras leave out the Huffman tables, which readers of files need
 * (ITU-T T.81, B.2.4.2).
 */
export function isWholeJpeg(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return false;
  for (let at = 2; at + 4 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === 0xffc4) return true;
    if (marker < 0xff00 || marker === 0xffda) return false;
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  return false;
}
