import { statSync } from "node:fs";
import { sortByBytes } from "./byte_order.ts";
import { type FolderEntry, listFolder, streamFolder } from "../io/runtime.ts";

/** {@link folderSize} from which on it is listed name by name. */
export const STREAM_FROM = 8 << 20;

/** Names in a folder from which on it pays to give back what listing them took: up to 600 bytes each. */
const MANY = 20_000;
/** Names that are handed on at a time. */
const AT_ONCE = 8192;

/** Leftovers of systems and tools that are never data; finds them as one name and in names with a slash between them. */
export const IGNORED =
  /(?:^|\/)(?:\._|(?:__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints|\.git)(?:\/|$))|\.cache(?:\/|$)/;
const PLAIN_FILE = { isFile: true, isDirectory: false, isSymlink: false } as const;
/** Stands in a name for what is no UTF-8. */
const REPLACEMENT = "\ufffd";

/** What lies in one folder, without what is {@link IGNORED}. */
export interface FolderListing {
  /** Names of plain files, in byte order. */
  readonly files: readonly string[];
  /** Everything else, in no order; also files whose names may not be UTF-8. */
  readonly others: readonly FolderEntry[];
}

/** Lists folders ahead of the walk: with other threads. */
export interface FolderLister {
  /**
   * Told of each folder that will be asked for, as soon as it is known.
   *
   * @param real Its real absolute path.
   */
  expect(real: string): void;
  /** What lies in an expected folder, each time it is asked for; undefined if the walk has to list it. */
  list(real: string): Promise<FolderListing | undefined>;
}

/**
 * Size of a folder itself, in bytes: a name takes 20 to 40 there. 0 where that tells nothing, or if it cannot be found out.
 *
 * @param real Absolute path.
 */
export function folderSize(real: string): number {
  try {
    return statSync(real).size;
  } catch {
    return 0;
  }
}

/** Options of {@link namesIn}. */
export interface ListingOptions {
  /**
   * {@link folderSize} from which on it is listed name by name: slower, but memory stays flat. @default {8 MiB}
   */
  readonly streamFrom?: number;
  readonly signal?: AbortSignal;
}

/**
 * Lists one folder.
 *
 * @param real Absolute path.
 * @throws {Error} The system's error with `code`; the signal's reason when it is aborted.
 */
export async function namesIn(real: string, options?: ListingOptions): Promise<FolderListing> {
  const names = new Names();
  await eachEntry(real, (files, others) => names.add(files, others), options);
  return names.listing();
}

/**
 * Reads the entries of a folder, in no order.
 *
 * @param real Absolute path.
 * @param take Gets names of plain files and other entries, a few thousand at a time.
 * @throws {Error} The system's error with `code`; the signal's reason when it is aborted.
 */
export async function eachEntry(
  real: string,
  take: (files: string[], others: FolderEntry[]) => void,
  { streamFrom = STREAM_FROM, signal }: ListingOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  let files: string[] = [];
  let others: FolderEntry[] = [];
  let count = 0;
  const flush = () => {
    count += files.length;
    take(files, others);
    files = [];
    others = [];
  };
  const add = (entry: FolderEntry) => {
    if (!entry.isFile) others.push(entry);
    else if (files.push(entry.name) === AT_ONCE) flush();
  };
  if (statSync(real).size < streamFrom) {
    for (const entry of listFolder(real)) add(entry);
  } else {
    for await (const entry of streamFolder(real)) {
      signal?.throwIfAborted();
      add(entry);
    }
  }
  flush();
  if (count > MANY) (await import("../io/collect_garbage.ts")).collectGarbage();
}

/** Puts a listing together from entries in no order. */
export class Names {
  #files: string[] = [];
  #others: FolderEntry[] = [];

  add(files: readonly string[], others: readonly FolderEntry[]): void {
    for (const name of files) this.#files.push(name);
    for (const entry of others) this.#others.push(entry);
  }

  /** To be called once, when all entries were added. */
  listing(): FolderListing {
    const others = this.#others.filter(({ name }) => !IGNORED.test(name));
    let files = this.#files;
    // Searches through all names at once: most folders have no odd one.
    const text = files.join("/");
    if (IGNORED.test(text)) files = files.filter((name) => !IGNORED.test(name));
    if (text.includes(REPLACEMENT)) {
      for (const name of files) if (name.includes(REPLACEMENT)) others.push({ name, ...PLAIN_FILE });
      files = files.filter((name) => !name.includes(REPLACEMENT));
    }
    return { files: sortByBytes(files), others };
  }
}
