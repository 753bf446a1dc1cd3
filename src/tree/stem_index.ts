import { withoutExtension } from "../model/image_names.ts";
import type { FileTree } from "./tree.ts";

/** A stem as it is compared when exact names differ: composed Unicode form, lower case. */
export function foldStem(name: string): string {
  return withoutExtension(name).normalize("NFC").toLowerCase();
}

/**
 * Files of a tree by their folded stem. An open-addressing table of ordinals: 12 bytes a file, where a Map of strings
 * takes a hundred.
 */
export class StemIndex {
  readonly #folders: { readonly path: string; readonly start: number; readonly names: readonly string[] }[] =
    [];
  /** Position in `#ordinals`' list + 1; 0 for a free slot. */
  readonly #slots: Int32Array;
  /** Ordinal of each file in the index. */
  readonly #ordinals: Int32Array;

  /**
   * @param tree Files to index.
   * @param takes True for a file name that belongs into the index.
   */
  constructor(tree: FileTree, takes: (name: string) => boolean) {
    const ordinals = new Int32Array(tree.fileCount);
    let start = 0;
    let count = 0;
    for (const folder of tree.folders.values()) {
      this.#folders.push({ path: folder.path, start, names: folder.files });
      folder.files.forEach((name, i) => {
        if (takes(name)) ordinals[count++] = start + i;
      });
      start += folder.files.length;
    }
    this.#ordinals = ordinals.subarray(0, count);
    let size = 16;
    while (size < count * 2) size *= 2;
    this.#slots = new Int32Array(size);
    for (let i = 0; i < count; i++) {
      let slot = hash(foldStem(this.#file(i).name)) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = i + 1;
    }
  }

  /**
   * Files with this folded stem, `limit` at most.
   *
   * @param folded From {@link foldStem}.
   */
  find(folded: string, limit: number): { folder: string; name: string }[] {
    const found = [];
    const mask = this.#slots.length - 1;
    for (let slot = hash(folded) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const file = this.#file(this.#slots[slot] - 1);
      if (foldStem(file.name) === folded && found.push(file) === limit) break;
    }
    return found;
  }

  #file(i: number): { folder: string; name: string } {
    const ordinal = this.#ordinals[i];
    let low = 0;
    let high = this.#folders.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#folders[middle].start <= ordinal) low = middle;
      else high = middle;
    }
    const folder = this.#folders[low];
    return { folder: folder.path, name: folder.names[ordinal - folder.start] };
  }
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value ^ (value >>> 15);
}
