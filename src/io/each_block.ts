import { closeSync, openSync, readSync } from "node:fs";

const BLOCK = 8 << 20;

/** Calls back with each block of a file, in order; the block is reused. */
export function eachBlock(path: string, block: (bytes: Uint8Array) => void): void {
  const file = openSync(path, "r");
  try {
    const buffer = new Uint8Array(BLOCK);
    for (let count; (count = readSync(file, buffer, 0, BLOCK, null)) > 0;) block(buffer.subarray(0, count));
  } finally {
    closeSync(file);
  }
}
