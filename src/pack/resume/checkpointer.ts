import { renameSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { PARTIAL, RUN_JOURNAL } from "../../manifest/source_set.ts";
import { journalText, type RunJournal } from "./journal.ts";

/** Milliseconds between two checkpoints, about as much work as is done again. */
const CHECKPOINT_INTERVAL = 5000;
/** So many times as long as a checkpoint took is none made: a slow disk is not kept busy with them. */
const REST = 4;

/**
 * Notes now and then how far a run has come: waits until the files are on the disk, then replaces the journal. The waiting is
 * done by a thread of the runtime, beside the work.
 */
export class Checkpointer {
  /** Entries in the journal that is there; 0 if there is none yet. */
  saved = 0;
  readonly #journal: string;
  #pending: Promise<void> | undefined;
  #error: unknown;
  /** When the next checkpoint is due. */
  #due: number;

  /**
   * @param dir Folder of the set.
   * @param files Paths of the files being written.
   * @param state Says how far the run has come; undefined if nothing is worth a note yet.
   * @param interval Milliseconds between two checkpoints at least; on a slow disk up to 13 times as many.
   * @param written Told of each journal: the entries that are done.
   */
  constructor(
    dir: string,
    readonly files: readonly string[],
    readonly state: () => RunJournal | undefined,
    readonly interval: number = CHECKPOINT_INTERVAL,
    readonly written: (entries: number) => void = () => {},
  ) {
    this.#journal = join(dir, RUN_JOURNAL);
    this.#due = performance.now() + interval;
  }

  /**
   * Begins a checkpoint if it is time for one.
   *
   * @throws {Error} The system's error, if the one before failed: a disk that cannot take the files fails the run.
   */
  tick(): void {
    if (this.#error) throw this.#error;
    const began = performance.now();
    if (this.#pending || began < this.#due) return;
    const journal = this.state();
    if (!journal || journal.sums.entries === this.saved) return;
    const { entries } = journal.sums;
    this.#pending = this.#write(entries, journalText(journal))
      .catch((error) => this.#error = error)
      .finally(() => {
        this.#pending = undefined;
        const now = performance.now();
        this.#due = now + Math.min(REST * (now - began), 12 * this.interval) + this.interval;
      });
  }

  /** Waits for the checkpoint that is being made. */
  async end(): Promise<void> {
    await this.#pending;
    if (this.#error) throw this.#error;
  }

  async #write(entries: number, text: string): Promise<void> {
    // Their lengths and what stands before these must be there before anything says so.
    for (const path of this.files) await sync(path);
    const partial = this.#journal + PARTIAL;
    try {
      await sync(partial, text);
      renameSync(partial, this.#journal);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
    this.saved = entries;
    this.written(entries);
  }
}

/** Waits until a file is on the disk, with a new text if one is given. */
async function sync(path: string, text?: string): Promise<void> {
  const file = await open(path, text === undefined ? "r+" : "w");
  try {
    if (text !== undefined) await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
