import type { Hash } from "node:crypto";
import type { RangeReader } from "../io/range_file.ts";
import { hexValue } from "./hex.ts";

const BLOCK = 1024 * 1024;
/** A frame line up to the last digit of its SHA-256 is shorter than this. */
const PREFIX = 256;
const DIGEST = 32;
/** Digests hashed at once. */
const DIGESTS = 16 * 1024;
const LETTER_C = 99;
const TO_DIGITS = 'crc32":"01234567","sha256":"'.length;

/** Place of the digits of the SHA-256 in a frame line that begins at `start`. */
export function digestIn(bytes: Uint8Array, start: number): number {
  // The keys and numbers before "crc32" have no letter c.
  while (bytes[start] !== LETTER_C && start < bytes.length) start++;
  return start + TO_DIGITS;
}

/**
 * Adds the SHA-256 digests that frame lines state, in their order, to a digest over all of them.
 *
 * @param lines Byte at which each line begins.
 * @param frames How many of them.
 * @param breathe Called now and then; what it throws ends the work.
 */
export async function addFrameDigests(
  hash: Hash,
  manifest: RangeReader,
  lines: Float64Array,
  frames: number,
  breathe?: () => Promise<void>,
): Promise<void> {
  const block = new Uint8Array(BLOCK);
  const digests = new Uint8Array(DIGEST * DIGESTS);
  let start = 0, filled = 0, count = 0;
  for (let i = 0; i < frames; i++) {
    if (lines[i] + PREFIX > start + filled) {
      start = lines[i];
      filled = manifest.read(block, start);
    }
    let at = digestIn(block, lines[i] - start);
    for (let k = count * DIGEST, end = k + DIGEST; k < end; k++, at += 2) {
      digests[k] = hexValue[block[at]] << 4 | hexValue[block[at + 1]];
    }
    if (++count === DIGESTS || i === frames - 1) {
      hash.update(digests.subarray(0, DIGEST * count));
      count = 0;
      await breathe?.();
    }
  }
}
