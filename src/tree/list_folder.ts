import { statSync } from "node:fs";
import { sortByBytes } from "./byte_order.ts";
import { type FolderEntry, listFolder, streamFolder } from "../io/runtime.ts";

/** Size of a folder itself, in bytes, from which on it is listed name by name. */
export const STREAM_FROM = 8 << 20;

/** Names in a folder from which on it pays to give back what listing them took: up to 600 bytes each. */
const MANY = 20_000;

/** Leftovers of systems and tools that are never data; finds them as one name and in names with a slash between them. */
export const IGNORED =
  /(?:^|\/)(?:\._|(?:__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\.ipynb_checkpoints|\.git)(?:\/|$))|\.cache(?:\/|$)/;
const PLAIN_FILE = { isFile: true, isDirectory: false, isSymlink: false } as const;
/** Stands in a name for what is no UTF-8. */
const REPLACEMENT = "\ufffd";

/** What lies in one folder, without what is {@link IGNORED}. */
export interface FolderListing {
  /** Names of plain files, in byte order. */
  readonly files: string[];
  /** Everything else, in no order; also files whose names may not be UTF-8. */
  readonly others: FolderEntry[];
}

/** Lists folders ahead of the walk: with other threads. */
export interface FolderLister {
  /**
   * Told of each folder that will be asked for, as soon as it is known.
   *
   * @param real Its real absolute path.
   */
  expect(real: string): void;
  /** What lies in an expected folder; undefined if the walk has to list it. */
  list(real: string): Promise<FolderListing | undefined>;
}

/** Options of {@link namesIn}. */
export interface ListingOptions {
  /**
   * Size of a folder itself, in bytes, from which on it is listed name by name: slower, but memory stays flat. A name takes
   * 20 to 40 bytes there. @default {8 MiB}
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
export async function namesIn(
  real: string,
  { streamFrom = STREAM_FROM, signal }: ListingOptions = {},
): Promise<FolderListing> {
  let files: string[] = [];
  let others: FolderEntry[] = [];
  const take = (entry: FolderEntry) => {
    if (entry.isFile) files.push(entry.name);
    else others.push(entry);
  };
  if (statSync(real).size < streamFrom) {
    for (const entry of listFolder(real)) take(entry);
  } else {
    for await (const entry of streamFolder(real)) {
      signal?.throwIfAborted();
      take(entry);
    }
  }
  if (files.length > MANY) (await import("../io/collect_garbage.ts")).collectGarbage();
  others = others.filter(({ name }) => !IGNORED.test(name));
  // Searches through all names at once: most folders have no odd one.
  const text = files.join("/");
  if (IGNORED.test(text)) files = files.filter((name) => !IGNORED.test(name));
  if (text.includes(REPLACEMENT)) {
    for (const name of files) if (name.includes(REPLACEMENT)) others.push({ name, ...PLAIN_FILE });
    files = files.filter((name) => !name.includes(REPLACEMENT));
  }
  return { files: sortByBytes(files), others };
}
