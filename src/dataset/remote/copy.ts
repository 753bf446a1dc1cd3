import type { RangeReader } from "../../io/range_reader.ts";
import { memoryFile } from "../../io/range_window.ts";
import type { Crc32 } from "../../media/crc32_table.ts";

/** What a program of this machine does in one way, and a page in a browser in another. */
export interface Host {
  readonly crc32: Crc32;
  /** Room for a file of a set that is read as a whole. */
  readonly newCopy: () => Copy;
}

/** A file of a set that is read as a whole, at hand for reading any part of it. */
export interface Copy {
  /** Takes the next bytes. */
  add(bytes: Uint8Array): void;
  /** All that was added; closing it gives the copy up. Nothing is added any more. */
  file(): RangeReader;
  /**
   * SHA-256 of the first bytes, 64 hex digits; undefined where it cannot be computed.
   *
   * @param end How many.
   */
  sha256(end: number): Promise<string | undefined>;
  /** Gives the copy up. */
  close(): void;
}

/** A copy in memory: all that a page in a browser has. */
export class MemoryCopy implements Copy {
  #chunks: Uint8Array[] = [];
  #whole: Uint8Array<ArrayBuffer> | undefined;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
  }

  file(): RangeReader {
    return memoryFile(this.#bytes());
  }

  close(): void {}

  async sha256(end: number): Promise<string | undefined> {
    // A page that did not come by https has no such thing.
    if (!globalThis.crypto?.subtle) return undefined;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", this.#bytes().subarray(0, end)));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    if (!this.#whole) {
      this.#whole = new Uint8Array(this.#chunks.reduce((size, { length }) => size + length, 0));
      let at = 0;
      for (const chunk of this.#chunks) {
        this.#whole.set(chunk, at);
        at += chunk.length;
      }
      this.#chunks = [];
    }
    return this.#whole;
  }
}
