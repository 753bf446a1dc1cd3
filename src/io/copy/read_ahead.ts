import type { RangeReader } from "../range_reader.ts";

/** Bytes read at once where reading goes on from one range to the next. */
const AHEAD = 2 << 20;
/** Ranges that are no further apart than this are read in one go. */
export const NEAR = 64 << 10;
/** Room for all files that are read side by side. */
const ROOM = 64 << 20;

/** Bytes to read at once from each of some files that are read side by side. */
export function roomFor(files: number): number {
  return Math.max(NEAR, Math.min(AHEAD, Math.floor(ROOM / Math.max(1, files))));
}

/** Reads ranges of a file that mostly follow each other, without a call of the system for each. */
export class ReadAhead {
  /** What was read last, and perhaps more behind it. */
  bytes: Uint8Array<ArrayBuffer>;
  readonly #file: RangeReader;
  readonly #room: number;
  #start = 0;
  #end = 0;

  /** @param room Bytes to read at once; {@link roomFor}. */
  constructor(file: RangeReader, room: number) {
    this.#file = file;
    this.#room = room;
    this.bytes = new Uint8Array(Math.min(room, file.size));
  }

  /** The bytes from `start` to `end`, fewer if the file ends before; valid until the next call. */
  read(start: number, end: number): Uint8Array<ArrayBuffer> {
    const at = this.seek(start, end);
    return this.bytes.subarray(at, Math.min(at + end - start, this.#end - this.#start));
  }

  /**
   * Reads the bytes from `start` to `end` into `bytes`, all of which the file must have; valid until the next call.
   *
   * @returns Place of the first in `bytes`.
   */
  seek(start: number, end: number): number {
    if (start < this.#start || end > this.#end) this.#fill(start, end);
    return start - this.#start;
  }

  #fill(start: number, end: number): void {
    const goesOn = start >= this.#start && start - this.#end <= NEAR;
    const size = Math.max(end - start, goesOn ? this.#room : Math.min(NEAR, this.#room));
    if (size > this.bytes.length) this.bytes = new Uint8Array(Math.min(size, this.#file.size));
    const into = this.bytes.subarray(0, Math.min(size, Math.max(0, this.#file.size - start)));
    this.#start = start;
    this.#end = start + this.#file.read(into, start);
  }
}
