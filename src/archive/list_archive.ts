import process from "node:process";
import { openRange, type RangeReader } from "../io/range_file.ts";
import { setImmediate } from "node:timers/promises";
import { createGunzip, createInflateRaw } from "node:zlib";
import { windowOf } from "../io/range_window.ts";
import { systemReason } from "../io/system_error.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { ListedTree } from "../tree/file_tree.ts";
import { extensionOf, isImageName } from "../model/image_names.ts";
import type { FileTree } from "../tree/tree.ts";
import { type ArchiveKind, archiveKind, isArchiveName, withoutArchiveEnding } from "./archive_kind.ts";
import { type ArchivePlace, type IndexColumns, Method } from "../source/archive_index.ts";
import { ArchiveSource, MOST_INFLATED as MOST_IN_MEMORY } from "../source/archive_source.ts";
import { ArchiveFolders } from "./archive_tree.ts";
import { EntryList } from "./entry_list.ts";
import { removeTemporary } from "../io/temporary_file.ts";
import { Spool, type Spooled, TooLarge } from "../source/spool.ts";
import { tarMembers } from "./tar_members.ts";
import { damaged, findDirectory, zipRecords } from "./zip_directory.ts";

/** Milliseconds after which signals and timers get a turn. */
const TURN = 50;
/** What is inflated as a whole may become this many times as large as the archive; tar files of text come to 20 or 50. */
const MOST_INFLATED = 200;
/** So many bytes are always allowed to come out. */
const ALWAYS_ALLOWED = 100 << 20;
/** Deflated label files from this size on are inflated into the spool, for every worker may read ranges of them. */
const LARGE_LABELS = 32 << 20;
/** Extensions of files that may be read by ranges. */
const LABEL_EXTENSIONS: ReadonlySet<string> = new Set(
  "txt xml json jsonl ndjson csv tsv manifest parquet yaml yml".split(" "),
);

export interface ArchiveOptions {
  /** Told about each entry that is left out, and what was decided. */
  issue(issue: Issue): void;
  /** Told now and then how many files were seen. */
  progress?(files: number): void;
  signal?: AbortSignal;
  /** Makes an empty file for what has to be inflated as a stream. @default {a temporary file} */
  spool?(): string;
}

/** Part of a file that holds an archive. */
interface Bytes {
  /** For messages. */
  readonly path: string;
  /** File it lies in: the one that was named, or the spool. */
  readonly file: RangeReader;
  readonly isSpool: boolean;
  readonly start: number;
  readonly size: number;
}

/** An archive whose entries are known. */
interface Listed {
  readonly bytes: Bytes;
  readonly kind: ArchiveKind;
  readonly dataEnd: number;
  readonly folders: ArchiveFolders;
  readonly index: IndexColumns;
}

/**
 * Lists the files of an archive: a zip or a tar, as it is, compressed with gzip, or alone in another archive. What lies in a
 * single folder is listed as if the folder were the root. Nothing is unpacked: the tree's source reads the files in
 * place. Only what cannot be read at random is inflated into one spool file.
 *
 * @param path Absolute.
 * @throws {PackError} If it is no archive, or one that is damaged or made to harm.
 * @throws The signal's reason when it is aborted.
 */
export async function listArchive(path: string, options: ArchiveOptions): Promise<FileTree> {
  const file = openRange(path);
  const spool = new Spool(options.spool);
  const lister = new Lister(path, spool, options);
  try {
    const whole = { path, file, isSpool: false, start: 0, size: file.size };
    const found = await lister.unnested(await lister.list(await lister.withoutGzip(whole)));
    return await lister.tree(found);
  } finally {
    file.close();
    lister.close();
    spool.close();
  }
}

/** The steps from a file to a tree. */
class Lister {
  #spoolFile: RangeReader | undefined;
  #isListed = false;

  constructor(readonly path: string, readonly spool: Spool, readonly options: ArchiveOptions) {}

  close(): void {
    this.#spoolFile?.close();
    this.spool.close();
    if (!this.#isListed) this.#removeTemporary();
  }

  #removeTemporary(): void {
    if (this.spool.path === undefined || !this.spool.isTemporary || this.#isRemoved) return;
    removeTemporary(this.spool.path);
    this.#isRemoved = true;
  }
  #isRemoved = false;

  /** What a gzip file holds; any other file as it is. */
  async withoutGzip(bytes: Bytes): Promise<Bytes> {
    const file = reading(bytes);
    if (archiveKind(file, bytes.path) !== "gzip") return bytes;
    const most = Math.max(ALWAYS_ALLOWED, bytes.size * MOST_INFLATED);
    return this.#spooled(bytes.path, await this.#inflate(bytes.path, file, createGunzip(), most));
  }

  /** Finds the entries. */
  async list(bytes: Bytes): Promise<Listed> {
    const file = reading(bytes);
    const kind = archiveKind(file, bytes.path);
    if (kind === "gzip") throw damaged(bytes.path, "it is compressed twice");
    const entries = new EntryList(bytes.path, this.options.issue);
    let dataEnd = bytes.size;
    if (kind === "zip") {
      const directory = findDirectory(file, bytes.path);
      dataEnd = directory.at;
      await this.#each(zipRecords(file, directory, bytes.path), (record) => entries.addZip(record));
      entries.refuseOverlaps(dataEnd);
    } else {
      await this.#each(tarMembers(file, bytes.path, entries.tarEnd), (member) => entries.addTar(member));
    }
    return { bytes, kind, dataEnd, ...entries.finish() };
  }

  /** The archive that is the only file of another one, as exports of labelling tools are; any other archive as it is. */
  async unnested(outer: Listed): Promise<Listed> {
    const name = outer.folders.onlyFile;
    if (name === undefined || !isArchiveName(name)) return outer;
    const path = `${outer.bytes.path}/${name}`;
    const source = new ArchiveSource(this.#place(outer, ""));
    let bytes: Bytes;
    try {
      const lies = source.whereabouts(name);
      if (lies.deflated) {
        const most = Math.max(ALWAYS_ALLOWED, outer.bytes.size * MOST_INFLATED);
        bytes = this.#spooled(path, await this.#inflate(path, lies.file, createInflateRaw(), most));
      } else {
        bytes = { ...outer.bytes, path, start: outer.bytes.start + lies.at, size: lies.file.size };
      }
    } finally {
      source.close();
    }
    this.options.issue({
      code: "archive-nested",
      severity: "note",
      path: name,
      message: `The archive holds nothing but "${name}": that was read.`,
    });
    return await this.list(await this.withoutGzip(bytes));
  }

  /** The tree, and the source that reads its files. */
  async tree(found: Listed): Promise<FileTree> {
    const { folders } = found;
    const wrapping = folders.wrapping;
    if (wrapping !== undefined) {
      this.options.issue({
        code: "archive-folder",
        severity: "note",
        path: wrapping,
        message: `Everything in the archive lies in "${wrapping}": that was taken as the dataset's folder.`,
      });
    }
    await this.#spoolLarge(found);
    const listed = folders.listed(wrapping ?? "", (path) =>
      this.options.issue({
        code: "set-passed-over",
        severity: "note",
        path,
        message: `"${path}" holds a packed set, not images and labels: it was passed over.`,
      }));
    this.spool.close();
    const place = this.#place(found, wrapping === undefined ? "" : `${wrapping}/`);
    const source = new ArchiveSource(place, () => this.#removeTemporary());
    // Where an open file can be removed, nothing can leave it behind.
    if (process.platform !== "win32") this.#removeTemporary();
    this.#isListed = true;
    return new ListedTree(withoutArchiveEnding(this.path), listed, source);
  }

  /** Inflates entries that are too large to be held, and notes where they are now. */
  async #spoolLarge({ bytes, kind, dataEnd, index, folders }: Listed): Promise<void> {
    if (kind !== "zip") return;
    const large = new Map<string, number>();
    let total = 0;
    for (let n = 0; n < index.method.length; n++) {
      if (index.method[n] !== Method.deflated || index.size[n] <= LARGE_LABELS) continue;
      const name = pathOf(index, n);
      if (
        isImageName(name) ? index.size[n] <= MOST_IN_MEMORY : !LABEL_EXTENSIONS.has(extensionOf(name))
      ) continue;
      large.set(name, n);
      total += index.size[n];
    }
    if (large.size === 0) return;
    if (total > Math.max(ALWAYS_ALLOWED, bytes.size * MOST_INFLATED)) throw tooLarge(bytes.path);
    const source = new ArchiveSource(this.#place({ bytes, kind, dataEnd, index, folders }, ""));
    const damaged = new Set<string>();
    try {
      for (const [name, n] of large) {
        const cause = await this.#spoolEntry(source, name, index, n);
        if (cause === undefined) continue;
        damaged.add(name);
        this.options.issue({
          code: "archive-entry-damaged",
          severity: "reject",
          record: isImageName(name) ? "image" : "label",
          path: name,
          message: `Cannot read "${name}" of the archive: ${cause}.`,
        });
      }
    } finally {
      source.close();
    }
    folders.removeFiles(damaged);
  }

  /** @returns What is wrong with the entry, if anything is. */
  async #spoolEntry(
    source: ArchiveSource,
    name: string,
    index: IndexColumns,
    n: number,
  ): Promise<string | undefined> {
    try {
      const { file } = source.whereabouts(name);
      const { at, size, crc32 } = await this.spool.inflate(
        file,
        createInflateRaw(),
        index.size[n],
        this.options.signal,
      );
      if (size === index.size[n] && crc32 === index.crc32[n]) {
        index.method[n] = Method.spooled;
        index.at[n] = at;
        index.packed[n] = size;
        return undefined;
      }
      return size === index.size[n]
        ? "its CRC-32 is not the one the archive states"
        : `it inflates to ${size} bytes, the archive says ${index.size[n]}`;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (error instanceof TooLarge) return "it inflates to more than the archive states";
      if (code?.startsWith("Z_") || code === "EBADMSG") return (error as Error).message;
      throw error;
    }
  }

  async #inflate(
    path: string,
    file: RangeReader,
    inflater: ReturnType<typeof createGunzip>,
    most: number,
  ): Promise<Spooled> {
    try {
      return await this.spool.inflate(file, inflater, most, this.options.signal);
    } catch (error) {
      if (error instanceof TooLarge) throw tooLarge(path);
      if ((error as NodeJS.ErrnoException).code?.startsWith("Z_")) throw damaged(path, systemReason(error));
      throw error;
    }
  }

  #spooled(path: string, { at, size }: Spooled): Bytes {
    this.#spoolFile ??= openRange(this.spool.path!);
    return { path, file: this.#spoolFile, isSpool: true, start: at, size };
  }

  #place({ bytes, dataEnd, index }: Listed, prefix: string): ArchivePlace {
    const { path: spool } = this.spool;
    return {
      kind: "archive",
      file: bytes.isSpool ? spool! : this.path,
      start: bytes.start,
      size: bytes.size,
      dataEnd,
      prefix,
      index,
      ...spool !== undefined && { spool },
    };
  }

  async #each<T>(items: Iterable<T>, take: (item: T) => void): Promise<void> {
    const { signal, progress } = this.options;
    let count = 0;
    let turn = performance.now() + TURN;
    for (const item of items) {
      take(item);
      if (++count % 256 !== 0 || performance.now() < turn) continue;
      progress?.(count);
      await setImmediate();
      signal?.throwIfAborted();
      turn = performance.now() + TURN;
    }
    signal?.throwIfAborted();
    progress?.(count);
  }
}

function tooLarge(path: string): PackError {
  return new PackError(
    `"${path}" inflates to more than ${MOST_INFLATED} times its size, as an archive made to fill the disk would.`,
    "If it is sound, unpack it and name the folder.",
  );
}

/** Path of an entry, from the top of the archive. */
function pathOf({ names, nameEnds }: IndexColumns, n: number): string {
  // A decoder does not take shared memory.
  return new TextDecoder().decode(names.slice(n === 0 ? 0 : nameEnds[n - 1], nameEnds[n]));
}

const reading = ({ file, start, size }: Bytes): RangeReader => windowOf(file, start, size);
