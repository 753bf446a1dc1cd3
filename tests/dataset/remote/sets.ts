import { randomBytes } from "node:crypto";
import { makeSet, type Picture, type SetOptions } from "../make_set.ts";

/** Writes a set of random images with a box each; every seventh is deflated. */
export function randomSet(dir: string, count: number, options: SetOptions = {}): Picture[] {
  const pictures = Array.from({ length: count }, (_, i): Picture => ({
    name: `${String(i).padStart(6, "0")}.jpg`,
    data: i % 7 === 6 ? new Uint8Array(5000).fill(i) : randomBytes(2000 + i % 100),
    deflate: i % 7 === 6,
    boxes: i % 3 === 0 ? [] : [[1 + i % 2, 1, 2, 3, 4]],
  }));
  makeSet(dir, pictures, options);
  return pictures;
}
