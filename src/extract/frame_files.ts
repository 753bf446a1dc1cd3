import { existsSync } from "node:fs";
import { openRange } from "../io/range_file.ts";
import type { StillFormat } from "../image/still_format.ts";
import type { Manifest } from "../manifest/reader.ts";
import { missingFile, type SetFiles } from "../manifest/source_set.ts";
import type { FrameRecord } from "../model/frame.ts";
import { withoutExtension } from "../tree/image_names.ts";
import { restore } from "./restore.ts";

/** Bytes copied at once. */
const PIECE = 4 * 1024 * 1024;

/** The image files that frames of a set become. */
export interface FrameFiles extends AsyncDisposable {
  /** Format the pictures are decoded into; undefined if the files are the original ones. */
  readonly format?: StillFormat;
  /** Calls of {@link FrameFiles.write} that are worth to run side by side. */
  readonly lanes: number;
  /** Name of the file: that of the image, with the extension of what is written. */
  nameOf(fileName: string): string;
  /**
   * Writes the file of a frame where none is yet.
   *
   * @returns Its bytes.
   * @throws {PackError} If the frame is damaged or cannot be decoded; nothing is left of the file then.
   */
  write(record: FrameRecord, path: string): Promise<number>;
}

/** Options of {@link openFrameFiles}. */
export interface FrameFilesOptions {
  /** Format of decoded pictures. @default {the original files; of a compressed video, "png"} */
  format?: StillFormat;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  ffmpeg?: string;
  /** Folder for files that are needed for a moment. */
  aside: string;
  /** Ends the work. */
  signal?: AbortSignal;
}

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

/** The name with the extension of a format. */
export function nameAs(format: StillFormat, fileName: string): string {
  return `${withoutExtension(fileName)}.${format}`;
}
