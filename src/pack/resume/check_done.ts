import { createHash, type Hash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CLOCK_STEP } from "../../io/clock_step.ts";
import { openRange, type RangeReader } from "../../io/range_file.ts";
import { isObject, parseJson } from "../../manifest/checks.ts";
import { recordText, textLines } from "../../manifest/lines.ts";
import { HEADER_SIZE } from "../../manifest/record.ts";
import type { FrameRecord } from "../../model/frame.ts";
import type { FrameEntry, Scan } from "../../scan/scan.ts";
import type { EntryList } from "./entry_list.ts";
import { InputTimes } from "./input_times.ts";
import type { RunJournal } from "./journal.ts";

/** Files that are looked at between two looks at whether the run is to end. */
const AT_ONCE = 1000;

/** An interrupted run cannot be continued; the message says why. */
export class NotResumable extends Error {}

/** Where the inputs of a run are. */
export interface Inputs {
  readonly found: Scan;
  /** Absolute paths of folders or single files. */
  readonly images: string;
  readonly labels: string;
  /** Other files that the run reads. */
  readonly others: readonly string[];
}

/**
 * Goes past the entries that an interrupted run has done, and makes sure that none of its inputs has changed since.
 *
 * @param entries All entries; behind those that are done afterwards.
 * @param list Gets these entries.
 * @param manifest Path of the unfinished manifest.
 * @returns Hash over the digests of the frames that are done.
 * @throws {NotResumable} If something has changed, or the manifest is not as it was left.
 * @throws The signal's reason when it is aborted.
 */
export async function checkDone(
  journal: RunJournal,
  { found, images, labels, others }: Inputs,
  entries: Iterator<FrameEntry>,
  list: EntryList,
  manifest: string,
  signal: AbortSignal | undefined,
): Promise<Hash> {
  const { sums } = journal;
  const times = new InputTimes();
  let looked = 0;
  const pause = async () => {
    if (++looked % AT_ONCE > 0) return;
    await setImmediate();
    signal?.throwIfAborted();
  };
  for (const path of others) times.look(path);
  for (const root of [images, labels]) if (!isFolder(root)) times.look(root);
  for (const video of found.videos) times.look(join(images, video.path));

  const sha256 = createHash("sha256");
  const inFolder = isFolder(images);
  const file = openManifest(manifest, sums.counts.manifest);
  try {
    const records = recordsOf(file, sums.counts.manifest);
    let frames = 0;
    let record = records.next().value;
    for (let i = 0; i < sums.entries; i++) {
      await pause();
      const { done, value: entry } = entries.next();
      if (done) throw new NotResumable("there are fewer images now");
      list.add(entry);
      const status = inFolder ? times.look(join(images, entry.fileName)) : undefined;
      if (record?.file_name !== entry.fileName) continue;
      if (status && !record.placeholder && status.size !== (record.original_size ?? record.size)) {
        throw new NotResumable(`"${entry.fileName}" has another size now`);
      }
      frames++;
      sha256.update(Uint8Array.fromHex(record.sha256));
      record = records.next().value;
    }
    if (isFolder(labels)) {
      for (const path of found.labelFiles()) {
        await pause();
        times.look(join(labels, path));
      }
    }
    const changed = times.changedSince(journal.began + CLOCK_STEP);
    if (changed !== undefined) throw new NotResumable(`"${changed}" has changed since it began`);
    if (list.digest() !== journal.list) throw new NotResumable("the images or their labels are others now");
    if (record || frames !== sums.frames || sha256.copy().digest("hex") !== journal.frames) throw damaged();
    return sha256;
  } finally {
    file.close();
  }
}

function openManifest(path: string, size: number): RangeReader {
  let file: RangeReader;
  try {
    file = openRange(path);
  } catch {
    throw damaged();
  }
  if (file.size >= size) return file;
  file.close();
  throw damaged();
}

function* recordsOf(file: RangeReader, end: number): Generator<FrameRecord, undefined> {
  for (const line of textLines(file, HEADER_SIZE, end)) {
    const record = parseJson(recordText(line));
    if (!isObject(record) || !/^[0-9a-f]{64}$/.test(String(record.sha256))) throw damaged();
    yield record as unknown as FrameRecord;
  }
}

function damaged(): NotResumable {
  return new NotResumable("what it wrote is not there any more as it was left");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
