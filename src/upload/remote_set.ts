import { manifestHeaderIn } from "../manifest/reader.ts";
import { HEADER_SIZE, MANIFEST_FILE, type ManifestHeader } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { isStoreError } from "../store/error.ts";
import type { ObjectInfo, ObjectStore } from "../store/store.ts";
import type { LocalSet } from "./local_set.ts";

/** What is in a store where a set is to go. */
export interface RemoteSet {
  /** Objects that bear the names of the set's files. */
  readonly objects: ReadonlyMap<string, ObjectInfo>;
  /** Header of the manifest that is there; undefined if there is none, or what is there is none. */
  readonly header: ManifestHeader | undefined;
}

/** Looks at the objects that bear the names of the set's files. */
export async function remoteSet(store: ObjectStore, set: LocalSet, signal?: AbortSignal): Promise<RemoteSet> {
  const objects = new Map<string, ObjectInfo>();
  // One after the other: what is wrong with the credentials or the bucket is told once.
  for (const { name } of set.files.toReversed()) {
    const info = await store.head(name, signal);
    if (info !== undefined) objects.set(name, info);
  }
  const manifest = objects.get(MANIFEST_FILE);
  return { objects, header: manifest && await headerOf(store, manifest, signal) };
}

async function headerOf(
  store: ObjectStore,
  { etag }: ObjectInfo,
  signal: AbortSignal | undefined,
): Promise<ManifestHeader | undefined> {
  try {
    const bytes = await store.get(MANIFEST_FILE, 0, HEADER_SIZE, { signal, etag });
    return manifestHeaderIn(`${store.location}/${MANIFEST_FILE}`, bytes);
  } catch (error) {
    if (error instanceof PackError && !isStoreError(error)) return undefined;
    throw error;
  }
}
