import type { AnnotationReader } from "../coco/coco_file.ts";
import type { FetchedBytes } from "../dataset/remote/spool.ts";
import type { RangeReader } from "../io/range_file.ts";
import type { Manifest } from "../manifest/reader.ts";
import type { FrameRecord } from "../model/frame.ts";
import type { ReadAccess } from "../store/access.ts";
import type { FrameFiles, FrameFilesOptions } from "./frame_files.ts";

/** A set whose images and labels are taken out, on this machine or in a store. What it opened is closed with it. */
export interface SetReader extends AsyncDisposable {
  readonly manifest: Manifest;
  /** Annotations of the generation the manifest is open at; undefined if there are none. */
  annotations(): Promise<AnnotationReader | undefined>;
  /**
   * Opens the bundle to take image files out of it.
   *
   * @param wanted Those that will be, in ascending order.
   */
  frameFiles(wanted: Iterable<FrameRecord>, options: FrameFilesOptions): Promise<FrameFiles>;
  /** A part of the bundle as a file. */
  part(offset: number, size: number): Promise<RangeReader>;
}

/** How a set is opened. */
export interface SetReaderOptions extends ReadAccess {
  /** Number of the generation. @default {the current one} */
  readonly at?: number;
  readonly signal?: AbortSignal;
  /** Called while files of a compressed video are copied from a store, with the bytes that are here, and those there will be. */
  readonly onFetched?: FetchedBytes;
}
