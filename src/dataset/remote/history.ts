import { historyOf, type SetHistory } from "../../generations/set_history.ts";
import { memoryFile } from "../../io/range_window.ts";
import { parseManifest } from "../../manifest/parse.ts";
import { MANIFEST_FILE } from "../../manifest/record.ts";
import { openRangeStore } from "../../store/open_range.ts";
import type { RemoteOptions } from "./open.ts";
import { checkSha256, readWhole } from "./whole_file.ts";

/**
 * Tells which generations a set in a store has; only its manifest is read.
 *
 * @throws {PackError} If there is no set, or its manifest is damaged; a `StoreError` if the store does not answer as it should.
 */
export async function remoteHistory(location: string, options: RemoteOptions = {}): Promise<SetHistory> {
  const store = await openRangeStore(location, options);
  try {
    const { bytes } = await readWhole(store, MANIFEST_FILE, {}, options.signal);
    const path = `${store.location}/${MANIFEST_FILE}`;
    const manifest = parseManifest(path, memoryFile(bytes), undefined);
    await checkSha256(path, bytes.subarray(0, manifest.footerOffset), manifest.footer.sha256);
    return historyOf(manifest);
  } finally {
    store.close();
  }
}
