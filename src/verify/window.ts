import type { RangeReader } from "../io/range_file.ts";
import { crc32 } from "../media/crc32.ts";

/**
 * A buffer that slides forward over a range of a file. All bytes pass through it once, and the CRC-32 of all of them is
 * taken on the way. Small enough to stay in the processor's cache: each byte is looked at twice.
 */
export class Window {
  /** Bytes that can be asked for at once. */
  readonly capacity: number;
  /** CRC-32 of the bytes read so far. */
  crc32 = 0;
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly #file: RangeReader;
  /** Place of buffer[0] in the file. */
  #start = 0;
  #filled = 0;
  #end = 0;

  constructor(file: RangeReader, capacity = 256 * 1024) {
    this.#file = file;
    this.capacity = capacity;
    this.buffer = new Uint8Array(capacity);
  }

  /** Begins anew with the range `[from, to)`. */
  reset(from: number, to: number): void {
    this.#start = from;
    this.#filled = 0;
    this.#end = to;
    this.crc32 = 0;
  }

  /**
   * Makes bytes of the file available; places may only grow.
   *
   * @param offset First byte.
   * @param size Bytes, at most the capacity.
   * @returns Place of the first byte in `buffer`; −1 if the file or the range ends before.
   */
  at(offset: number, size: number): number {
    while (offset + size > this.#start + this.#filled) {
      const keep = Math.max(0, this.#start + this.#filled - offset);
      this.buffer.copyWithin(0, this.#filled - keep, this.#filled);
      this.#start += this.#filled - keep;
      const next = this.#start + keep;
      const wanted = Math.min(this.capacity - keep, this.#end - next);
      const read = wanted <= 0 ? 0 : this.#file.read(this.buffer.subarray(keep, keep + wanted), next);
      this.crc32 = crc32(this.buffer.subarray(keep, keep + read), this.crc32);
      this.#filled = keep + read;
      if (read === 0) return -1;
    }
    return offset - this.#start;
  }
}
