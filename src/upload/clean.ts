import { type OpenUpload, Traffic } from "../store/store.ts";
import { localSet } from "./local_set.ts";
import type { UploadOptions } from "./options.ts";
import { UploadState } from "./state.ts";
import { endpointOf, openStore } from "./destination.ts";

/** Outcome of {@link cleanUpload}. */
export interface CleanReport {
  /** Where the set is; never with a secret. */
  readonly location: string;
  /** Uploads that were given up. */
  readonly aborted: readonly OpenUpload[];
}

/**
 * Gives up what uploads of a set have left unfinished in a store, whoever began them: their parts are paid for though nobody
 * can see them. What is complete stays.
 *
 * @param dir Folder of the set; its state file for this destination goes, too.
 * @param destination As of `upload`.
 */
export async function cleanUpload(
  dir: string,
  destination: string,
  options: UploadOptions = {},
): Promise<CleanReport> {
  const store = await openStore(destination, options, new Traffic());
  try {
    const { signal } = options;
    const state = new UploadState(dir, store.location, endpointOf(options));
    const names = localSet(dir).files.map(({ name }) => name);
    const open = new Map<string, OpenUpload>();
    for (const { name, upload } of state.open()) open.set(upload, { name, upload, begun: undefined });
    for (const each of await store.uploads(names, signal)) open.set(each.upload, each);
    for (const { name, upload } of open.values()) await store.abort(name, upload, signal);
    state.remove();
    return { location: store.location, aborted: [...open.values()] };
  } finally {
    store.close();
  }
}
