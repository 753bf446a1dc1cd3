import { createHash } from "node:crypto";
import type { RangeReader } from "../io/range_file.ts";
import { addFrameDigests } from "../manifest/frame_digests.ts";
import type { VerifyJob } from "./tasks.ts";

const BLOCK = 1024 * 1024;
/** Bytes hashed between two breaths, a multiple of the block. */
const BREATH = 16 * BLOCK;

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
  await addFrameDigests(hash, manifest, lines, frames, breathe);
  return hash.digest("hex");
}
