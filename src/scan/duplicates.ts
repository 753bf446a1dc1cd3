import { createHash } from "node:crypto";
import { concernsOneFile } from "../io/read_file.ts";
import type { RangeReader } from "../io/range_file.ts";

const BLOCK = 1 << 20;

/** Images that are byte for byte the same as one before. */
export class Duplicates {
  /** First image with the same bytes, by the path of the copy. */
  readonly #first = new Map<string, string>();

  /** The first image with the same bytes; undefined if this one is the first. */
  firstOf(path: string): string | undefined {
    return this.#first.get(path);
  }

  get count(): number {
    return this.#first.size;
  }

  /** Copies, each with the first image of its kind. */
  pairs(): Iterable<readonly [copy: string, first: string]> {
    return this.#first;
  }

  add(copy: string, first: string): void {
    this.#first.set(copy, first);
  }
}

/**
 * Finds images that are byte for byte the same. Only files of equal size are read.
 *
 * @param paths In bundle order, the first of equal ones counts as the original.
 * @param open Opens an image; one that cannot be opened or read is a duplicate of none.
 * @param signal Ends the search by throwing its reason.
 */
export function findDuplicates(
  paths: Iterable<string>,
  open: (path: string) => RangeReader,
  signal?: AbortSignal,
): Duplicates {
  const bySize = new Map<number, string[]>();
  for (const path of paths) {
    signal?.throwIfAborted();
    const size = reading(() => using(open(path), (file) => file.size));
    if (size === undefined) continue;
    const alike = bySize.get(size);
    if (alike) alike.push(path);
    else bySize.set(size, [path]);
  }
  const found = new Duplicates();
  for (const alike of bySize.values()) {
    if (alike.length < 2) continue;
    const first = new Map<string, string>();
    for (const path of alike) {
      signal?.throwIfAborted();
      const digest = reading(() => using(open(path), digestOf));
      if (digest === undefined) continue;
      const original = first.get(digest);
      if (original === undefined) first.set(digest, path);
      else found.add(path, original);
    }
  }
  return found;
}

function digestOf(file: RangeReader): string {
  const hash = createHash("sha256");
  const block = new Uint8Array(Math.min(BLOCK, file.size));
  for (let at = 0; at < file.size;) {
    const read = file.read(block.subarray(0, Math.min(block.length, file.size - at)), at);
    if (read === 0) break;
    hash.update(block.subarray(0, read));
    at += read;
  }
  return hash.digest("hex");
}

function using<T>(file: RangeReader, work: (file: RangeReader) => T): T {
  try {
    return work(file);
  } finally {
    file.close();
  }
}

/** Undefined if the file cannot be read: packing will say so. */
function reading<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!concernsOneFile(error)) throw error;
    return undefined;
  }
}
