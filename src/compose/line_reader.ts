import type { RangeReader } from "../io/range_reader.ts";
import { lineTooLong, MAX_LINE } from "../manifest/lines.ts";
import { NEAR } from "../io/copy/read_ahead.ts";

const COMMA = 44;
const NEWLINE = 10;

/** Reads lines of a part of a file that mostly follow each other, wherever the first begins. */
export class LineReader {
  /** What was read last; the same array as long as nothing else was. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Place in `bytes` of the byte after the record: that of the comma or line end after it. */
  stop = 0;
  /** Byte of the file at which the next line begins. */
  next = 0;
  readonly #file: RangeReader;
  readonly #end: number;
  readonly #room: number;
  #buffer = new Uint8Array(0);
  /** Byte of the file at which `bytes` begin. */
  #start = 0;

  /**
   * @param end Byte after the last line.
   * @param room Bytes to read at once.
   */
  constructor(file: RangeReader, end: number, room: number) {
    this.#file = file;
    this.#end = end;
    this.#room = room;
  }

  /**
   * Reads the first line from byte `start` of the file on that is not empty; valid until the next is read.
   *
   * @param start Begin of a line.
   * @returns Place of its first byte in `bytes`; −1 if there is none.
   * @throws {PackError} If it is longer than 256 MiB.
   */
  read(start: number): number {
    for (; start < this.#end; start = this.next) {
      const end = this.#start + this.bytes.length;
      if (start < this.#start || start >= end) {
        const goesOn = start >= this.#start && start - end <= NEAR;
        this.#fill(start, goesOn ? this.#room : Math.min(NEAR, this.#room));
        if (this.bytes.length === 0) return -1;
      }
      const stop = this.#lineEnd(start), at = start - this.#start;
      this.next = this.#start + stop + 1;
      if (stop === at) continue;
      this.stop = this.bytes[stop - 1] === COMMA ? stop - 1 : stop;
      return at;
    }
    return -1;
  }

  /** Place of the end of the line that begins at byte `start`; reads on until it is there. */
  #lineEnd(start: number): number {
    for (;;) {
      const at = start - this.#start;
      const found = this.bytes.indexOf(NEWLINE, at);
      if (found >= 0) return found;
      const have = this.bytes.length - at;
      if (start + have >= this.#end) return this.bytes.length;
      if (have >= MAX_LINE) throw lineTooLong(start);
      this.#fill(start, Math.max(this.#room, 2 * have));
      if (this.bytes.length === have) return have;
    }
  }

  #fill(start: number, size: number): void {
    const wanted = Math.min(size, this.#end - start);
    if (wanted > this.#buffer.length) this.#buffer = new Uint8Array(wanted);
    const into = this.#buffer.subarray(0, wanted);
    this.bytes = into.subarray(0, this.#file.read(into, start));
    this.#start = start;
  }
}
