import { crc32 } from "../../media/crc32.ts";
import type { ReadAccess } from "../../store/access.ts";
import { openRangeStore } from "../../store/open_range.ts";
import type { StoreOptions } from "../../store/open.ts";
import type { Host } from "./copy.ts";
import { SpillingCopy } from "./spilling_copy.ts";
import { openRemoteSet, type ReadingOptions, type RemoteDataset, type RemoteSet } from "./dataset.ts";

/** Options of {@link openRemoteDataset}. */
export interface RemoteOptions extends ReadingOptions, ReadAccess {
  /** Name or path of the program that decodes a compressed video. @default {"ffmpeg"} */
  readonly ffmpeg?: string;
}

/** A program of this machine, where a temporary file holds what is large. */
export const HOST: Host = { crc32, newCopy: () => new SpillingCopy() };

/** Opens a set in a store, with all that commands need of it. */
export async function openRemote(
  location: string,
  options: RemoteOptions & StoreOptions = {},
): Promise<RemoteSet> {
  const store = await openRangeStore(location, { connections: options.lanes, ...options });
  return await openRemoteSet(store, HOST, options);
}

/**
 * Opens a set where it lies, in three requests, and reads images of it by ranges.
 *
 * @param location `s3://bucket/prefix`, `az://account/container/prefix`, `hf://datasets/owner/name`, or an `https:` or `http:`
 *   URL of the folder.
 * @throws {PackError} If there is no set, its files do not fit each other, or the manifest is damaged; a `StoreError` if the
 *   store does not answer as it should.
 */
export async function openRemoteDataset(
  location: string,
  options: RemoteOptions = {},
): Promise<RemoteDataset> {
  const set = await openRemote(location, options);
  if (set.manifest.header.bundle.media !== "video") return set.dataset;
  const { withPictures } = await import("./pictures.ts");
  return withPictures(set, options.ffmpeg);
}
