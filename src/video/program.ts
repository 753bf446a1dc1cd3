import { PackError } from "../model/issue.ts";
import type { VideoCodec } from "./codecs.ts";
import { INSTALL, startFfmpeg } from "./ffmpeg.ts";

/**
 * Finds ffmpeg's encoder for a codec.
 *
 * @param name Codec, for messages.
 * @throws {PackError} If there is no ffmpeg, or none of the codec's encoders in it.
 */
export async function findEncoder(
  program: string,
  name: string,
  { encoders }: VideoCodec,
  signal?: AbortSignal,
): Promise<string> {
  const ffmpeg = startFfmpeg(["-encoders"], { program, task: "listing its encoders", output: true, signal });
  try {
    const text = await readText(ffmpeg);
    await ffmpeg.finish();
    const known = new Set(text.split("\n").map((line) => line.trim().split(/\s+/)[1]));
    const found = encoders.find((encoder) => known.has(encoder));
    if (found !== undefined) return found;
  } finally {
    await ffmpeg.close();
  }
  throw new PackError(
    `"${program}" has no encoder ${encoders.join(" or ")}, which --codec ${name} needs.`,
    `${INSTALL}. Or choose another --codec; copy needs no ffmpeg.`,
  );
}

async function readText(ffmpeg: { read(into: Uint8Array<ArrayBuffer>): Promise<number> }): Promise<string> {
  const block = new Uint8Array(1 << 16);
  const decoder = new TextDecoder();
  let text = "";
  for (let read; (read = await ffmpeg.read(block)) > 0;) {
    text += decoder.decode(block.subarray(0, read), { stream: true });
    if (text.length > 1 << 20) break;
  }
  return text;
}
