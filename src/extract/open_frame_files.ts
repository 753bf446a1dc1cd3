import { existsSync } from "node:fs";
import { openRange } from "../io/range_file.ts";
import type { Manifest } from "../manifest/reader.ts";
import { missingFile, type SetFiles } from "../manifest/source_set.ts";
import type { FrameFiles, FrameFilesOptions } from "./frame_files.ts";
import { restore } from "./restore.ts";

/** Bytes copied at once. */
const PIECE = 4 * 1024 * 1024;

/**
 * Opens the bundle of a set to take image files out of it.
 *
 * @throws {PackError} If the bundle is missing.
 */
export async function openFrameFiles(
  files: SetFiles,
  manifest: Manifest,
  options: FrameFilesOptions,
): Promise<FrameFiles> {
  const { format } = options;
  const { bundle } = manifest.header;
  if (!existsSync(files.file(bundle.file))) throw missingFile(files.dir, bundle.file);
  if (bundle.media === "video") {
    const { videoStills } = await import("./video_stills.ts");
    return videoStills(files, manifest, { ...options, format: format ?? "png" });
  }
  if (format !== undefined) {
    const { convertedStills } = await import("./converted_stills.ts");
    return convertedStills(files.file(bundle.file), { ...options, format });
  }
  const file = openRange(files.file(bundle.file));
  const buffer = new Uint8Array(PIECE);
  return {
    lanes: 1,
    nameOf: (name) => name,
    write: (record, path) => Promise.resolve(restore(file, record, path, buffer)),
    [Symbol.asyncDispose]: () => Promise.resolve(file.close()),
  };
}
