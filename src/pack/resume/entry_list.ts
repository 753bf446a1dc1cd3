import { createHash } from "node:crypto";
import type { FrameEntry } from "../../scan/scan.ts";

/** A hash over the entries of a run in their order, and what it was after each batch. */
export class EntryList {
  readonly #hash = createHash("sha256");
  /** Entries that the hash has not seen: one call for many costs less. */
  #text = "";
  /** Hash by number of entries. */
  readonly #marks = new Map<number, string>();

  add({ fileName, label, part = 0, split = "" }: FrameEntry): void {
    this.#text += `${fileName}\0${split}\0`;
    if (label) {
      const { path, ranges, text, also } = label;
      this.#text += `${part}\0${path}\0${ranges?.join() ?? ""}\0`;
      if (text !== undefined || also) this.#text += JSON.stringify([text, also]);
    }
    this.#text += "\n";
    if (this.#text.length > 1 << 16) this.#flush();
  }

  /** Hash of the entries so far. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  /** Keeps the hash of the first `entries` entries, which are those so far. */
  mark(entries: number): void {
    this.#marks.set(entries, this.digest());
  }

  /** The hash that was kept for so many entries; those for fewer are forgotten. */
  at(entries: number): string | undefined {
    for (const marked of this.#marks.keys()) {
      if (marked >= entries) break;
      this.#marks.delete(marked);
    }
    return this.#marks.get(entries);
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }
}
