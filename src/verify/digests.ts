import { createHash } from "node:crypto";
import type { RangeReader } from "../io/range_file.ts";
import { hexValue } from "../manifest/hex.ts";
import type { VerifyJob } from "./tasks.ts";

const BLOCK = 1024 * 1024;
/** Bytes hashed between two breaths, a multiple of the block. */
const BREATH = 16 * BLOCK;
/** A frame line up to the last digit of its SHA-256 is shorter than this. */
const PREFIX = 256;
const DIGEST = 32;
/** Digests hashed at once. */
const DIGESTS = 16 * 1024;
const LETTER_C = 99;
const TO_DIGITS = 'crc32":"01234567","sha256":"'.length;

/** SHA-256 of the first `size` bytes of a file, in lower-case hex. */
export async function fileSha256(
  file: RangeReader,
  size: number,
  breathe?: () => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  const block = new Uint8Array(BLOCK);
  for (let at = 0; at < size;) {
    const read = file.read(block.subarray(0, Math.min(BLOCK, size - at)), at);
    if (read === 0) break;
    hash.update(block.subarray(0, read));
    at += read;
    if (at % BREATH === 0) await breathe?.();
  }
  return hash.digest("hex");
}

/** SHA-256 over the SHA-256 digests that the frame lines state, in frame order, in lower-case hex. */
export async function framesSha256(
  manifest: RangeReader,
  { frames, index: { lines } }: VerifyJob,
  breathe?: () => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  const block = new Uint8Array(BLOCK);
  const digests = new Uint8Array(DIGEST * DIGESTS);
  let start = 0, filled = 0, count = 0;
  for (let i = 0; i < frames; i++) {
    if (lines[i] + PREFIX > start + filled) {
      start = lines[i];
      filled = manifest.read(block, start);
    }
    // The keys and numbers before "crc32" have no letter c.
    let at = block.indexOf(LETTER_C, lines[i] - start) + TO_DIGITS;
    for (let k = count * DIGEST, end = k + DIGEST; k < end; k++, at += 2) {
      digests[k] = hexValue[block[at]] << 4 | hexValue[block[at + 1]];
    }
    if (++count === DIGESTS || i === frames - 1) {
      hash.update(digests.subarray(0, DIGEST * count));
      count = 0;
      await breathe?.();
    }
  }
  return hash.digest("hex");
}
