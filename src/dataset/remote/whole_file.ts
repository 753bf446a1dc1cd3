import type { RangeReader } from "../../io/range_reader.ts";
import { type Manifest, parseManifest } from "../../manifest/parse.ts";
import { MANIFEST_FILE } from "../../manifest/record.ts";
import { PackError } from "../../model/issue.ts";
import { download } from "../../store/download.ts";
import { isStoreError } from "../../store/error.ts";
import { changed, type RangeStore } from "../../store/store.ts";
import type { Host } from "./copy.ts";
import { noSet } from "./no_set.ts";

/** A file whose size and digest the manifest has. */
export interface ProvenFile {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Reads the manifest of a set in a store, with one request, and compares it with its SHA-256.
 *
 * @param at Generation to look at.
 * @throws {PackError} If there is none, or it is damaged.
 */
export async function fetchManifest(
  store: RangeStore,
  { newCopy }: Host,
  { at, signal }: { at?: number; signal?: AbortSignal },
): Promise<Manifest> {
  const path = `${store.location}/${MANIFEST_FILE}`;
  const copy = newCopy();
  try {
    await download(store, MANIFEST_FILE, (bytes) => copy.add(bytes), { signal });
    const manifest = parseManifest(path, copy.file(), at);
    const { footer, footerOffset } = manifest;
    checkSha256(path, await copy.sha256(footerOffset), footer.sha256);
    return manifest;
  } catch (error) {
    copy.close();
    throw isStoreError(error, "missing") ? noSet(store.location) : error;
  }
}

/**
 * Reads another file of a set as a whole, with one request, and compares it with its SHA-256.
 *
 * @param etag Version that was seen before.
 * @throws {StoreError} Kind `changed` if it is another version by now.
 */
export async function fetchProven(
  store: RangeStore,
  { newCopy }: Host,
  { file, size, sha256 }: ProvenFile,
  { etag, signal }: { etag?: string; signal?: AbortSignal },
): Promise<RangeReader> {
  const copy = newCopy();
  try {
    const whole = await download(store, file, (bytes) => copy.add(bytes), { etag, signal });
    if (whole.size < size) throw changed(`${store.location}/${file}`);
    checkSha256(`${store.location}/${file}`, await copy.sha256(size), sha256);
    return copy.file();
  } catch (error) {
    copy.close();
    throw error;
  }
}

/**
 * Compares a digest with that of the manifest.
 *
 * @param found Undefined where none can be computed.
 * @throws {PackError} With exit code 4 if they differ.
 */
export function checkSha256(place: string, found: string | undefined, wanted: string): void {
  if (found === undefined || found === wanted) return;
  throw new PackError(
    `"${place}" is not what the manifest says: its SHA-256 differs.`,
    "If the set is being replaced just now, open it again; else upload it again.",
    4,
  );
}
