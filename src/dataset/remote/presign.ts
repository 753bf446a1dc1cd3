import { manifestHeaderIn } from "../../manifest/parse.ts";
import { filesOfSet, HEADER_SIZE, MANIFEST_FILE } from "../../manifest/record.ts";
import { PackError } from "../../model/issue.ts";
import { isStoreError } from "../../store/error.ts";
import { openRangeStore } from "../../store/open_range.ts";
import { noSet } from "./no_set.ts";
import type { RemoteOptions } from "./open.ts";

/** Links to the files of a set. */
export interface PresignReport {
  /** Where the set lies. */
  readonly location: string;
  /** Seconds for which the links hold. */
  readonly seconds: number;
  /** Link by name of the file, the manifest first. Each allows GET, also of ranges. */
  readonly links: Readonly<Record<string, string>>;
}

/**
 * Makes links that let anybody read the files of a set in a store for so many seconds.
 *
 * @throws {PackError} With exit code 2 if the store has no such links.
 */
export async function presign(
  location: string,
  seconds: number,
  options: RemoteOptions = {},
): Promise<PresignReport> {
  const store = await openRangeStore(location, options);
  try {
    if (!store.presign) {
      throw new PackError(
        `"${store.location}" is in a store that has no links for a time.`,
        "Name an s3: or az: place.",
        2,
      );
    }
    const { bytes } = await store.range(MANIFEST_FILE, 0, HEADER_SIZE, { signal: options.signal })
      .catch((error) => {
        throw isStoreError(error, "missing") ? noSet(store.location) : error;
      });
    const header = manifestHeaderIn(`${store.location}/${MANIFEST_FILE}`, bytes);
    const links: Record<string, string> = {};
    for (const name of [MANIFEST_FILE, ...filesOfSet(header)]) {
      links[name] = await store.presign(name, seconds);
    }
    return { location: store.location, seconds, links };
  } finally {
    store.close();
  }
}
