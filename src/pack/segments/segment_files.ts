import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../io/system_error.ts";
import { writeAll } from "../../io/write_all.ts";
import { PackError } from "../../model/issue.ts";
import { type Segment, segmentAt, type Segmentation } from "./segmentation.ts";

/** Where the segments of a bundle are written; plain data, for the workers. */
export interface SegmentPlace {
  /** Folder of the files, each named after the index of its segment. */
  readonly folder: string;
  readonly cut: Segmentation;
  /** Files that may be there at once, beside that of segment 0. */
  readonly window: number;
  /** Bytes written of each segment that has a file. */
  readonly counts: SharedArrayBuffer;
}

/** Bytes of `counts` for a window. */
export function countsSize(window: number): number {
  return (window + 1) * BigInt64Array.BYTES_PER_ELEMENT;
}

/** A piece of a segment. */
export interface SegmentPiece {
  readonly segment: Segment;
  readonly bytes: Uint8Array;
  /** Place in the segment. */
  readonly position: number;
}

/** The segments of a bundle as files, written by several threads side by side. */
export class SegmentFiles {
  readonly #counts: BigInt64Array<SharedArrayBuffer>;

  constructor(readonly place: SegmentPlace) {
    this.#counts = new BigInt64Array(place.counts);
  }

  path(index: number): string {
    return join(this.place.folder, String(index));
  }

  /** Cuts bytes of the bundle where its segments end. */
  *pieces(bytes: Uint8Array, position: number): Generator<SegmentPiece> {
    for (let at = 0; at < bytes.length;) {
      const segment = segmentAt(this.place.cut, position + at);
      const inside = position + at - segment.offset;
      const piece = bytes.subarray(at, at + segment.size - inside);
      yield { segment, bytes: piece, position: inside };
      at += piece.length;
    }
  }

  /**
   * Writes a piece, for which there must be room.
   *
   * @returns True if all bytes of the segment are written now.
   * @throws {PackError} If the folder cannot be written to.
   */
  put({ segment: { index, size }, bytes, position }: SegmentPiece): boolean {
    try {
      // Nobody keeps a file open: its room on the disk is free as soon as it is removed.
      const file = openSync(this.path(index), constants.O_CREAT | constants.O_WRONLY);
      try {
        writeAll(file, bytes, position);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw unwritable(this.place.folder, error);
    }
    return this.count(index, bytes.length) === size;
  }

  /** Counts bytes of a segment; returns how many it has now. */
  count(index: number, bytes: number): number {
    return Number(Atomics.add(this.#counts, this.#slot(index), BigInt(bytes))) + bytes;
  }

  /** Forgets the bytes of a segment that is done with, so that a later one can be counted in its place. */
  forget(index: number): void {
    Atomics.store(this.#counts, this.#slot(index), 0n);
  }

  /** Segment 0 is complete only at the end, when its first bytes are known. */
  #slot(index: number): number {
    return index === 0 ? this.place.window : index % this.place.window;
  }
}

function unwritable(folder: string, error: unknown): unknown {
  if ((systemCode(error) ?? "ENOTCAPABLE") === "ENOTCAPABLE") return error;
  return new PackError(
    `Cannot write to the temporary folder "${folder}": ${(error as Error).message}.`,
    "Free some space there, or name another folder with --temp.",
  );
}
