import type { RangeReader } from "../io/range_file.ts";
import type { ArchivePlace, IndexColumns } from "./archive_index.ts";

/**
 * Where the files of a dataset are: a folder, an archive that is read in place, or videos among them. Everything that opens a file of the dataset
 * asks its source; paths are those of the tree that was listed, with `/` between parts.
 *
 * All calls are synchronous (docs/design.md, "Synchronous reads in workers"), and throw an error that
 * {@link concernsOneFile} tells apart if only this file cannot be read.
 */
export interface FileSource {
  /** What another thread needs to open the same source. */
  readonly place: SourcePlace;
  /**
   * Reads a whole file into a buffer.
   *
   * @param into Bytes from `at` to `limit` may be overwritten.
   * @param limit End of the room. @default {into.length}
   * @returns Bytes of the file, or `DOES_NOT_FIT`.
   */
  read(path: string, into: Uint8Array, at: number, limit?: number): number;
  /** Reads the first bytes of a file, at most `limit`; returns their number. */
  readHead(path: string, into: Uint8Array, limit: number): number;
  /**
   * Reads a file in pieces, for files too large for memory.
   *
   * @param buffer Reused for every piece.
   * @param piece Called with each piece, valid until it returns, and its position in the file.
   * @returns Bytes of the file.
   */
  readPieces(
    path: string,
    buffer: Uint8Array,
    piece: (bytes: Uint8Array, position: number) => void,
  ): number;
  /** Opens a file for reading ranges; the caller closes it. */
  open(path: string): RangeReader;
  /** What the COCO record of an image says of where it comes from; absent where there is nothing to say. */
  about?(path: string): Record<string, unknown> | undefined;
  close(): void;
}

/** A source as plain data. */
export type SourcePlace = FolderPlace | ArchivePlace | VideoPlace;

/** A folder. */
export interface FolderPlace {
  readonly kind: "folder";
  /** Absolute. */
  readonly root: string;
}

/** Frames of videos, and the folder or archive the videos are in, as plain data. */
export interface VideoPlace {
  readonly kind: "videos";
  /** Where the other files are. */
  readonly base: Exclude<SourcePlace, VideoPlace>;
  /** File with the frames; absent if they were only listed. */
  readonly spool?: string;
  /** The frames by their path; `at` and `size` say where they lie in the spool. */
  readonly index: IndexColumns;
  /** Paths of the videos. */
  readonly videos: readonly string[];
  /** Of each frame: number of its video, its own number there, when it begins in seconds (NaN if nobody knows). */
  readonly video: Uint32Array;
  readonly frame: Uint32Array;
  readonly time: Float64Array;
}
