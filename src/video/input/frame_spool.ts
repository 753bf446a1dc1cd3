import { closeSync, ftruncateSync, openSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { writeAll } from "../../io/write_all.ts";
import { PackError } from "../../model/issue.ts";
import { bytes as inBytes } from "../../text/format.ts";

/** Bytes between two looks at how much room is left. */
const STEP = 64 << 20;
/** Frames from which on the size of the others is guessed. */
const ENOUGH = 8;

/** The one file that takes the frames of all videos, one behind the other. */
export class FrameSpool {
  readonly #file: number;
  #size = 0;
  #looked = 0;

  /** @param path An empty file. */
  constructor(readonly path: string) {
    this.#file = openSync(path, "r+");
  }

  get size(): number {
    return this.#size;
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#file, bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Forgets what was written from this byte on. */
  cut(size: number): void {
    ftruncateSync(this.#file, size);
    this.#size = size;
    this.#looked = Math.min(this.#looked, size);
  }

  /**
   * Looks now and then whether the frames, and the bundle that gets the same bytes, will find room.
   *
   * @param video Path, for the message.
   * @param start First byte of the video's frames.
   * @param done Frames written.
   * @param all Frames there will be.
   * @throws {PackError} If the disk is too small.
   */
  refuseTooLarge(video: string, start: number, done: number, all: number): void {
    if (this.#size - this.#looked < STEP || done < ENOUGH) return;
    this.#looked = this.#size;
    const left = Math.max(0, all - done) * (this.#size - start) / done;
    const free = freeBytes(dirname(this.path));
    const needed = left + this.#size + left;
    if (needed <= free) return;
    throw new PackError(
      `The frames of "${video}" and the bundle need about ${inBytes(needed)} more in "${
        dirname(this.path)
      }", and ${inBytes(free)} are free.`,
      "Take fewer frames with --every or --at, keep them as JPEG with --frame-format jpg, or choose another --output.",
    );
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Bytes that can be written; without limit if the runtime may not ask, for then the system will tell when it is full. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as Error).name === "NotCapable") return Infinity;
    throw error;
  }
}
