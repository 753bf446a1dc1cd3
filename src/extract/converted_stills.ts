import { closeSync, openSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { CODEC_OF, type StillFormat } from "../image/still_format.ts";
import { writeAll } from "../io/write_all.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { startFfmpeg } from "../video/ffmpeg.ts";
import { type FrameFiles, type FrameFilesOptions, nameAs } from "./frame_files.ts";

/** Bytes taken from ffmpeg at once. */
const PIECE = 1 << 20;
/** How ffmpeg reads the codecs: always as what the manifest says, so that no file can pass for a list of others. */
const DECODERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries({ jpeg: "mjpeg", png: "png", webp: "webp", bmp: "bmp", tiff: "tiff" }).map((
      [codec, decoder],
    ) => [codec, ["-f", "image2", "-pattern_type", "none", "-c:v", decoder]]),
  ),
  gif: ["-f", "gif"],
};
/** What turns a stored picture upright, by EXIF orientation. */
const UPRIGHT = [
  "",
  "",
  "hflip",
  "hflip,vflip",
  "vflip",
  "transpose=0",
  "transpose=1",
  "transpose=3",
  "transpose=2",
];
/** All of the chroma counts, and the same on every processor. */
const SCALER = ["-sws_flags", "bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"];
const ENCODERS: Readonly<Record<StillFormat, readonly string[]>> = {
  png: ["-c:v", "png"],
  // The best quality there is, and the full chroma.
  jpg: ["-c:v", "mjpeg", "-q:v", "1", "-qmin", "1", "-pix_fmt", "yuvj444p"],
};

/**
 * Images of a bundle that holds the original files, decoded by ffmpeg, upright. One that is upright and of the wanted format
 * already comes back byte for byte.
 *
 * @param originals The original files; closed with what is returned.
 */
export function convertedStills(
  originals: FrameFiles,
  { format, ffmpeg, aside, signal }: FrameFilesOptions & { format: StillFormat },
): FrameFiles {
  return {
    format,
    lanes: availableParallelism(),
    nameOf: (name) => nameAs(format, name),
    async write(record, path) {
      if (record.codec === CODEC_OF[format] && record.orientation === 1) {
        return await originals.write(record, path);
      }
      const original = join(aside, `.frame-${record.index}.partial`);
      rmSync(original, { force: true });
      await originals.write(record, original);
      try {
        return await convert(original, record, path, { format, ffmpeg, signal });
      } finally {
        rmSync(original, { force: true });
      }
    },
    [Symbol.asyncDispose]: () => originals[Symbol.asyncDispose](),
  };
}

async function convert(
  original: string,
  record: FrameRecord,
  path: string,
  { format, ffmpeg: program, signal }: { format: StillFormat; ffmpeg?: string; signal?: AbortSignal },
): Promise<number> {
  const decoder = DECODERS[record.codec];
  if (!decoder) throw undecodable(record, `images of the kind "${record.codec}" are not decoded`);
  const upright = UPRIGHT[record.orientation];
  const ffmpeg = startFfmpeg([
    ...["-nostdin", "-noautorotate", ...decoder, "-i", `file:${original}`],
    ...["-map", "0:v:0", "-frames:v", "1", ...SCALER, ...upright ? ["-vf", upright] : []],
    ...[...ENCODERS[format], "-f", "image2pipe", "pipe:1"],
  ], {
    program,
    task: `decoding frame ${record.index} "${record.file_name}"`,
    output: true,
    signal,
    remedy: "without --format, images are taken out as they are, which needs none",
  });
  let written = 0;
  try {
    // "wx" never opens what is there already, not even through a link that was put there a moment ago.
    const target = openSync(path, "wx");
    try {
      const piece = new Uint8Array(PIECE);
      for (let read = PIECE; read === PIECE;) {
        read = await ffmpeg.read(piece);
        writeAll(target, piece.subarray(0, read), written);
        written += read;
      }
      await ffmpeg.finish();
      if (written === 0) throw undecodable(record, "ffmpeg finds no picture in it");
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(target);
    }
  } finally {
    await ffmpeg.close();
  }
  return written;
}

function undecodable({ index, file_name }: FrameRecord, cause: string): PackError {
  return new PackError(
    `Frame ${index} "${file_name}" cannot be decoded: ${cause}.`,
    "Without --format the original file is restored; --frames and --name choose others.",
  );
}
