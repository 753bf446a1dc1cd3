import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { LabelsSummary } from "../manifest/record.ts";
import type { Manifest } from "../manifest/parse.ts";
import { accessOf } from "../store/access.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import type { FrameFiles } from "./frame_files.ts";
import { inParallel } from "./in_parallel.ts";
import { OriginalLabels } from "./original_labels.ts";
import { openSetReader } from "./open_set_reader.ts";
import { SelectedFrames, type Selection, selects } from "../dataset/selection.ts";
import { localFolder } from "../store/local_folder.ts";
import { TargetFolder } from "./target_folder.ts";
import type { ExtractOptions, ExtractReport } from "./options.ts";

/** Frames between two looks at the signal. */
const BREATH = 64;

/**
 * Restores images byte for byte, under their `file_name`, and checks each against its CRC-32: all, or those that `frames`,
 * `names` and `split` choose. Frames of a compressed video are decoded.
 *
 * All names are checked before the first file is written: a set whose names lead out of `dir` is refused as a whole, and so
 * is one of which a file is there already. Links below `dir` are not followed.
 *
 * @param out Folder of the set, or a place in a store.
 * @param dir Folder to write into; created if it is not there.
 * @throws {PackError} For the reasons above (exit code 4 for damage), or with exit code 130 if the signal ends it.
 * @throws {PackError} With exit code 2 if there are no such frames, or `frames` is no such list.
 * @throws {RangeError} If `frames` holds an index the set does not have.
 */
export async function extract(
  out: string,
  dir: string,
  options: ExtractOptions = {},
): Promise<ExtractReport> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { format, ffmpeg, at, signal } = options;
  const set = await openSetReader(out, {
    ...accessOf(options),
    at,
    signal,
    onFetched: (done, total) =>
      options.onProgress?.({ phase: "fetch", done, total, bytes: done, seconds: seconds() }),
  });
  try {
    const { manifest } = set;
    const frames = new SelectedFrames(manifest, options);
    const target = new TargetFolder(localFolder(dir), options.overwrite ?? false);
    const images = await set.frameFiles(frames, { format, ffmpeg, aside: target.root, signal });
    let labels: OriginalLabels | undefined;
    if (options.originalLabels) {
      const { offset, size } = labelsOf(manifest, out, options);
      labels = new OriginalLabels(await set.part(offset, size));
    }
    const occupied = readdirSync(target.root).length > 0;
    const check = (name: string) => {
      const path = target.path(name);
      if (occupied) target.check(path);
    };
    const total = checkNames(frames, images, check);
    for (const { path } of labels?.files() ?? []) check(path);
    let begun = 0, done = 0, bytes = 0, told = start;
    await inParallel(frames, images.lanes, async (record) => {
      if (begun++ % BREATH === 0) {
        await setImmediate();
        if (signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
      }
      const path = target.path(images.nameOf(record.file_name));
      target.prepare(path);
      bytes += await images.write(record, path);
      done++;
      if (options.onProgress && (performance.now() - told > 200 || done === total)) {
        told = performance.now();
        options.onProgress({ done, total, bytes, seconds: seconds() });
      }
    });
    let restored = 0;
    for (const { path: name, record } of labels?.files() ?? []) {
      if (options.signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
      const path = target.path(name);
      target.prepare(path);
      bytes += await labels!.restore(record, path);
      restored++;
    }
    const decoded = images.format && { format: images.format };
    return { frames: done, ...decoded, labels: restored, bytes, dir: target.root, seconds: seconds() };
  } finally {
    await set[Symbol.asyncDispose]();
  }
}

/** Checks the names of all files before the first is written; returns how many there are. */
function checkNames(
  frames: Iterable<FrameRecord>,
  images: FrameFiles,
  check: (name: string) => void,
): number {
  let count = 0;
  /** By the name of its file, the image that becomes it; only if names change. */
  const taken = new Map<string, string>();
  for (const { file_name } of frames) {
    const name = images.nameOf(file_name);
    check(name);
    count++;
    if (name === file_name && taken.size === 0) continue;
    const other = taken.get(name);
    if (other !== undefined) {
      throw new PackError(
        `"${other}" and "${file_name}" would both become "${name}".`,
        'Extract them into folders of their own, as with --name "**/*.jpg" and --name "**/*.png".',
        2,
      );
    }
    taken.set(name, file_name);
  }
  return count;
}

function labelsOf({ header }: Manifest, out: string, selection: Selection): LabelsSummary {
  if (selects(selection)) {
    throw new PackError(
      "The original label files come back as they were, with the labels of all images: they cannot be had for a selection.",
      "Restore all, or name a format for the labels of the chosen images: --labels-as yolo.",
      2,
    );
  }
  if (header.labels) return header.labels;
  throw new PackError(
    `The set in "${out}" does not hold its original label files.`,
    "Pack with --keep-labels to have them, or name a format: --labels-as yolo.",
    2,
  );
}
