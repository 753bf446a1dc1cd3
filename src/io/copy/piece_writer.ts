import { createHash } from "node:crypto";
import { FileWriter } from "../file_writer.ts";
import { openRange, type RangeReader } from "../range_file.ts";
import { PackError } from "../../model/issue.ts";
import { type CopyBatch, type CopyJob, OWN_BYTES, PIECE } from "./copy_batch.ts";
import { ReadAhead, roomFor } from "./read_ahead.ts";

/** Bytes read at once: what is read is still in the processor's cache when it is written. */
const BLOCK = 256 << 10;

/** Writes pieces of files one after the other into another. */
export class PieceWriter {
  readonly #job: CopyJob;
  readonly #out: FileWriter;
  readonly #digest = createHash("sha256");
  readonly #files: (RangeReader | undefined)[];
  readonly #ahead: (ReadAhead | undefined)[];
  readonly #block = new Uint8Array(BLOCK);

  constructor(job: CopyJob) {
    this.#job = job;
    const { path, position } = job;
    this.#out = job.seal
      ? new FileWriter(path, position, (bytes) => this.#digest.update(bytes))
      : new FileWriter(path, position);
    this.#files = job.sources.map(() => undefined);
    this.#ahead = job.sources.map(() => undefined);
  }

  /**
   * Writes the pieces of a batch, unless the work was given up.
   *
   * @throws {Error} The system's error.
   * @throws {PackError} If a source has become shorter.
   */
  write({ pieces, bytes }: CopyBatch): void {
    for (let i = 0; i < pieces.length && !this.#stopped; i += PIECE) {
      const source = pieces[i], start = pieces[i + 1], size = pieces[i + 2];
      if (source === OWN_BYTES) this.#out.write(bytes.subarray(start, start + size));
      else if (size < BLOCK) this.#short(source, start, size);
      else this.#long(source, start, size);
    }
  }

  /**
   * Writes what is left and closes all files.
   *
   * @returns SHA-256 of what was written, hex, if it was asked for.
   */
  close(): string | undefined {
    for (const file of this.#files) file?.close();
    try {
      if (this.#stopped) return undefined;
      if (!this.#job.seal) {
        this.#out.flush();
        return undefined;
      }
      this.#out.sync();
      return this.#digest.digest("hex");
    } finally {
      this.#out.close();
    }
  }

  get #stopped(): boolean {
    return Atomics.load(this.#job.stop, 0) !== 0;
  }

  #file(source: number): RangeReader {
    return this.#files[source] ??= openRange(this.#job.sources[source]);
  }

  #short(source: number, start: number, size: number): void {
    const ahead = this.#ahead[source] ??= new ReadAhead(
      this.#file(source),
      Math.min(BLOCK, roomFor(this.#job.sources.length)),
    );
    const piece = ahead.read(start, start + size);
    if (piece.length < size) throw this.#cutOff(source, start + piece.length);
    this.#out.write(piece);
  }

  #long(source: number, start: number, size: number): void {
    const file = this.#file(source);
    for (let done = 0; done < size && !this.#stopped;) {
      const wanted = Math.min(BLOCK, size - done);
      const found = file.read(this.#block.subarray(0, wanted), start + done);
      if (found < wanted) throw this.#cutOff(source, start + done + found);
      this.#out.writeBlock(this.#block.subarray(0, found));
      done += found;
    }
  }

  #cutOff(source: number, at: number): PackError {
    return new PackError(
      `"${this.#job.sources[source]}" ends at byte ${at}, before what is to be copied of it does.`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}
