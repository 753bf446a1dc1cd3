import type { RemoteSet } from "../dataset/remote/dataset.ts";
import { openRemote } from "../dataset/remote/open.ts";
import { type FetchedBytes, Spool } from "../dataset/remote/spool.ts";
import { openRange } from "../io/range_file.ts";
import type { FrameRecord } from "../model/frame.ts";
import { accessOf } from "../store/access.ts";
import type { FrameFiles, FrameFilesOptions } from "./frame_files.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { SetReader, SetReaderOptions } from "./set_reader.ts";
import { writeNew } from "./write_new.ts";

/** Opens a set in a store: images are read by ranges, ahead of those that are written; videos are copied first. */
export async function openRemoteSetReader(location: string, options: SetReaderOptions): Promise<SetReader> {
  const { at, signal, onFetched } = options;
  const set = await openRemote(location, { ...accessOf(options), at, cache: 0, signal });
  const spool = new Spool();
  const opened: { close(): void }[] = [set.dataset];
  const images: FrameFiles[] = [];
  return {
    manifest: set.manifest,
    annotations: () => set.annotations(),
    async frameFiles(wanted, options) {
      const made = await frameFiles(set, spool, wanted, options, onFetched);
      images.push(made);
      return made;
    },
    async part(offset, size) {
      const file = openRange(await spool.range(set, offset, size));
      opened.push(file);
      return file;
    },
    async [Symbol.asyncDispose]() {
      for (const made of images) await made[Symbol.asyncDispose]();
      for (const file of opened) file.close();
      spool[Symbol.dispose]();
    },
  };
}

async function frameFiles(
  set: RemoteSet,
  spool: Spool,
  wanted: Iterable<FrameRecord>,
  options: FrameFilesOptions,
  onFetched: FetchedBytes | undefined,
): Promise<FrameFiles> {
  const { format } = options;
  if (set.manifest.header.bundle.media === "video") {
    await spool.videos(set, true, onFetched);
    const { videoStills } = await import("./video_stills.ts");
    return videoStills((name) => spool.path(name), set.manifest, { ...options, format: format ?? "png" });
  }
  const ahead = new ReadAhead(wanted, set.original);
  const originals: FrameFiles = {
    lanes: 1,
    nameOf: (name) => name,
    async write(record, path) {
      const bytes = await ahead.bytes(record);
      writeNew(path, bytes);
      return bytes.length;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  if (format === undefined) return originals;
  const { convertedStills } = await import("./converted_stills.ts");
  return convertedStills(originals, { ...options, format });
}
