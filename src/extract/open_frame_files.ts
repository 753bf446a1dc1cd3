import { existsSync } from "node:fs";
import { openRange } from "../io/range_file.ts";
import type { Manifest } from "../manifest/reader.ts";
import { missingFile, type SetFiles } from "../manifest/source_set.ts";
import { videoFiles } from "../video/video_files.ts";
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
    for (const { file } of videoFiles(manifest.header, manifest.length)) {
      if (!existsSync(files.file(file))) throw missingFile(files.dir, file);
    }
    const { videoStills } = await import("./video_stills.ts");
    return videoStills((name) => files.file(name), manifest, { ...options, format: format ?? "png" });
  }
  const originals = originalFiles(files.file(bundle.file));
  if (format === undefined) return originals;
  const { convertedStills } = await import("./converted_stills.ts");
  return convertedStills(originals, { ...options, format });
}

function originalFiles(bundle: string): FrameFiles {
  const file = openRange(bundle);
  const buffer = new Uint8Array(PIECE);
  return {
    lanes: 1,
    nameOf: (name) => name,
    write: (record, path) => Promise.resolve(restore(file, record, path, buffer)),
    [Symbol.asyncDispose]: () => Promise.resolve(file.close()),
  };
}
