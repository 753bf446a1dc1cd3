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
}

/**
 * The envelope around the frames of a bundle: pure functions from numbers to bytes, shared by the writer and by `verify`,
 * which writes every envelope byte again and compares.
 */
export interface Container {
  readonly media: "zip" | "tar";
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
  /** The last bytes of the bundle. */
  end(entries: number, directoryOffset: number, directorySize: number): Uint8Array;
}
