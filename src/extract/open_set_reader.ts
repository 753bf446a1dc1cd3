import { openAnnotations } from "../generations/open_annotations.ts";
import { openRange } from "../io/range_file.ts";
import { windowOf } from "../io/range_window.ts";
import { openManifest } from "../manifest/reader.ts";
import { resolveSet } from "../manifest/source_set.ts";
import { isRemote } from "../store/location.ts";
import type { FrameFiles } from "./frame_files.ts";
import { openFrameFiles } from "./open_frame_files.ts";
import type { SetReader, SetReaderOptions } from "./set_reader.ts";

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
