import type { RangeReader } from "../io/range_file.ts";

const SIZE = 4 << 20;

/** A part of a file that moves from front to back. */
export class ByteWindow {
  bytes = new Uint8Array(SIZE);
  /** Bytes in the window. */
  length = 0;
  /** Place in the window. */
  at = 0;
  /** True if the window reaches to the end of the file. */
  atEnd = false;
  readonly #file: RangeReader;
  /** Place of the window in the file. */
  #start = 0;

  constructor(file: RangeReader) {
    this.#file = file;
  }

  /** Place in the file. */
  get offset(): number {
    return this.#start + this.at;
  }

  /**
   * Passes over a UTF-8 byte order mark.
   *
   * @returns False for the mark of UTF-16.
   */
  skipMark(): boolean {
    if (this.length === 0) this.extend();
    const [first, second, third] = this.bytes;
    if (first === 0xef && second === 0xbb && third === 0xbf) this.at = 3;
    return !(first === 0xff && second === 0xfe || first === 0xfe && second === 0xff);
  }

  /** The next byte that is not blank, which becomes the place; -1 at the end of the file. */
  peek(): number {
    for (;;) {
      while (this.at < this.length) {
        const byte = this.bytes[this.at];
        if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
        this.at++;
      }
      if (!this.extend()) return -1;
    }
  }

  /**
   * Reads on, keeping what lies behind the place. The window grows if nothing lies before it.
   *
   * @returns False at the end of the file.
   */
  extend(): boolean {
    const kept = this.length - this.at;
    let into = this.bytes;
    if (kept > this.bytes.length / 2) into = new Uint8Array(this.bytes.length * 2);
    into.set(this.bytes.subarray(this.at, this.length));
    this.bytes = into;
    this.#start += this.at;
    this.at = 0;
    const read = this.#file.read(into.subarray(kept), this.#start + kept);
    this.length = kept + read;
    this.atEnd = this.#start + this.length >= this.#file.size || read === 0;
    return read > 0;
  }
}
