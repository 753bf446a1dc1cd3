/** Synchronous random access to one file, or to bytes in memory. */
export interface RangeReader {
  /** Bytes. */
  readonly size: number;
  /** Fills `into` from byte `offset`; returns the bytes read, less than asked only at the end. */
  read(into: Uint8Array, offset: number): number;
  close(): void;
}

/** The bytes of an open file from front to back, in new arrays of at most 1 MiB. */
export function* blocksOf(file: RangeReader): Generator<Uint8Array> {
  for (let at = 0; at < file.size;) {
    const block = readRange(file, at, 1 << 20);
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}

/**
 * Reads one range of an open file into a new array.
 *
 * @param file Open file.
 * @param offset First byte.
 * @param size Bytes wanted.
 * @returns The bytes; fewer than `size` only if the file ends before.
 */
export function readRange(file: RangeReader, offset: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, Math.min(size, file.size - offset)));
  const read = file.read(bytes, offset);
  return read === bytes.length ? bytes : bytes.subarray(0, read);
}
