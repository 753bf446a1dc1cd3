import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/**
 * Writes all bytes at a position; a short write is continued, so a full disk shows as its error and not as missing bytes.
 *
 * @throws {Error} The system's error, with its `code` (`ENOSPC`, `EFBIG`, `EIO`, …).
 */
export function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

/**
 * Writes bytes over those of a file that is there, and waits until they are on the disk.
 *
 * @throws {Error} The system's error, with its `code`.
 */
export function overwrite(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, "r+");
  try {
    writeAll(file, bytes, position);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
