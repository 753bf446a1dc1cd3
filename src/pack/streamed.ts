import { createHash } from "node:crypto";
import { crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import type { FileSource } from "../source/source.ts";

/** Size and digests of a file, read once from front to back. */
export interface FileDigests {
  /** Bytes. */
  size: number;
  crc32: number;
  /** 64 hex digits. */
  sha256: string;
}

/** Digests of a file that is too large to be held; `buffer` is reused for its pieces. */
export function hashFile(source: FileSource, path: string, buffer: Uint8Array): FileDigests {
  const sha256 = createHash("sha256");
  let crc = 0;
  const size = source.readPieces(path, buffer, (bytes) => {
    sha256.update(bytes);
    crc = crc32(bytes, crc);
  });
  return { size, crc32: crc, sha256: sha256.digest("hex") };
}

/**
 * Copies a file to its place in the bundle.
 *
 * @param write Writes bytes of it, given where they stand in it.
 * @param expected What {@link hashFile} found; the envelope that was promised to later frames depends on it.
 * @throws {PackError} If the file changed since then.
 */
export function copyFile(
  source: FileSource,
  path: string,
  write: (bytes: Uint8Array, at: number) => void,
  expected: { size: number; crc32: number },
  buffer: Uint8Array,
): void {
  let crc = 0;
  let size = 0;
  source.readPieces(path, buffer, (bytes, at) => {
    size = at + bytes.length;
    if (size > expected.size) return;
    crc = crc32(bytes, crc);
    write(bytes, at);
  });
  if (size !== expected.size || crc !== expected.crc32) {
    throw new PackError(
      `"${path}" changed while it was packed: ${expected.size} bytes at first, ${size} bytes now.`,
      "Run again when nothing writes to the dataset.",
    );
  }
}
