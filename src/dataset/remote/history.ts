import { historyOf, type SetHistory } from "../../generations/set_history.ts";
import { openRangeStore } from "../../store/open_range.ts";
import { HOST, type RemoteOptions } from "./open.ts";
import { fetchManifest } from "./whole_file.ts";

/**
 * Tells which generations a set in a store has; only its manifest is read.
 *
 * @throws {PackError} If there is no set, or its manifest is damaged; a `StoreError` if the store does not answer as it should.
 */
export async function remoteHistory(location: string, options: RemoteOptions = {}): Promise<SetHistory> {
  const store = await openRangeStore(location, options);
  try {
    const manifest = await fetchManifest(store, HOST, { signal: options.signal });
    try {
      return historyOf(manifest);
    } finally {
      manifest.close();
    }
  } finally {
    store.close();
  }
}
