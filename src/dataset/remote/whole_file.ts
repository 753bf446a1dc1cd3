import { PackError } from "../../model/issue.ts";
import { changed, type ObjectRange, type RangeStore } from "../../store/store.ts";

/** Bytes one request asks for: the manifest of 100,000 images comes with the first. */
const PIECE = 64 * 2 ** 20;

/**
 * Reads a file of a set as a whole: in one request, or, if it is large, the rest in parallel.
 *
 * @param known Version and size, if they were seen before.
 * @throws {StoreError} Kind `changed` if it is another version by now.
 */
export async function readWhole(
  store: RangeStore,
  name: string,
  known: { etag?: string; size?: number } = {},
  signal?: AbortSignal,
): Promise<ObjectRange & { size: number }> {
  const first = await store.range(name, 0, Math.min(PIECE, known.size ?? PIECE), {
    etag: known.etag,
    signal,
  });
  // A page of another origin may not see the size of the whole in the answer to a range.
  const size = known.size ?? first.size ??
    (first.bytes.length < PIECE ? first.bytes.length : (await store.head(name, signal))?.size ?? 0);
  const etag = known.etag ?? first.etag;
  const whole = new Uint8Array(size);
  whole.set(first.bytes.subarray(0, size));
  const rest: Promise<void>[] = [];
  for (let at = first.bytes.length; at < size && first.bytes.length > 0; at += PIECE) {
    rest.push(
      store.range(name, at, Math.min(PIECE, size - at), { etag, signal }).then(({ bytes }) => {
        if (bytes.length < Math.min(PIECE, size - at)) throw changed(`${store.location}/${name}`);
        whole.set(bytes, at);
      }),
    );
  }
  await Promise.all(rest);
  if (first.bytes.length === 0 && size > 0) throw changed(`${store.location}/${name}`);
  return { bytes: whole, size, etag };
}

/**
 * Compares bytes with their SHA-256. A page that did not come by https cannot, and does not.
 *
 * @param sha256 64 hex digits.
 * @throws {PackError} With exit code 4 if they differ.
 */
export async function checkSha256(
  place: string,
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<void> {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found === sha256) return;
  throw new PackError(
    `"${place}" is not what the manifest says: its SHA-256 differs.`,
    "If the set is being replaced just now, open it again; else upload it again.",
    4,
  );
}
