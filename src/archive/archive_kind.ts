import { openRange, type RangeReader, readRange } from "../io/range_file.ts";
import { PackError } from "../model/issue.ts";
import { isTarHeader } from "./tar_members.ts";

/** What an archive is; a gzip file holds another one. */
export type ArchiveKind = "zip" | "tar" | "gzip";

/** First bytes of archives that are told from others by them, in Latin-1; null for those that are not read. */
const SIGNATURES: readonly (readonly [bytes: string, kind: ArchiveKind | null, name: string])[] = [
  ["PK\x03\x04", "zip", "zip"],
  ["PK\x05\x06", "zip", "zip"],
  ["PK\x07\x08", "zip", "zip"],
  ["\x1f\x8b", "gzip", "gzip"],
  ["7z\xbc\xaf\x27\x1c", null, "7z"],
  ["Rar!\x1a\x07", null, "RAR"],
  ["\xfd7zXZ\0", null, "xz"],
  ["BZh", null, "bzip2"],
  ["\x28\xb5\x2f\xfd", null, "Zstandard"],
  ["\x04\x22\x4d\x18", null, "LZ4"],
];

/**
 * Tells by its content what an archive is.
 *
 * @param path For messages.
 * @throws {PackError} With exit code 2 if it is none that can be read.
 */
export function archiveKind(file: RangeReader, path: string): ArchiveKind {
  const head = readRange(file, 0, 512);
  const text = String.fromCharCode(...head.subarray(0, 8));
  const known = SIGNATURES.find(([bytes]) => text.startsWith(bytes));
  if (known?.[1]) return known[1];
  if (head.length === 512 && isTarHeader(head)) return "tar";
  throw new PackError(
    known
      ? `"${path}" is a ${known[2]} archive, which cannot be read in place.`
      : `"${path}" is neither a folder nor an archive (zip, tar, tar.gz).`,
    known ? "Unpack it and name the folder, or make a zip of it." : "Name a folder, a zip or a tar.",
    2,
  );
}

/**
 * Checks that a file is an archive, before anything else is done.
 *
 * @throws {PackError} With exit code 2 if it is none that can be read.
 */
export function checkArchive(path: string): void {
  const file = openRange(path);
  try {
    archiveKind(file, path);
  } finally {
    file.close();
  }
}

const ENDING = /\.(zip|tar|tgz|tar\.gz)$/i;

/** True if a file's name is that of an archive. */
export function isArchiveName(name: string): boolean {
  return ENDING.test(name);
}

/** Path of an archive as that of the folder it may have been made from. */
export function withoutArchiveEnding(path: string): string {
  return path.replace(ENDING, "");
}
