import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { blocksOf, openRange } from "../io/range_file.ts";
import { openManifest } from "../manifest/reader.ts";
import { filesOfSet, type GenerationRecord, MANIFEST_FILE, type ManifestHeader } from "../manifest/record.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import { type Body, fileBody } from "../store/body.ts";
import type { Digested, Whole } from "../store/store.ts";
import { type Base, readBase } from "./base.ts";

/** A file of the set that is to be uploaded. */
export interface LocalFile extends Digested {
  readonly path: string;
}

/** A set on this machine, with the checksums of all its files. */
export interface LocalSet {
  readonly header: ManifestHeader;
  /** Empty in version 1. */
  readonly generations: readonly GenerationRecord[];
  /** What of it is in a store only; undefined of a set that is whole. */
  readonly base: Base | undefined;
  /** In the order in which they are sent: the bundle first, the manifest last, so whoever sees it finds the others. */
  readonly files: readonly LocalFile[];
}

/**
 * Looks up the files of a set and their checksums. The bundle's is that of the manifest, and is compared with the bytes when
 * they are sent; the other files are read here, and compared with the digests the manifest has of them.
 *
 * @param dir Folder of the set.
 * @param arrived Names of files of the bundle that are not here, as they are in the store already.
 * @throws {PackError} If a file is missing, or is not what the manifest says.
 */
export function localSet(dir: string, arrived: ReadonlySet<string> = new Set()): LocalSet {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  let header: ManifestHeader, generations: readonly GenerationRecord[], sealed: string, sealedBytes: number;
  try {
    ({ header, footer: { sha256: sealed }, footerOffset: sealedBytes } = manifest);
    generations = manifest.generations();
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
    const known = sums.get(name);
    if (known !== undefined && arrived.has(name)) return { name, path, ...known };
    const there = statSync(path, { throwIfNoEntry: false });
    if (!there) throw missingFile(dir, name);
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
    generations,
    base: readBase(dir),
    files: [...companions, { name: MANIFEST_FILE, path: files.manifest, size: read.size, crc32: read.crc32 }],
  };
}

/** Checksums of the beginning of a bundle. */
export interface Beginning {
  /** CRC-32 of the first so many bytes. */
  crc32(size: number): number;
  /** SHA-256 in hex of the first so many bytes and these behind them. */
  sha256(size: number, end: Uint8Array): string;
  /** The bytes themselves, for a part that is small. */
  bytes(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/** Reads the beginning of the bundle of a set; what is in a store only is known by its CRC-32. */
export function beginningOf({ files: [{ path }], base }: LocalSet): Beginning {
  const read = <T>(start: number, end: number, sum: (body: Body) => T): T => {
    const file = openRange(path);
    try {
      if (file.size < end) throw differs(path);
      return sum(fileBody(file, start, end - start));
    } finally {
      file.close();
    }
  };
  return {
    crc32(size) {
      const known = base && base.bundle.size <= size ? base.bundle : { size: 0, crc32: 0 };
      const rest = read(known.size, size, (body) => body.crc32());
      return combineCrc32(known.crc32, rest, size - known.size);
    },
    sha256: (size, end) =>
      read(0, size, (body) => {
        const hash = createHash("sha256");
        for (const block of body.blocks()) hash.update(block);
        return hash.update(end).digest("hex");
      }),
    bytes: (start, end) =>
      read(start, end, (body) => {
        const bytes = new Uint8Array(end - start);
        let at = 0;
        for (const block of body.blocks()) {
          bytes.set(block, at);
          at += block.length;
        }
        return bytes;
      }),
  };
}

/** The same set, with the SHA-256 of all its files. */
export async function withSha256(set: LocalSet, signal?: AbortSignal): Promise<LocalSet> {
  const files: LocalFile[] = [];
  for (const file of set.files) files.push({ ...file, sha256: await sha256Of(file.path, signal) });
  return { ...set, files };
}

/** Bytes hashed before signals are listened to. */
const BREATH = 64 * 2 ** 20;

async function sha256Of(path: string, signal: AbortSignal | undefined): Promise<string> {
  const file = openRange(path);
  try {
    const hash = createHash("sha256");
    let at = 0;
    for (const block of blocksOf(file)) {
      hash.update(block);
      at += block.length;
      if (at >= BREATH) {
        at = 0;
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
      }
    }
    return hash.digest("hex");
  } finally {
    file.close();
  }
}

/** A file beside a set, with its checksum. */
export function localFile(dir: string, name: string): LocalFile {
  const path = join(dir, name);
  const { size, crc32 } = digests(path, 0);
  return { name, path, size, crc32 };
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
