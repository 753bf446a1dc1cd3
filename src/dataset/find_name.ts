import { compareBytes } from "../tree/byte_order.ts";

/** Binary search in version 1: frames are sorted by name, compared as UTF-8 bytes. Returns -1 if the name is not there. */
export function findName(name: string, length: number, nameOf: (index: number) => string): number {
  let low = 0, high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareBytes(nameOf(middle), name);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
