import { closeSync, constants, openSync, readSync } from "node:fs";
import { systemCode } from "./system_error.ts";

/** Without O_NONBLOCK, opening a FIFO that took a file's place since the scan would block for ever. Not there on Windows. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The file did not fit into the buffer it was read to. */
export const DOES_NOT_FIT = -1;

/**
 * Reads a whole file into a buffer.
 *
 * Reads until the end is reported, so a file that grows meanwhile is read to the end it then has.
 *
 * @param into Buffer; bytes from `at` to `limit` are overwritten.
 * @returns Bytes of the file, or {@link DOES_NOT_FIT}.
 * @throws {Error} The system's error, with its `code`.
 */
export function readFileInto(
  path: string,
  into: Uint8Array,
  at: number,
  limit: number = into.length,
): number {
  if (at >= limit) return DOES_NOT_FIT;
  const file = openSync(path, FLAGS);
  try {
    let end = at;
    for (;;) {
      if (end === limit) return DOES_NOT_FIT;
      const count = readSync(file, into, end, limit - end, null);
      if (count === 0) return end - at;
      end += count;
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a file in pieces, for files too large for memory.
 *
 * @param buffer Reused for every piece.
 * @param piece Called with each piece, a view on `buffer`, and its position in the file.
 * @returns Bytes of the file.
 */
export function readFilePieces(
  path: string,
  buffer: Uint8Array,
  piece: (bytes: Uint8Array, position: number) => void,
): number {
  const file = openSync(path, FLAGS);
  try {
    let position = 0;
    for (;;) {
      const count = readSync(file, buffer, 0, buffer.length, position);
      if (count === 0) return position;
      piece(buffer.subarray(0, count), position);
      position += count;
    }
  } finally {
    closeSync(file);
  }
}

/** Errors that say this one file cannot be read, not that the disk or the permission is failing. */
const FILE_ERRORS = new Set([
  "ENOENT",
  "EACCES",
  "EPERM",
  "EISDIR",
  "ENOTDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "EILSEQ",
  "ENXIO",
  "EBADMSG",
]);

/** True if an error from reading concerns one file only, so that the run can go on without it. */
export function concernsOneFile(error: unknown): boolean {
  return FILE_ERRORS.has(systemCode(error) ?? "");
}

/** Reads the first bytes of a file, at most `limit`; returns their number. */
export function readHeadInto(path: string, into: Uint8Array, limit: number): number {
  const file = openSync(path, FLAGS);
  try {
    return readSync(file, into, 0, Math.min(limit, into.length), 0);
  } finally {
    closeSync(file);
  }
}
