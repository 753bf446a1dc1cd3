import type { RangeReader } from "../io/range_file.ts";

/** Bytes read at once where reading goes on from one range to the next. */
const AHEAD = 2 << 20;
/** Ranges that are no further apart than this are read in one go. */
const NEAR = 64 << 10;

/** Reads ranges of a file that mostly follow each other, without a call of the system for each. */
export class ReadAhead {
  readonly #file: RangeReader;
  readonly #room: number;
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;

  constructor(file: RangeReader, room = AHEAD) {
    this.#file = file;
    this.#room = room;
    this.#buffer = new Uint8Array(Math.min(room, file.size));
  }

  /** The bytes from `start` to `end`, fewer if the file ends before; valid until the next call. */
  read(start: number, end: number): Uint8Array<ArrayBuffer> {
    if (start < this.#start || end > this.#end) this.#fill(start, end);
    return this.#buffer.subarray(start - this.#start, Math.min(end, this.#end) - this.#start);
  }

  #fill(start: number, end: number): void {
    const goesOn = start >= this.#start && start - this.#end <= NEAR;
    const size = Math.max(end - start, goesOn ? this.#room : Math.min(NEAR, this.#room));
    if (size > this.#buffer.length) this.#buffer = new Uint8Array(Math.min(size, this.#file.size));
    const into = this.#buffer.subarray(0, Math.min(size, Math.max(0, this.#file.size - start)));
    this.#start = start;
    this.#end = start + this.#file.read(into, start);
  }
}
