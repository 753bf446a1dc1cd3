import type { RangeReader } from "../io/range_reader.ts";
import type { ImageHeader } from "../model/frame.ts";

/** Container of a bundle. */
export type Media = "zip" | "tar" | "mp4";

/** Names of the containers, as `--media` takes them. */
export const MEDIA: readonly Media[] = ["zip", "tar", "mp4"];

/** What a container needs to know of a frame to wrap it. */
export interface Entry {
  /** File name, UTF-8. */
  readonly name: Uint8Array;
  /** Bytes in the bundle. */
  readonly size: number;
  /** Bytes of the original file; equal to `size` unless deflated. */
  readonly originalSize: number;
  /** CRC-32 of the original file. */
  readonly crc32: number;
  /** True if the data is raw DEFLATE. */
  readonly deflated: boolean;
  /** Permissions of the file in a tar. @default {0o644} */
  readonly mode?: number;
  /** What kind of image it is; undefined for the original labels. */
  readonly header?: Pick<ImageHeader, "codec" | "width" | "height">;
}

/** How a bundle that is complete goes on, when a set is updated (docs/dataset_spec.md §4.1). */
export interface Growth {
  /** True if what comes stands in the place of the end records; false if it follows them. */
  readonly overEnd: boolean;
  /** Bytes before the new frames, if there are any. */
  readonly headerSize: number;
  /** These bytes, for frames that take `framesSize` bytes. */
  header(framesSize: number): Uint8Array;
  /**
   * Bytes of the directory before that have to be others, or readers would stop there: their place in it, what they are in the
   * directory that counts, and what they are in one that counts no more.
   */
  readonly retired?: { readonly offset: number; readonly live: Uint8Array; readonly dead: Uint8Array };
}

/** Growth of a container that needs nothing before new frames. */
export const growth = (overEnd: boolean): Growth => ({
  overEnd,
  headerSize: 0,
  header: () => new Uint8Array(0),
});

/**
 * The envelope around the frames of a bundle: pure functions from numbers to bytes, shared by the writer and by `verify`,
 * which writes every envelope byte again and compares.
 */
export interface Container {
  readonly media: Media;
  /** Says why an image cannot be a frame, as the rest of a sentence; absent if every image can be one. */
  refusal?(codec: string, size: number): string | undefined;
  /** Bytes before the first frame. */
  readonly prologueSize: number;
  /** These bytes, known when the frames with their envelopes have taken `framesSize` bytes. */
  prologue(framesSize: number): Uint8Array;
  /** Bytes before the data of an entry. Depends on the name, and on the size only from 4 GiB on. */
  headerSize(name: Uint8Array, size: number): number;
  /** Writes the bytes before the data to `into` at `at`; returns their number. */
  writeHeader(into: Uint8Array, at: number, entry: Entry): number;
  /** Zero bytes after the data. */
  padding(size: number): number;
  /** Bytes of an entry's record in the directory at the end; 0 if the container has none. */
  directorySize(name: Uint8Array, size: number, headerOffset: number): number;
  /** Writes the directory record of the entry whose header begins at `headerOffset`; returns its bytes. */
  writeDirectory(into: Uint8Array, at: number, entry: Entry, headerOffset: number): number;
  /** Bytes before the original labels; absent if they are one entry more. */
  labelsHeader?(size: number): Uint8Array;
  /**
   * The directory, piece by piece, made of the records of all frames; absent if it is just these records, one after another.
   *
   * @param fps Frames a second.
   */
  tables?(records: Pick<RangeReader, "size" | "read">, fps: number): Iterable<Uint8Array>;
  /** How a bundle with an end goes on. */
  readonly growth: Growth;
  /** The last bytes of the bundle. */
  end(entries: number, directoryOffset: number, directorySize: number): Uint8Array;
}
