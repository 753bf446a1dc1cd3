import { writeAll } from "../io/write_all.ts";
import { changed, type ObjectStore } from "../store/store.ts";

/** Bytes one request asks for. */
const PIECE = 8 * 2 ** 20;
/** Requests under way at once. */
const LANES = 4;

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
  signal?: AbortSignal,
): Promise<void> {
  const end = offset + size;
  let next = offset;
  const lane = async () => {
    while (next < end) {
      const at = next;
      next += PIECE;
      const wanted = Math.min(PIECE, end - at);
      const bytes = await store.get(name, at, wanted, { etag, signal });
      if (bytes.length < wanted) throw changed(`${store.location}/${name}`);
      writeAll(file, bytes, at);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const one of ends) if (one.status === "rejected") throw one.reason;
}
