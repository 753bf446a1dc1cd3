import { encodeStill } from "../image/still.ts";
import type { StillFormat } from "../image/still_format.ts";
import type { Manifest } from "../manifest/parse.ts";
import { FrameDecoder } from "../video/frame_decoder.ts";
import { type FrameFiles, type FrameFilesOptions, nameAs } from "./frame_files.ts";
import { writeNew } from "./write_new.ts";

/**
 * Pictures of a compressed bundle, decoded and cut to their true size.
 *
 * @param pathOf Path of a file of the set.
 */
export function videoStills(
  pathOf: (name: string) => string,
  { header, length }: Manifest,
  { format, ffmpeg, signal }: FrameFilesOptions & { format: StillFormat },
): FrameFiles {
  const decoder = new FrameDecoder(header, length, pathOf, { program: ffmpeg, signal });
  return {
    format,
    lanes: 1,
    nameOf: (name) => nameAs(format, name),
    async write(record, path) {
      const bytes = await encodeStill(await decoder.read(record), format);
      writeNew(path, bytes);
      return bytes.length;
    },
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}
