import type { StillFormat } from "../image/still_format.ts";
import type { FrameRecord } from "../model/frame.ts";
import { withoutExtension } from "../model/image_names.ts";

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

/** How {@link FrameFiles} are made. */
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

/** The name with the extension of a format. */
export function nameAs(format: StillFormat, fileName: string): string {
  return `${withoutExtension(fileName)}.${format}`;
}
