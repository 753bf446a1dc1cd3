import { readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type LockedFile, openLocked } from "../io/runtime.ts";
import { PackError } from "../model/issue.ts";

/** Held while a set is written (docs/dataset_spec.md §5). */
export const LOCK_FILE = "set.lock";

/**
 * Keeps two writers of one set apart. The system's lock on the file counts, which ends with the process that holds it: a
 * file that a killed process left is stale by itself. What is in it only tells others who is writing.
 */
export class SetLock implements Disposable {
  readonly #path: string;
  #file: LockedFile | undefined;

  /**
   * @param dir Folder of the set; it must exist.
   * @throws {PackError} If another process is writing to it; the message names it.
   */
  constructor(dir: string) {
    this.#path = join(dir, LOCK_FILE);
    for (;;) {
      const file = openLocked(this.#path);
      if (!file) throw taken(dir, this.#path);
      // The holder before may have removed the file that was just opened: then its lock keeps nobody out.
      if (statSync(this.#path, { throwIfNoEntry: false })?.ino === file.inode) {
        this.#file = file;
        break;
      }
      file[Symbol.dispose]();
    }
    this.#file.write(
      JSON.stringify({ host: host(), pid: process.pid, start: new Date().toISOString() }) + "\n",
    );
  }

  /** Lets others write. */
  [Symbol.dispose](): void {
    if (!this.#file) return;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Windows removes no open file; an unlocked one is in nobody's way.
    }
    this.#file[Symbol.dispose]();
    this.#file = undefined;
  }
}

function taken(dir: string, path: string): PackError {
  let who = "Another process";
  try {
    const { host, pid, start } = JSON.parse(readFileSync(path, "utf8"));
    who = `Process ${pid} on ${host}, since ${start},`;
  } catch {
    // It has not said who it is yet.
  }
  return new PackError(
    `${who} is writing to the set in "${dir}".`,
    "Wait until it has ended, then try again.",
  );
}

/** Name of this machine, if it may be asked for. */
function host(): string {
  try {
    return hostname();
  } catch {
    return "this machine";
  }
}
