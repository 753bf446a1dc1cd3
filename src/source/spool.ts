import { closeSync, openSync } from "node:fs";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { blocksOf, type RangeReader } from "../io/range_file.ts";
import { temporaryFile } from "../io/temporary_file.ts";
import { writeAll } from "../io/write_all.ts";
import { crc32 } from "../media/crc32.ts";

/** What was inflated into the spool. */
export interface Spooled {
  /** First byte in the spool. */
  readonly at: number;
  readonly size: number;
  readonly crc32: number;
}

/** More came out than was allowed. */
export class TooLarge extends Error {}

/** One file that takes everything of an archive that has to be inflated as a stream, one thing behind the other. */
export class Spool {
  #file: number | undefined;
  #path: string | undefined;
  #size = 0;

  /**
   * @param create Makes an empty file and returns its path; called when there is something to write. Without it, the file
   * lies in the system's folder for temporary files.
   */
  constructor(readonly create?: () => string) {}

  /** Undefined as long as nothing was written. */
  get path(): string | undefined {
    return this.#path;
  }

  get isTemporary(): boolean {
    return this.create === undefined;
  }

  /**
   * Inflates a file to the end of the spool.
   *
   * @param limit Bytes that may come out.
   * @throws {TooLarge} If there are more.
   * @throws {Error} Zlib's or the system's error.
   */
  async inflate(
    file: RangeReader,
    inflater: Transform,
    limit: number,
    signal?: AbortSignal,
  ): Promise<Spooled> {
    this.#path ??= this.create?.() ?? temporaryFile("inflated");
    const out = this.#file ??= openSync(this.#path, "r+");
    const at = this.#size;
    let crc = 0;
    // The pipeline's own error would hide what ended it.
    let failure: unknown;
    const take = async (source: AsyncIterable<Uint8Array>) => {
      try {
        for await (const bytes of source) {
          signal?.throwIfAborted();
          if (this.#size - at + bytes.length > limit) throw new TooLarge();
          writeAll(out, bytes, this.#size);
          this.#size += bytes.length;
          crc = crc32(bytes, crc);
        }
      } catch (error) {
        failure ??= error;
        throw error;
      }
    };
    try {
      await pipeline(Readable.from(blocksOf(file)), inflater, take);
    } catch (error) {
      throw failure ?? error;
    }
    return { at, size: this.#size - at, crc32: crc };
  }

  /** Ends writing; the file stays. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
