import type { BundleSummary, VideoSummary } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { PASSTHROUGH, startFfmpeg } from "./ffmpeg.ts";
import type { VideoFile } from "./video_files.ts";

/** Options of {@link decodeFrames}. */
export interface DecodeOptions {
  /** First frame of the file that is wanted. @default {0} */
  first?: number;
  /** Frame after the last one that is wanted. @default {all} */
  end?: number;
  /** File that one line with a CRC-32 is written to for each frame, as `-f framehash` does. */
  hashes?: string;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  program?: string;
  /** Ends the work. */
  signal?: AbortSignal;
}

/** A frame as it lies in the video: with its padding, which is on the right and at the bottom. */
export interface DecodedFrame {
  /** Place in the video file, from 0. */
  readonly frame: number;
  /** Coded size, px. */
  readonly width: number;
  readonly height: number;
  /** RGB, 3 bytes a pixel, row by row. Used again for the next frame: copy what is to be kept. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/**
 * Decodes consecutive frames of a file of a compressed bundle, in order.
 *
 * Stopping early (`break`) ends ffmpeg.
 *
 * @param path The file.
 * @param bundle Header of the set's manifest.
 * @param file Which of its files it is.
 * @throws {PackError} If ffmpeg is missing or fails, or gives fewer frames than there are.
 */
export async function* decodeFrames(
  path: string,
  { fps, video }: Pick<BundleSummary, "fps"> & { video?: Pick<VideoSummary, "pix_fmt"> },
  { width, height, frames }: Pick<VideoFile, "width" | "height" | "frames">,
  options: DecodeOptions = {},
): AsyncGenerator<DecodedFrame> {
  const { first = 0, end = frames, program, signal, hashes } = options;
  // Half a frame early: times are rounded, and the first frame at or after the place is given.
  const seek = first > 0 ? ["-ss", ((first - 0.5) / fps!).toFixed(6)] : [];
  // Where all are wanted, there must be no more than are known.
  const limit = end < frames ? ["-frames:v", `${end - first}`] : [];
  const ffmpeg = startFfmpeg([
    ...["-nostdin", ...seek, "-i", path, "-map", "0:v:0", ...PASSTHROUGH, ...limit],
    ...["-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"],
    ...hashes ? [...hashArguments(video!.pix_fmt), ...limit, "-y", hashes] : [],
  ], {
    program,
    task: `decoding "${path}"`,
    output: true,
    signal,
    remedy: "nothing else decodes the frames of a compressed bundle",
  });
  try {
    const pixels = new Uint8Array(width * height * 3);
    for (let frame = first; frame < end; frame++) {
      const read = await ffmpeg.read(pixels);
      if (read < pixels.length) {
        await ffmpeg.finish();
        throw wrongCount(path, `only ${frame}`, frames);
      }
      yield { frame, width, height, pixels };
    }
    if (await ffmpeg.read(new Uint8Array(1)) > 0) throw wrongCount(path, "more", frames);
    await ffmpeg.finish();
  } finally {
    await ffmpeg.close();
  }
}

/** A line with a CRC-32 for each frame: of RGB values where these were encoded, else of what the decoder gives. */
function hashArguments(pixelFormat: string): string[] {
  const format = pixelFormat === "rgb24" ? ["-pix_fmt", "rgb24"] : [];
  return ["-map", "0:v:0", ...PASSTHROUGH, ...format, "-f", "framehash", "-hash", "crc32"];
}

function wrongCount(path: string, found: string, wanted: number): PackError {
  return new PackError(
    `"${path}" should hold ${wanted} frames, and holds ${found} that can be decoded.`,
    "Fetch the set again from where it came, or pack it again.",
    4,
  );
}

/**
 * The CRC-32 of each frame, from the lines that `-f framehash` wrote.
 *
 * @param text Lines as `0, 12, 12, 1, 460800, 0a1b2c3d`; those that begin with `#` are passed over.
 * @returns The last column, 8 hex digits each.
 */
export function frameHashes(text: string): string[] {
  return text.split("\n").filter((line) => /^\d/.test(line)).map((line) =>
    line.slice(line.lastIndexOf(",") + 1).trim().padStart(8, "0")
  );
}
