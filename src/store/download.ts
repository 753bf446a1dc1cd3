import { changed, type RangeStore, type ReadOptions, type Take, type Told, wholeSize } from "./store.ts";

/** Head of an answer to a request for the end of an object. */
interface Answer {
  readonly status: number;
  readonly contentRange: string | null | undefined;
  /** Undefined or `NaN` if it is unknown, or not that of the bytes that are handed on. */
  readonly contentLength: number | undefined;
  readonly etag: string | undefined;
}

/**
 * Who takes the body of an answer: undefined if it is no part of the object, but an error.
 *
 * @param offset First byte that was asked for.
 */
export function taker(
  { status, contentRange, contentLength, etag }: Answer,
  offset: number,
  receive: (told: Told) => Take,
): Take | undefined {
  if (status === 206) return receive({ size: wholeSize(contentRange), etag });
  if (status !== 200) return undefined;
  const take = receive({ size: Number.isNaN(contentLength) ? undefined : contentLength, etag });
  // A server may send all instead of the range.
  let left = offset;
  return (bytes) => {
    const rest = bytes.subarray(Math.min(left, bytes.length));
    left -= bytes.length - rest.length;
    if (rest.length > 0) take(rest);
  };
}

/**
 * Reads an object from front to back, in one request unless the connection breaks: then another goes on where it was.
 *
 * @param take Is given each byte once, in order.
 * @returns Size and version of the object.
 * @throws {StoreError} Kind `missing` if there is no such object, `changed` if it is replaced meanwhile.
 */
export async function download(
  store: RangeStore,
  name: string,
  take: Take,
  { etag, signal }: ReadOptions = {},
): Promise<{ size: number; etag: string | undefined }> {
  let at = 0;
  let seen: Partial<Told> = { etag };
  const other = <T>(before: T | undefined, now: T | undefined) =>
    now !== undefined && before !== undefined && now !== before;
  const receive = (told: Told) => {
    if (other(seen.size, told.size) || other(seen.etag, told.etag)) {
      throw changed(`${store.location}/${name}`);
    }
    seen = { size: seen.size ?? told.size, etag: seen.etag ?? told.etag };
    return (bytes: Uint8Array) => {
      take(bytes);
      at += bytes.length;
    };
  };
  await store.retrier.run(async () => {
    // The connection may break after the last byte.
    if (seen.size !== undefined && at >= seen.size) return;
    await store.stream(name, at, receive, { signal, etag: seen.etag });
  }, signal);
  if (seen.size !== undefined && seen.size !== at) throw changed(`${store.location}/${name}`);
  return { size: at, etag: seen.etag };
}
