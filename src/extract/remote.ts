import { readdirSync, rmSync, writeFileSync } from "node:fs";
import type { ExtractOptions, ExtractReport } from "./options.ts";
import { SelectedFrames } from "../dataset/selection.ts";
import { TargetFolder } from "./target_folder.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { accessOf } from "../store/access.ts";
import { openRemote } from "../dataset/remote/open.ts";
import { notRemote } from "../dataset/remote/refusal.ts";

/** Bytes of images in memory at once, if not one is larger: they are read together, in few requests. */
const BATCH = 16 * 2 ** 20;
const MOST_IN_BATCH = 1000;

/** {@link extract} of a set in a store: the original images, read by ranges and compared with their CRC-32. */
export async function extractRemote(
  location: string,
  dir: string,
  options: ExtractOptions,
): Promise<ExtractReport> {
  if (options.format !== undefined) throw notRemote("Another image format");
  if (options.originalLabels) throw notRemote("The archive of the original label files");
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { signal, onProgress } = options;
  const { dataset, manifest, original } = await openRemote(location, {
    ...accessOf(options),
    at: options.at,
    cache: 0,
    signal,
  });
  using _ = dataset;
  storedMedia(manifest.header.bundle);
  const frames = new SelectedFrames(manifest, options);
  const target = new TargetFolder(dir, options.overwrite ?? false);
  const occupied = readdirSync(target.root).length > 0;
  let total = 0;
  for (const { file_name } of frames) {
    const path = target.path(file_name);
    if (occupied) target.check(path);
    total++;
  }
  let done = 0, bytes = 0;
  for (const batch of batches(frames)) {
    if (signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
    const images = await Promise.all(batch.map(original));
    batch.forEach(({ file_name }, i) => {
      const path = target.path(file_name);
      target.prepare(path);
      writeNew(path, images[i]);
      bytes += images[i].length;
    });
    done += batch.length;
    onProgress?.({ done, total, bytes, seconds: seconds() });
  }
  return { frames: done, labels: 0, bytes, dir: target.root, seconds: seconds() };
}

function* batches(frames: Iterable<FrameRecord>): Generator<FrameRecord[]> {
  let batch: FrameRecord[] = [], bytes = 0;
  for (const record of frames) {
    const size = Math.max(record.size, record.original_size ?? 0);
    if (batch.length > 0 && (bytes + size > BATCH || batch.length === MOST_IN_BATCH)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Writes a file that is not there yet; what could not be written as a whole is removed. */
function writeNew(path: string, bytes: Uint8Array): void {
  try {
    // "wx" never opens what is there already, not even through a link that was put there a moment ago.
    writeFileSync(path, bytes, { flag: "wx" });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") rmSync(path, { force: true });
    throw error;
  }
}
