import type { ManifestHeader } from "../manifest/record.ts";
import type { FrameRecord } from "../model/frame.ts";

/** A file of a compressed bundle. */
export interface VideoFile {
  /** Name, in the folder of the set. */
  readonly file: string;
  /** Coded size, px. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Bytes. */
  readonly size: number;
  /** 8 hex digits. */
  readonly crc32: string;
}

/**
 * The files of a compressed bundle: one, or one for each size.
 *
 * @param frames Number of frames of the set.
 */
export function videoFiles({ bundle }: Pick<ManifestHeader, "bundle">, frames: number): readonly VideoFile[] {
  const { file, size, crc32 } = bundle;
  const { width, height, files } = bundle.video!;
  return files ?? [{ file, width, height, frames, size, crc32 }];
}

/** Where a frame is: index of the file in {@link videoFiles}, and of the frame in it. */
export function videoPlace({ index, video = 0, video_frame = index }: FrameRecord): {
  file: number;
  frame: number;
} {
  return { file: video, frame: video_frame };
}
