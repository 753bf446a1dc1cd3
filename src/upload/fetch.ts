import { copyRange } from "../store/copy_range.ts";
import { changed, type ObjectStore } from "../store/store.ts";

/** How objects are fetched. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Called when so many more bytes are there. */
  readonly onBytes?: (bytes: number) => void;
}

/** A part of an object. */
export interface FetchedRange {
  readonly offset: number;
  readonly size: number;
  /** Version that is meant. */
  readonly etag: string | undefined;
}

/**
 * Copies a range of an object to the same place of an open file.
 *
 * @param file Descriptor.
 * @throws {StoreError} Kind `changed` if the object is another version, or ends before.
 */
export async function fetchRange(
  store: ObjectStore,
  name: string,
  { offset, size, etag }: FetchedRange,
  file: number,
  { signal, onBytes }: FetchOptions = {},
): Promise<void> {
  const read = async (offset: number, size: number) => {
    const bytes = await store.get(name, offset, size, { etag, signal });
    if (bytes.length < size) throw changed(`${store.location}/${name}`);
    return bytes;
  };
  await copyRange(read, { offset, size }, file, onBytes);
}
