import type { FileWriter } from "../io/file_writer.ts";
import { type RangeReader, readRange } from "../io/range_file.ts";

const COMMA = 44;
const NEWLINE = 10;
const SEPARATOR = Uint8Array.of(COMMA, NEWLINE);
const BLOCK = 1 << 20;

/** Writes records one a line, with a comma and a line end between them. */
export class RecordWriter {
  #first = true;
  #block: Uint8Array | undefined;

  constructor(readonly out: FileWriter) {}

  /** Writes a record. */
  text(record: string): void {
    this.bytes(encoder.encode(record));
  }

  /** Writes a record. */
  bytes(record: Uint8Array): void {
    this.#separate();
    this.out.write(record);
  }

  /** Copies whole lines of another file as they are. */
  lines(file: RangeReader, start: number, end: number): void {
    if (end <= start) return;
    const tail = readRange(file, Math.max(start, end - 2), Math.min(2, end - start));
    if (tail.at(-1) === NEWLINE) end--;
    if (tail.at(-2) === COMMA) end--;
    if (end <= start) return;
    this.#separate();
    this.#block ??= new Uint8Array(BLOCK);
    for (let at = start; at < end; at += BLOCK) {
      const block = this.#block.subarray(0, Math.min(BLOCK, end - at));
      this.out.write(block.subarray(0, file.read(block, at)));
    }
  }

  #separate(): void {
    if (!this.#first) this.out.write(SEPARATOR);
    this.#first = false;
  }
}

const encoder = new TextEncoder();
