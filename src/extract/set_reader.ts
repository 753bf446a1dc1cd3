import { openAnnotations } from "../generations/open_annotations.ts";
import type { AnnotationReader } from "../coco/coco_file.ts";
import { openRange, type RangeReader } from "../io/range_file.ts";
import { windowOf } from "../io/range_window.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { resolveSet } from "../manifest/source_set.ts";
import type { FrameRecord } from "../model/frame.ts";
import { type ReadAccess } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import type { FrameFiles, FrameFilesOptions } from "./frame_files.ts";
import { openFrameFiles } from "./open_frame_files.ts";

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
}

/**
 * Opens a set.
 *
 * @param place Folder of the set, or its place in a store.
 * @throws {PackError} If there is no set, or its manifest is damaged; with exit code 2 if there is no such generation.
 */
export async function openSetReader(place: string, options: SetReaderOptions): Promise<SetReader> {
  if (!isRemote(place)) return openLocal(place, options);
  const { openRemoteSetReader } = await import("./remote_set_reader.ts");
  return await openRemoteSetReader(place, options);
}

function openLocal(dir: string, { at }: SetReaderOptions): SetReader {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest, { at });
  const opened: { close(): void }[] = [manifest];
  const images: FrameFiles[] = [];
  return {
    manifest,
    annotations() {
      const coco = openAnnotations(files, manifest);
      if (coco) opened.push(coco);
      return Promise.resolve(coco);
    },
    async frameFiles(_wanted, options) {
      const made = await openFrameFiles(files, manifest, options);
      images.push(made);
      return made;
    },
    part(offset, size) {
      const bundle = openRange(files.file(manifest.header.bundle.file));
      opened.push(bundle);
      return Promise.resolve(windowOf(bundle, offset, size));
    },
    async [Symbol.asyncDispose]() {
      for (const made of images) await made[Symbol.asyncDispose]();
      for (const file of opened) file.close();
    },
  };
}
