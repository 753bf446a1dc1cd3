import type { Tickets } from "../ticket.ts";
import { SegmentFiles, type SegmentPlace } from "./segment_files.ts";

/** Writes a bundle in segments, from a worker. */
export class SegmentWriter {
  readonly #files: SegmentFiles;

  /** @param filled Told of the first byte of each segment that got its last missing one here. */
  constructor(place: SegmentPlace, readonly tickets: Tickets, readonly filled: (offset: number) => void) {
    this.#files = new SegmentFiles(place);
  }

  /**
   * Writes bytes at a place in the bundle; blocks while there is no room for them.
   *
   * @throws {Aborted} If the run was given up.
   */
  write(bytes: Uint8Array, position: number): void {
    for (const piece of this.#files.pieces(bytes, position)) {
      this.tickets.waitForRoom(piece.segment.index);
      if (this.#files.put(piece)) this.filled(piece.segment.offset);
    }
  }
}
