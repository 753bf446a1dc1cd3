import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { RangeReader } from "../formats/format.ts";
import type { VerifyJob } from "./tasks.ts";

const BLOCK = 1024 * 1024;
/** A frame line up to the digits of its SHA-256 is shorter than this. */
const PREFIX = 128;
const SHA_KEY = '"sha256":"';

/** SHA-256 of the first `size` bytes of a file, in lower-case hex. */
export function fileSha256(file: RangeReader, size: number): string {
  const hash = createHash("sha256");
  const block = new Uint8Array(BLOCK);
  for (let at = 0; at < size;) {
    const read = file.read(block.subarray(0, Math.min(BLOCK, size - at)), at);
    if (read === 0) break;
    hash.update(block.subarray(0, read));
    at += read;
  }
  return hash.digest("hex");
}

/** SHA-256 over the SHA-256 digests that the frame lines state, in frame order, in lower-case hex. */
export function framesSha256(manifest: RangeReader, { frames, index: { lines } }: VerifyJob): string {
  const hash = createHash("sha256");
  const block = Buffer.alloc(BLOCK);
  const digests = Buffer.alloc(32 * 4096);
  let start = 0, filled = 0, count = 0;
  for (let i = 0; i < frames; i++) {
    if (lines[i] + 2 * PREFIX > start + filled) {
      start = lines[i];
      filled = manifest.read(block, start);
    }
    const line = lines[i] - start;
    const key = block.toString("latin1", line, line + PREFIX).indexOf(SHA_KEY);
    const at = line + key + SHA_KEY.length;
    digests.write(block.toString("latin1", at, at + 64), 32 * count++, "hex");
    if (32 * count === digests.length || i === frames - 1) {
      hash.update(digests.subarray(0, 32 * count));
      count = 0;
    }
  }
  return hash.digest("hex");
}
