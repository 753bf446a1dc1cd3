import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { filesOfSet, MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { manifestHeaderOf } from "../manifest/reader.ts";
import { SetLock } from "./lock.ts";
import { PackError } from "../model/issue.ts";
import { cutBack, removeJournal } from "./append_journal.ts";
import { COMMIT, PARTIAL, RUN_JOURNAL } from "../manifest/source_set.ts";
import { MEDIA } from "../media/container.ts";

/** Names an earlier run may have left unfinished. */
const STANDARD = [
  ...[...MEDIA, "mkv"].map((media) => `media_bundle.${media}`),
  "media_bundle-index.json",
  "unified_annotation.json",
  MANIFEST_FILE,
  REJECTS_FILE,
];
/** Endings of files that exist only while a set is written. */
const SPOOLS = ["", ".directory", ".lines", ".labels", ".frames", ".hashes"] as const;
/** A video for images of one size: `media_bundle.640x480.mp4`. */
const SIZED = /\.\d+x\d+\.[^.]+$/;
/** Of these, the files that an interrupted run can go on with. */
const RESUMABLE: ReadonlySet<string> = new Set(["", ".directory", ".lines"]);
/** Ending of the file with what had to be inflated of an archive, or decoded of videos, that are packed. */
const INFLATED = ".inflated";

/**
 * A set on its way into a folder (docs/dataset_spec.md §5): every file is written as `NAME.partial`; `commit` makes them the
 * set at one stroke, `discard` leaves the folder as it was.
 */
export class Publication {
  readonly #files = new Set<string>();
  /** Helper files that are done with, and needed only if what follows is interrupted. */
  readonly #spent = new Set<string>();
  /** Keeps other writers away. */
  readonly #lock: SetLock;
  /** True if the folder was not there before. */
  readonly #created: boolean;

  /**
   * Creates the folder if needed, locks it, finishes a publication that was cut short, removes what an unfinished run left.
   *
   * @param resuming Leaves what {@link Publication.adopt} may ask for, and the journal.
   * @throws {PackError} If the folder cannot be written, or another process is writing to it.
   */
  constructor(readonly dir: string, names: readonly string[], resuming = false) {
    try {
      this.#created = mkdirSync(dir, { recursive: true }) !== undefined;
      this.#lock = new SetLock(dir);
    } catch (error) {
      throw unwritable(dir, error);
    }
    try {
      recover(dir);
      for (const name of [...STANDARD, ...names]) {
        for (const spool of SPOOLS) {
          if (!resuming || !RESUMABLE.has(spool)) rmSync(join(dir, name + spool + PARTIAL), { force: true });
        }
      }
      for (const file of readdirSync(dir)) {
        if (file.endsWith(PARTIAL) && SIZED.test(file.slice(0, -PARTIAL.length))) rmSync(join(dir, file));
      }
      for (const input of ["images", "labels", "frames"]) {
        rmSync(join(dir, input + INFLATED + PARTIAL), { force: true });
      }
      if (!resuming) this.dropJournal();
    } catch (error) {
      this.#lock[Symbol.dispose]();
      throw unwritable(dir, error);
    }
  }

  /** Creates an empty file that will become `name`, or a helper file if `spool` is given; returns its path. */
  create(name: string, spool: typeof SPOOLS[number] | typeof INFLATED = ""): string {
    const path = join(this.dir, name + spool + PARTIAL);
    try {
      closeSync(openSync(path, "w"));
    } catch (error) {
      throw unwritable(this.dir, error);
    }
    this.#files.add(path);
    return path;
  }

  /**
   * Goes on with a file that an interrupted run left, as {@link Publication.create}.
   *
   * @param size Bytes of it that count; what is behind them is cut off.
   * @returns Undefined if the file is not there with so many bytes.
   */
  adopt(name: string, size: number, spool: typeof SPOOLS[number] = ""): string | undefined {
    const path = join(this.dir, name + spool + PARTIAL);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? -1) < size) return undefined;
    truncateSync(path, size);
    this.#files.add(path);
    return path;
  }

  /** From now on, the unfinished files are of no use to a later run. */
  dropJournal(): void {
    for (const ending of ["", PARTIAL]) rmSync(join(this.dir, RUN_JOURNAL + ending), { force: true });
  }

  /** Creates an empty helper file for what has to be inflated of an archive, or decoded of videos; returns its path. */
  createInflated(input: "images" | "labels" | "frames"): string {
    return this.create(input, INFLATED);
  }

  /** Removes a helper file. */
  remove(path: string): void {
    rmSync(path, { force: true });
    this.#files.delete(path);
  }

  /** Removes a helper file when the set is there. */
  removeAtEnd(path: string): void {
    this.#files.delete(path);
    this.#spent.add(path);
  }

  /** Leaves a helper file to somebody else. */
  leave(path: string): void {
    this.#files.delete(path);
  }

  /** Makes the files the set. From the first rename on, a reader sees the new set. */
  commit(): void {
    for (const path of this.#files) sync(path);
    this.dropJournal();
    const manifest = join(this.dir, MANIFEST_FILE);
    if (this.#files.has(manifest + PARTIAL)) {
      // Only what was written here is renamed with it, not what another run left under the same names.
      for (const name of [...filesOf(manifest + PARTIAL), REJECTS_FILE]) {
        const path = join(this.dir, name + PARTIAL);
        if (!this.#files.has(path)) rmSync(path, { force: true });
      }
      const before = existsSync(manifest) ? filesOf(manifest) : [];
      renameSync(manifest + PARTIAL, manifest + COMMIT);
      recover(this.dir);
      const after = filesOf(manifest);
      // A set that was a zip and is a tar now must not leave the zip behind, nor a new bundle the old annotations.
      for (const name of before) if (!after.includes(name)) rmSync(join(this.dir, name), { force: true });
    } else {
      // No manifest is written (--skip-manifest), and none is there that speaks of these files.
      for (const path of this.#files) finish(path.slice(0, -PARTIAL.length));
    }
    for (const path of this.#spent) rmSync(path, { force: true });
    this.#files.clear();
    this.#lock[Symbol.dispose]();
  }

  /** Leaves what a later run can go on with. */
  keep(): void {
    for (const path of this.#files) {
      const spool = SPOOLS.findLast((ending) => path.endsWith(ending + PARTIAL));
      if (path.endsWith(INFLATED + PARTIAL) || !RESUMABLE.has(spool ?? "")) rmSync(path, { force: true });
    }
    this.#files.clear();
    this.#lock[Symbol.dispose]();
  }

  /** Removes everything that was written. */
  discard(): void {
    for (const path of [...this.#files, ...this.#spent]) rmSync(path, { force: true });
    this.dropJournal();
    this.#files.clear();
    this.#lock[Symbol.dispose]();
    if (this.#created && existsSync(this.dir) && readdirSync(this.dir).length === 0) rmdirSync(this.dir);
  }
}

/** The other files of a set. */
function filesOf(manifest: string): string[] {
  try {
    return filesOfSet(manifestHeaderOf(manifest));
  } catch {
    return []; // A damaged manifest is about to be replaced; it names nothing to clean up.
  }
}

/** Finishes the renames of a set that was committed, or undoes what an update appended that was not. */
export function recover(dir: string): void {
  const manifest = join(dir, MANIFEST_FILE);
  if (!existsSync(manifest + COMMIT)) return cutBack(dir);
  for (const name of [...filesOfSet(manifestHeaderOf(manifest + COMMIT)), REJECTS_FILE]) {
    if (existsSync(join(dir, name + PARTIAL))) finish(join(dir, name));
  }
  // As long as the journal is there, only this name says that what was appended counts.
  removeJournal(dir);
  renameSync(manifest + COMMIT, manifest);
}

/** Gives a complete file its name; an empty list of rejects is no file. */
function finish(path: string): void {
  renameSync(path + PARTIAL, path);
  if (path.endsWith(REJECTS_FILE) && statSync(path).size === 0) rmSync(path);
}

/** Waits until the file is on the disk, so that a power failure after the renames cannot empty it. */
function sync(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unwritable(dir: string, error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code === undefined || code === "ENOTCAPABLE") return error;
  return new PackError(
    `Cannot write to the output folder "${dir}": ${message}.`,
    "Choose a folder you may write to with --output.",
  );
}
