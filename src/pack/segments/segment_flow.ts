import { rmSync } from "node:fs";
import type { Tickets } from "../ticket.ts";
import { countsSize, SegmentFiles, type SegmentPlace } from "./segment_files.ts";
import { type Segment, segmentAt, type Segmentation } from "./segmentation.ts";

/** A segment whose bytes are all there. */
export interface FilledSegment extends Segment {
  readonly path: string;
  /** True if it is shorter than segments are, as none comes behind it. */
  readonly last: boolean;
}

/** Takes the segments of a bundle, in any order. */
export interface SegmentTarget {
  /** An empty folder for those that are not taken yet. */
  readonly folder: string;
  readonly cut: Segmentation;
  /** Segments that are taken at once. */
  readonly parallel: number;
  /**
   * Takes a segment; its file is removed afterwards.
   *
   * @param alive Called at least every few minutes as long as there is hope.
   */
  take(segment: FilledSegment, alive: () => void): Promise<void>;
}

/** Files that may be there beside those being taken, so that the workers can go on meanwhile. */
const AHEAD = 4;

/**
 * A bundle on its way in segments: what the workers have filled is handed on and removed, and they wait while too much of it
 * has not been taken yet. So little of the bundle is on the disk at any time, however large it becomes.
 */
export class SegmentFlow {
  /** For the workers. */
  readonly place: SegmentPlace;
  readonly #files: SegmentFiles;
  readonly #filled: FilledSegment[] = [];
  /** Taken before their predecessor; segment 0 comes at any time. */
  readonly #early = new Set<number>();
  /** The first segment behind segment 0 that is not taken. */
  #next = 1;
  #taking = 0;
  /** Bytes of the segments that were taken. */
  #taken = 0;
  #failure: unknown;
  /** Wakes whoever waits for room, or for the end. */
  #wake: (() => void)[] = [];

  /** @param fail Told when a segment could not be taken. */
  constructor(
    readonly target: SegmentTarget,
    readonly tickets: Tickets,
    readonly fail: (error: unknown) => void,
  ) {
    const window = target.parallel + AHEAD;
    const counts = new SharedArrayBuffer(countsSize(window));
    this.place = { folder: target.folder, cut: target.cut, window, counts };
    this.#files = new SegmentFiles(this.place);
    tickets.makeRoom(this.#end);
  }

  /** The first segment there is no room for. */
  get #end(): number {
    return this.#next + this.place.window;
  }

  /**
   * To be called when the last missing byte of a segment is written.
   *
   * @param offset First byte of the segment.
   * @param end Byte behind the bundle, if the segment ends there and not where segments end.
   */
  filled(offset: number, end?: number): void {
    const segment = segmentAt(this.target.cut, offset);
    const size = end === undefined ? segment.size : end - offset;
    this.#filled.push({ ...segment, size, path: this.#files.path(segment.index), last: end !== undefined });
    this.#takeMore();
  }

  /**
   * Writes bytes of the bundle from this thread, as soon as there is room for them.
   *
   * @throws The error of a segment that could not be taken.
   */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (const piece of this.#files.pieces(bytes, position)) {
      await this.#until(() => piece.segment.index < this.#end);
      if (this.#files.put(piece)) this.filled(piece.segment.offset);
    }
  }

  /**
   * Waits until all segments are taken.
   *
   * @param size Bytes of the whole bundle.
   * @throws The error of a segment that could not be taken; or if bytes of the bundle were never written.
   */
  async finish(size: number): Promise<void> {
    const { index, offset, size: whole } = segmentAt(this.target.cut, size);
    const rest = size - offset;
    if (rest > 0 && rest < whole && this.#files.count(index, 0) === rest) this.filled(offset, size);
    await this.#until(() => this.#filled.length === 0 && this.#taking === 0);
    if (this.#taken !== size) throw new Error(`${this.#taken} of ${size} bytes of the bundle were written.`);
  }

  #takeMore(): void {
    while (this.#failure === undefined && this.#taking < this.target.parallel && this.#filled.length > 0) {
      const segment = this.#filled.shift()!;
      this.#taking++;
      this.#take(segment).catch((error) => {
        this.#failure ??= error;
        this.fail(error);
      }).finally(() => {
        this.#taking--;
        this.#takeMore();
        for (const wake of this.#wake.splice(0)) wake();
      });
    }
  }

  async #take(segment: FilledSegment): Promise<void> {
    await this.target.take(segment, () => this.tickets.beat());
    rmSync(segment.path, { force: true });
    this.#files.forget(segment.index);
    this.#taken += segment.size;
    if (segment.index === 0) return;
    this.#early.add(segment.index);
    while (this.#early.delete(this.#next)) this.#next++;
    this.tickets.makeRoom(this.#end);
  }

  async #until(done: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (done()) return;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
}
