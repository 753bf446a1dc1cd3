import { type RangeReader, readRange } from "../io/range_file.ts";

const COMMA = 44;
const NEWLINE = 10;
const SEPARATOR = Uint8Array.of(COMMA, NEWLINE);
const BLOCK = 1 << 20;

/** A file that records are written to. */
export interface RecordSink {
  write(bytes: Uint8Array): void;
}

/** One that can also take ranges of the file there was before. */
export interface CopyingSink extends RecordSink {
  copy(start: number, end: number): void;
}

/** Writes records one a line, with a comma and a line end between them. */
export class RecordWriter<Sink extends RecordSink = RecordSink> {
  #first = true;

  constructor(readonly out: Sink) {}

  /** Writes a record. */
  text(record: string): void {
    this.bytes(encoder.encode(record));
  }

  /** Writes a record. */
  bytes(record: Uint8Array): void {
    this.separate();
    this.out.write(record);
  }

  protected separate(): void {
    if (!this.#first) this.out.write(SEPARATOR);
    this.#first = false;
  }
}

/** The same, and copies lines of the file there was before. */
export class LineCopier extends RecordWriter<CopyingSink> {
  /** @param file Where the lines are. */
  constructor(out: CopyingSink, readonly file: RangeReader) {
    super(out);
  }

  /** Copies whole lines as they are. */
  lines(start: number, end: number): void {
    if (end <= start) return;
    const tail = readRange(this.file, Math.max(start, end - 2), Math.min(2, end - start));
    if (tail.at(-1) === NEWLINE) end--;
    if (tail.at(-2) === COMMA) end--;
    if (end <= start) return;
    this.separate();
    this.out.copy(start, end);
  }
}

/** Takes ranges of an open file. */
export class FileSink implements CopyingSink {
  readonly #block = new Uint8Array(BLOCK);

  constructor(readonly out: RecordSink, readonly file: RangeReader) {}

  write(bytes: Uint8Array): void {
    this.out.write(bytes);
  }

  copy(start: number, end: number): void {
    for (let at = start; at < end; at += BLOCK) {
      const block = this.#block.subarray(0, Math.min(BLOCK, end - at));
      this.out.write(block.subarray(0, this.file.read(block, at)));
    }
  }
}

const encoder = new TextEncoder();
