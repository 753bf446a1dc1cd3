import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noSet } from "../dataset/remote/no_set.ts";
import { growable, openBase } from "../generations/base.ts";
import { openRange } from "../io/range_file.ts";
import { crc32, cutCrc32 } from "../media/crc32.ts";
import { openManifest } from "../manifest/reader.ts";
import { filesOfSet, HISTORY_FILE, MANIFEST_FILE } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { fileBody } from "../store/body.ts";
import type { ObjectInfo, UploadStore, Whole } from "../store/store.ts";
import { writeBase } from "./base.ts";
import { type FetchedRange, type FetchOptions, fetchRange } from "./fetch.ts";
import { localSet } from "./local_set.ts";

/** How a set is fetched. */
export interface FetchSetOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes that are here, and those there will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Fetches from a store what an update of a set reads: manifest, annotations, history. The bundle becomes a file of its true
 * length without a byte of it, but for the directory of an mp4, which is rewritten (docs/dataset_spec.md §4.1); `base.json` says so.
 *
 * @param dir Folder to make.
 * @throws {PackError} If there is no set, it is damaged or cannot grow (exit code 2), or nobody knows the checksum of its bundle.
 */
export async function fetchSet(
  store: UploadStore,
  dir: string,
  { signal, onProgress }: FetchSetOptions,
): Promise<void> {
  let done = 0, total = 0;
  const onBytes = (bytes: number) => onProgress?.(done += bytes, Math.max(done, total));
  const options: FetchOptions = { signal, onBytes };
  mkdirSync(dir);
  const etags: Record<string, string> = {};
  const note = (name: string, found: ObjectInfo | undefined) => {
    if (found?.etag !== undefined) etags[name] = found.etag;
  };
  const look = async (name: string): Promise<ObjectInfo> => {
    const found = await store.head(name, signal);
    if (!found) throw missing(store, name);
    note(name, found);
    return found;
  };
  const fetch = async (name: string) => {
    const { size } = await look(name);
    if (name === MANIFEST_FILE) total = size;
    await fetchInto(store, join(dir, name), name, { offset: 0, size, etag: etags[name] }, options);
  };
  await fetch(MANIFEST_FILE);
  const manifest = openManifest(join(dir, MANIFEST_FILE));
  manifest.close();
  const { header } = manifest;
  growable(store.location, manifest);
  const { file, size, crc32: sum } = header.bundle;
  total += (header.annotations?.size ?? 0) + (header.history?.size ?? 0);
  const bundle = await look(file);
  if (bundle.size > size) throw grown(store, file);
  if (bundle.size !== size || bundle.crc32 !== undefined && bundle.crc32 !== parseInt(sum, 16)) {
    throw damaged(store, `"${file}"`);
  }
  if (bundle.crc32 === undefined) {
    throw new PackError(
      `The store does not know the CRC-32 of "${file}" in "${store.location}", so nothing can be appended to it with proof.`,
      "Update the set on this machine and `upload` it, which notes the CRC-32.",
    );
  }
  const names = filesOfSet(header);
  for (const name of names) if (name !== file) await fetch(name);
  // One that another set has left there may be replaced, too, but only that one.
  if (!names.includes(HISTORY_FILE)) note(HISTORY_FILE, await store.head(HISTORY_FILE, signal));
  const path = join(dir, file);
  writeFileSync(path, "");
  truncateSync(path, size);
  compareDigests(store, dir);
  writeBase(dir, { bundle: await beginning(store, dir, path, etags[file], options), etags });
}

/** The beginning of the bundle that an update leaves as it is; what follows is fetched. */
async function beginning(
  store: UploadStore,
  dir: string,
  path: string,
  etag: string | undefined,
  options: FetchOptions,
): Promise<Whole> {
  const base = openBase(dir);
  base.close();
  const { container: { growth: { overEnd, retired }, end }, current } = base;
  const { size } = current.bundle;
  const sum = parseInt(current.bundle.crc32, 16);
  if (overEnd) {
    const zeros = end(0, 0, 0);
    return { size: size - zeros.length, crc32: cutCrc32(sum, crc32(zeros), zeros.length) };
  }
  if (!retired) return { size, crc32: sum };
  const offset = current.frames_end + retired.offset;
  const tail = { offset, size: size - offset, etag };
  await fetchInto(store, path, base.manifest.header.bundle.file, tail, options);
  const file = openRange(path);
  try {
    const rest = fileBody(file, offset, tail.size).crc32();
    return { size: offset, crc32: cutCrc32(sum, rest, tail.size) };
  } finally {
    file.close();
  }
}

async function fetchInto(
  store: UploadStore,
  path: string,
  name: string,
  range: FetchedRange,
  options: FetchOptions,
): Promise<void> {
  const into = openSync(path, range.offset === 0 ? "w" : "r+");
  try {
    await fetchRange(store, name, range, into, options);
  } finally {
    closeSync(into);
  }
}

/** What came has to be what the manifest has the digests of. */
function compareDigests(store: UploadStore, dir: string): void {
  try {
    localSet(dir);
  } catch (error) {
    if (!(error instanceof PackError) || error.exitCode !== 4) throw error;
    throw damaged(store, "A file of the set");
  }
}

function missing(store: UploadStore, name: string): PackError {
  if (name === MANIFEST_FILE) return noSet(store.location);
  return new PackError(
    `The manifest in "${store.location}" names "${name}", which is not there.`,
    "Upload the set again.",
  );
}

/** An update was sent as far as the bundle. */
function grown(store: UploadStore, file: string): PackError {
  return new PackError(
    `"${file}" in "${store.location}" is longer than the manifest says: an update of it is on its way, or broke off.`,
    "Try again when it has ended. If it broke off, its message named a folder: `upload` it. Without that folder, " +
      "pack the dataset on this machine and `upload` it with --force; until then the set can be read as it was.",
    4,
  );
}

function damaged(store: UploadStore, what: string): PackError {
  return new PackError(
    `${what} in "${store.location}" is not what the manifest tells of.`,
    "If the set is being replaced just now, try again when that is done; else upload it again.",
    4,
  );
}
