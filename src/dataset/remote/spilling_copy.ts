import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { rangeOf, type RangeReader } from "../../io/range_file.ts";
import { memoryFile } from "../../io/range_window.ts";
import { systemCode, systemReason } from "../../io/system_error.ts";
import { removeTemporary, temporaryFile } from "../../io/temporary_file.ts";
import { writeAll } from "../../io/write_all.ts";
import { PackError } from "../../model/issue.ts";
import type { Copy } from "./copy.ts";

/** Bytes up to which a copy stays in memory: the manifest of some 50,000 images. */
const ROOM = 16 * 2 ** 20;
/** Bytes hashed at once. */
const BLOCK = 2 ** 20;

/** A copy in memory that moves into a temporary file when it grows. */
export class SpillingCopy implements Copy {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #spilled: Spilled | undefined;
  #file: RangeReader | undefined;

  /** @param room Bytes up to which it stays in memory. */
  constructor(readonly room = ROOM) {}

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (!this.#spilled && this.#size <= this.room) return;
    this.#spilled ??= new Spilled();
    for (const chunk of this.#chunks) this.#spilled.append(chunk);
    this.#chunks = [];
  }

  file(): RangeReader {
    return this.#file ??= this.#spilled?.file() ?? memoryFile(Buffer.concat(this.#chunks));
  }

  sha256(end: number): Promise<string> {
    const file = this.file();
    const hash = createHash("sha256");
    const block = new Uint8Array(Math.min(BLOCK, end));
    for (let at = 0; at < end; at += block.length) {
      hash.update(block.subarray(0, file.read(block.subarray(0, end - at), at)));
    }
    return Promise.resolve(hash.digest("hex"));
  }

  close(): void {
    if (this.#file) this.#file.close();
    else this.#spilled?.close();
  }
}

/** A temporary file that only this process knows. */
class Spilled {
  readonly #path: string;
  readonly #descriptor: number;
  #size = 0;
  #isThere = true;

  constructor() {
    this.#path = this.#attempt(() => temporaryFile("copy"));
    this.#descriptor = this.#attempt(() => openSync(this.#path, "r+"));
    this.#remove();
  }

  append(bytes: Uint8Array): void {
    this.#attempt(() => writeAll(this.#descriptor, bytes, this.#size));
    this.#size += bytes.length;
  }

  file(): RangeReader {
    const file = rangeOf(this.#descriptor, this.#path);
    const close = () => {
      file.close();
      this.#remove();
    };
    return { ...file, close };
  }

  /** Closes it before it is read. */
  close(): void {
    closeSync(this.#descriptor);
    this.#remove();
  }

  #remove(): void {
    if (!this.#isThere) return;
    try {
      removeTemporary(this.#path);
      this.#isThere = false;
    } catch {
      // Windows keeps a file that is open; it is removed when it is closed.
    }
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      throw new PackError(
        `A temporary copy in "${tmpdir()}" cannot be written: ${systemReason(error)}.`,
        "Free some space there, or set TMPDIR to another folder.",
      );
    }
  }
}
