import { existsSync, readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { openRange, type RangeReader } from "../io/range_file.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { PackError } from "../model/issue.ts";
import { OriginalLabels } from "./original_labels.ts";
import { restore } from "./restore.ts";
import { SelectedFrames, type Selection, selects } from "./selection.ts";
import { TargetFolder } from "./target_folder.ts";

/** Bytes copied at once. */
const PIECE = 4 * 1024 * 1024;
/** Frames between two looks at the signal. */
const BREATH = 64;

/** Options of {@link extract}. */
export interface ExtractOptions extends Selection {
  /** Restore the original label files, too, which `--keep-labels` packed. @default {false} */
  originalLabels?: boolean;
  /** Replace files that are there already. @default {false} */
  overwrite?: boolean;
  /** Ends the extraction; files restored so far stay. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (progress: ExtractProgress) => void;
}

/** State of an extraction, for display. */
export interface ExtractProgress {
  /** Files restored. */
  done: number;
  /** Files in all. */
  total: number;
  /** Bytes written. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/** What an extraction did. */
export interface ExtractReport {
  /** Images restored. */
  frames: number;
  /** Label files restored. */
  labels: number;
  /** Bytes written. */
  bytes: number;
  /** Folder they are in. */
  dir: string;
  /** Seconds it took. */
  seconds: number;
}

/**
 * Restores images byte for byte, under their `file_name`, and checks each against its CRC-32: all, or those that `frames`,
 * `names` and `split` choose.
 *
 * All names are checked before the first file is written: a set whose names lead out of `dir` is refused as a whole, and so
 * is one of which a file is there already. Links below `dir` are not followed.
 *
 * @param out Folder of the set.
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
  const files = resolveSet(out);
  const manifest = openManifest(files.manifest);
  let bundle: RangeReader | undefined;
  try {
    storedMedia(manifest.header.bundle);
    const name = manifest.header.bundle.file;
    if (!existsSync(files.file(name))) throw missingFile(out, name);
    bundle = openRange(files.file(name));
    const frames = new SelectedFrames(manifest, options);
    const target = new TargetFolder(dir, options.overwrite ?? false);
    const labels = options.originalLabels ? originalLabels(bundle, manifest, out, options) : undefined;
    const occupied = readdirSync(target.root).length > 0;
    const check = (name: string) => {
      const path = target.path(name);
      if (occupied) target.check(path);
    };
    let total = 0;
    for (const { file_name } of frames) {
      check(file_name);
      total++;
    }
    for (const { path } of labels?.files() ?? []) check(path);
    const buffer = new Uint8Array(PIECE);
    let done = 0, bytes = 0, told = start;
    for (const record of frames) {
      if (done % BREATH === 0) {
        await setImmediate();
        if (options.signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
      }
      const path = target.path(record.file_name);
      target.prepare(path);
      bytes += restore(bundle, record, path, buffer);
      done++;
      if (options.onProgress && (performance.now() - told > 200 || done === total)) {
        told = performance.now();
        options.onProgress({ done, total, bytes, seconds: seconds() });
      }
    }
    let restored = 0;
    for (const { path: name, record } of labels?.files() ?? []) {
      if (options.signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
      const path = target.path(name);
      target.prepare(path);
      bytes += await labels!.restore(record, path);
      restored++;
    }
    return { frames: done, labels: restored, bytes, dir: target.root, seconds: seconds() };
  } finally {
    bundle?.close();
    manifest.close();
  }
}

function originalLabels(
  bundle: RangeReader,
  { header }: Manifest,
  out: string,
  selection: Selection,
): OriginalLabels {
  if (selects(selection)) {
    throw new PackError(
      "The original label files come back as they were, with the labels of all images: they cannot be had for a selection.",
      "Restore all, or name a format for the labels of the chosen images: --labels-as yolo.",
      2,
    );
  }
  if (header.labels) return new OriginalLabels(bundle, header.labels);
  throw new PackError(
    `The set in "${out}" does not hold its original label files.`,
    "Pack with --keep-labels to have them, or name a format: --labels-as yolo.",
    2,
  );
}
