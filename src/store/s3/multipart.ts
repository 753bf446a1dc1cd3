import { isStoreError, StoreError } from "../error.ts";
import { pause } from "../retry.ts";
import { elements, text } from "../xml.ts";
import { fromBase64 } from "./checksum.ts";
import { decode, type S3Requests } from "./request.ts";

/** A part the store lists. */
export interface ListedPart {
  readonly etag: string;
  readonly crc32: number | undefined;
}

/** Parts of an upload that the store has, by number. */
export async function listParts(
  requests: S3Requests,
  name: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<Map<number, ListedPart>> {
  const there = new Map<number, ListedPart>();
  for (let marker = "0";;) {
    const xml = decode(
      await requests.ask({
        method: "GET",
        name,
        action: "s3:ListMultipartUploadParts",
        query: { uploadId, "part-number-marker": marker },
      }, signal),
    );
    for (const part of elements(xml, "Part")) {
      const crc32 = fromBase64(text(part, "ChecksumCRC32"));
      there.set(Number(text(part, "PartNumber")), { etag: text(part, "ETag") ?? "", crc32 });
    }
    const next = text(xml, "NextPartNumberMarker");
    if (text(xml, "IsTruncated") !== "true" || !next || next === marker) return there;
    marker = next;
  }
}

/** Times an upload is given up at most, until no part of it is left. */
const ABORTS = 5;
/** Milliseconds in which a part that was on its way arrives. */
const SETTLING = 300;

/**
 * Gives an upload up, and once more while the store lists parts of it.
 *
 * @param cut True if no answer came to a part: it may still arrive.
 */
export async function abortUpload(
  requests: S3Requests,
  name: string,
  uploadId: string,
  cut: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let time = 1; time <= ABORTS; time++) {
    if (!await abort(requests, name, uploadId, signal)) return;
    // A part that was on its way may arrive afterwards, and is kept until the upload is given up once more.
    if (time > 1 || cut) await pause(SETTLING, signal);
    if (!await hasParts(requests, name, uploadId, signal)) return;
  }
  throw new StoreError(
    "busy",
    `"${requests.place(name)}": parts of an upload that was given up ${ABORTS} times are still in the store.`,
    "They are paid for: `upload --clean` removes them, or a lifecycle rule (docs/recipes/bucket.md).",
  );
}

/** Gives up an upload; false if there is none. */
async function abort(
  requests: S3Requests,
  name: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const query = { uploadId };
    await requests.ask({ method: "DELETE", name, action: "s3:AbortMultipartUpload", query }, signal);
    return true;
  } catch (error) {
    if (isStoreError(error, "missing")) return false;
    throw error;
  }
}

/** True if the store lists parts of an upload. */
async function hasParts(
  requests: S3Requests,
  name: string,
  uploadId: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return (await listParts(requests, name, uploadId, signal)).size > 0;
  } catch (error) {
    // There is no such upload any more; or nobody may look, and it was given up all the same.
    if (isStoreError(error, "missing", "denied", "unsupported")) return false;
    throw error;
  }
}
