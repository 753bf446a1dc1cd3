import { existsSync } from "node:fs";
import type { Manifest } from "../manifest/reader.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PASSTHROUGH, startFfmpeg } from "../video/ffmpeg.ts";
import { type VideoFile, videoFiles, videoPlace } from "../video/video_files.ts";
import type { ProblemList } from "./report.ts";

/** Bytes of digest lines read at once. */
const BLOCK = 1 << 14;

/** Options of {@link checkDecodedFrames}. */
export interface DecodedOptions {
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  program?: string;
  /** Ends the check. */
  signal?: AbortSignal;
  /** Called with the number of frames decoded so far. */
  onFrames?: (done: number) => void;
}

/**
 * Decodes the files of a compressed bundle: there must be as many frames as the manifest says, and the CRC-32 of each
 * decoded picture must be that of its line, where it has one (docs/dataset_spec.md §3, `decoded`).
 *
 * @param pathOf Path of a file of the set.
 * @throws {PackError} If ffmpeg is missing, or with exit code 130 if the signal ends it.
 */
export async function checkDecodedFrames(
  manifest: Manifest,
  pathOf: (name: string) => string,
  problems: ProblemList,
  { program, signal, onFrames }: DecodedOptions = {},
): Promise<void> {
  const { header, length } = manifest;
  let decoded = 0;
  for (const [place, video] of videoFiles(header, length).entries()) {
    const { file, frames } = video;
    if (!existsSync(pathOf(file))) continue; // Told already.
    const records = framesOf(manifest, place);
    let found = 0;
    const failure = await eachDigest(
      pathOf(file),
      header.bundle.video!.pix_fmt,
      { program, signal },
      (digests) => {
        for (const digest of digests) {
          found++;
          const record = records.next().value;
          if (record?.decoded === undefined || record.decoded === digest) continue;
          const message =
            `The picture of "${record.file_name}" has CRC-32 ${digest}, the manifest says ${record.decoded}.`;
          problems.add({ code: "frame-decoded", file, frame: record.index, message });
        }
        onFrames?.(decoded + found);
      },
    );
    decoded += found;
    if (failure !== undefined) problems.add({ code: "bundle-frames", file, message: failure });
    else if (found !== frames) {
      problems.add({ code: "bundle-frames", file, message: miscounted(video, found) });
    }
  }
}

const miscounted = ({ frames }: VideoFile, found: number) =>
  `The video decodes to ${found} frames, the manifest says ${frames}.`;

function* framesOf(manifest: Manifest, file: number): Generator<FrameRecord, undefined> {
  for (const record of manifest.records()) if (videoPlace(record).file === file) yield record;
}

/** Hands over the CRC-32 of all decoded pictures, some at a time; returns why ffmpeg failed, if it did. */
async function eachDigest(
  path: string,
  pixelFormat: string,
  { program, signal }: Pick<DecodedOptions, "program" | "signal">,
  take: (digests: string[]) => void,
): Promise<string | undefined> {
  const format = pixelFormat === "rgb24" ? ["-pix_fmt", "rgb24"] : [];
  const ffmpeg = startFfmpeg([
    ...["-nostdin", "-i", path, "-map", "0:v:0", ...PASSTHROUGH, ...format],
    ...["-f", "framehash", "-hash", "crc32", "pipe:1"],
  ], {
    program,
    task: `decoding "${path}"`,
    output: true,
    signal,
    remedy: "verify without --deep needs none",
  });
  try {
    const block = new Uint8Array(BLOCK);
    const decoder = new TextDecoder();
    let rest = "";
    for (let read = BLOCK; read === BLOCK;) {
      read = await ffmpeg.read(block);
      const lines = (rest + decoder.decode(block.subarray(0, read))).split("\n");
      rest = lines.pop()!;
      // `0, 12, 12, 1, 460800, 0a1b2c3d`; comments begin with #.
      take(
        lines.filter((line) => /^\d/.test(line)).map((line) => line.slice(line.lastIndexOf(",") + 1).trim()),
      );
    }
    const { code, words } = await ffmpeg.result();
    if (signal?.aborted) await ffmpeg.finish();
    if (code !== 0) return `ffmpeg cannot decode the video: ${words.at(-1) ?? `it ended with code ${code}`}.`;
  } finally {
    await ffmpeg.close();
  }
}
