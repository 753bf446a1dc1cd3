import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { HISTORY_FILE } from "../manifest/record.ts";
import { isPlainName } from "../model/safe_path.ts";
import { isCount, isObject, parseJson } from "../manifest/checks.ts";
import { MEDIA, type Media } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { overwrite } from "../io/write_all.ts";

/** Name of the file that says how long bundle and history were before an update (docs/dataset_spec.md §5). */
export const JOURNAL_FILE = "update.journal";

/** What a journal says; `directory` is the byte at which the bundle's directory begins. */
export interface Journal {
  bundle: { file: string; size: number; media: Media; directory: number };
  /** Bytes of the history; 0 if there was none. */
  history: number;
}

/** Writes the journal, before the first byte is appended. */
export function writeJournal(dir: string, journal: Journal): void {
  const file = openSync(join(dir, JOURNAL_FILE), "w");
  try {
    writeSync(file, JSON.stringify(journal) + "\n");
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Says that what was appended counts: what {@link cutBack} would undo is over. */
export function removeJournal(dir: string): void {
  rmSync(join(dir, JOURNAL_FILE), { force: true });
}

/** The journal of an update that did not finish; undefined if there is none, or it was not complete yet. */
export function readJournal(dir: string): Journal | undefined {
  const path = join(dir, JOURNAL_FILE);
  if (!existsSync(path)) return undefined;
  const found = parseJson(readFileSync(path, "utf8"));
  if (!isObject(found) || !isObject(found.bundle) || !isCount(found.history)) return undefined;
  const { file, size, media, directory } = found.bundle;
  const known = MEDIA.includes(media as Media) && isCount(size) && isCount(directory);
  return typeof file === "string" && isPlainName(file) && known ? found as unknown as Journal : undefined;
}

/** Undoes what an update appended before it was cut short; does nothing without a journal. */
export function cutBack(dir: string): void {
  const journal = readJournal(dir);
  if (journal) {
    const { file, size, media, directory } = journal.bundle;
    const { overEnd, retired } = containers[media].growth;
    const bundle = join(dir, file);
    if (existsSync(bundle)) {
      // The end was written over; it is nothing but zeros.
      if (overEnd) truncateTo(bundle, directory);
      truncateTo(bundle, size);
      if (retired) overwrite(bundle, retired.live, directory + retired.offset);
    }
    const history = join(dir, HISTORY_FILE);
    if (journal.history === 0) rmSync(history, { force: true });
    else if (existsSync(history)) truncateTo(history, journal.history);
  }
  removeJournal(dir);
}

function truncateTo(path: string, size: number): void {
  if (statSync(path).size !== size) truncateSync(path, size);
}
