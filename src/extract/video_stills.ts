import { existsSync, rmSync, writeFileSync } from "node:fs";
import { encodeStill } from "../image/still.ts";
import type { StillFormat } from "../image/still_format.ts";
import type { Manifest } from "../manifest/reader.ts";
import { missingFile, type SetFiles } from "../manifest/source_set.ts";
import { FrameDecoder } from "../video/frame_decoder.ts";
import { videoFiles } from "../video/video_files.ts";
import { type FrameFiles, type FrameFilesOptions, nameAs } from "./frame_files.ts";

/** Pictures of a compressed bundle, decoded and cut to their true size. */
export function videoStills(
  files: SetFiles,
  { header, length }: Manifest,
  { format, ffmpeg, signal }: FrameFilesOptions & { format: StillFormat },
): FrameFiles {
  for (const { file } of videoFiles(header, length)) {
    if (!existsSync(files.file(file))) throw missingFile(files.dir, file);
  }
  const decoder = new FrameDecoder(header, length, files.file, { program: ffmpeg, signal });
  return {
    format,
    lanes: 1,
    nameOf: (name) => nameAs(format, name),
    async write(record, path) {
      const bytes = await encodeStill(await decoder.read(record), format);
      try {
        writeFileSync(path, bytes, { flag: "wx" });
      } catch (error) {
        if ((error as { code?: string }).code !== "EEXIST") rmSync(path, { force: true });
        throw error;
      }
      return bytes.length;
    },
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}
