import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const BLOCK = 8 << 20;

/** Calls back with each block of a file, in order; the block is reused. */
export function eachBlock(path: string, block: (bytes: Uint8Array) => void): void {
  const file = openSync(path, "r");
  try {
    // Clearing a large buffer takes longer than reading a small file.
    const buffer = new Uint8Array(Math.min(BLOCK, fstatSync(file).size || BLOCK));
    for (let count; (count = readSync(file, buffer, 0, buffer.length, null)) > 0;) {
      block(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
