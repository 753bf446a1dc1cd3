import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { blocksOf, openRange } from "../io/range_file.ts";
import { openManifest } from "../manifest/reader.ts";
import { filesOfSet, MANIFEST_FILE, type ManifestHeader } from "../manifest/record.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import type { Whole } from "../store/store.ts";

/** A file of the set that is to be uploaded. */
export interface LocalFile extends Whole {
  /** What it is called in the store. */
  readonly name: string;
  readonly path: string;
}

/** A set on this machine, with the checksums of all its files. */
export interface LocalSet {
  readonly header: ManifestHeader;
  /** In the order in which they are sent: the bundle first, the manifest last, so whoever sees it finds the others. */
  readonly files: readonly LocalFile[];
}

/**
 * Looks up the files of a set and their checksums. The bundle's is that of the manifest, and is compared with the bytes when
 * they are sent; the other files are read here, and compared with the digests the manifest has of them.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If a file is missing, or is not what the manifest says.
 */
export function localSet(dir: string): LocalSet {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  let header: ManifestHeader, sealed: string, sealedBytes: number;
  try {
    ({ header, footer: { sha256: sealed }, footerOffset: sealedBytes } = manifest);
  } finally {
    manifest.close();
  }
  const read = digests(files.manifest, sealedBytes);
  if (read.sha256 !== sealed) throw differs(files.manifest);
  const sums = new Map(
    bundleFiles(header).map(({ file, size, crc32 }) => [file, { size, crc32: parseInt(crc32, 16) }]),
  );
  const described = [header.annotations, header.history].filter((each) =>
    each !== null && each !== undefined
  );
  const companions = filesOfSet(header).map((name): LocalFile => {
    const path = files.file(name);
    const there = statSync(path, { throwIfNoEntry: false });
    if (!there) throw missingFile(dir, name);
    const known = sums.get(name);
    if (known !== undefined) {
      if (there.size !== known.size) throw differs(path);
      return { name, path, ...known };
    }
    const stated = described.find(({ file }) => file === name);
    const { size, crc32, sha256 } = digests(path, stated?.size ?? 0);
    if (stated !== undefined && (size < stated.size || sha256 !== stated.sha256)) throw differs(path);
    return { name, path, size, crc32 };
  });
  return {
    header,
    files: [...companions, { name: MANIFEST_FILE, path: files.manifest, size: read.size, crc32: read.crc32 }],
  };
}

/** The files of the bundle: one, but for a compressed video of several sizes. */
function bundleFiles({ bundle }: ManifestHeader): { file: string; size: number; crc32: string }[] {
  return bundle.video?.files ?? [bundle];
}

/** A file that is not what the manifest says. */
export function differs(path: string): PackError {
  return new PackError(
    `"${basename(path)}" is not the file the manifest tells of, so the set was not uploaded.`,
    "`verify` tells what is damaged. Fetch the set again from where it came, or pack it again.",
    4,
  );
}

/** Checksum of a file, and SHA-256 of its first `sealed` bytes. */
function digests(path: string, sealed: number): Whole & { sha256: string } {
  const file = openRange(path);
  try {
    const hash = createHash("sha256");
    let sum = 0, at = 0;
    for (const block of blocksOf(file)) {
      sum = crc32(block, sum);
      if (at < sealed) hash.update(block.subarray(0, sealed - at));
      at += block.length;
    }
    return { size: file.size, crc32: sum, sha256: hash.digest("hex") };
  } finally {
    file.close();
  }
}
