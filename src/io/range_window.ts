import type { RangeReader } from "./range_reader.ts";

/** A part of an open file as a file of its own; closing it leaves the file open. */
export function windowOf(file: RangeReader, start: number, size: number): RangeReader {
  return {
    size,
    read(into, offset) {
      const room = Math.max(0, Math.min(into.length, size - offset));
      return room === 0 ? 0 : file.read(into.subarray(0, room), start + offset);
    },
    close() {},
  };
}

/** Bytes in memory as a file. */
export function memoryFile(bytes: Uint8Array): RangeReader {
  return {
    size: bytes.length,
    read(into, offset) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    close() {},
  };
}
