import { NameCursor } from "./name_cursor.ts";

/** The files of a folder, and which of them were asked for. Names that are asked for in order are found without a search. */
export class MarkedNames {
  readonly #cursor: NameCursor;
  readonly #marks: Uint8Array;
  /** Number of names that are marked. */
  count = 0;

  /**
   * @param path Of the folder.
   * @param names Its files, in byte order.
   */
  constructor(readonly path: string, readonly names: readonly string[]) {
    this.#cursor = new NameCursor(names);
    this.#marks = new Uint8Array(names.length);
  }

  /** Marks a name; false if there is none such. */
  mark(name: string): boolean {
    const at = this.#cursor.indexOf(name);
    if (at < 0) return false;
    if (this.#marks[at] === 0) this.count++;
    this.#marks[at] = 1;
    return true;
  }

  /** True for a name that is there and was marked. */
  isMarked(name: string): boolean {
    return this.#marks[this.#cursor.indexOf(name)] === 1;
  }
}
