/**
 * Compares two names as their UTF-8 bytes would compare. Differs from `<` on strings only where a surrogate pair meets
 * U+E000 … U+FFFF: UTF-16 sorts the pair first, UTF-8 last.
 *
 * @returns Negative, zero or positive.
 */
export function compareBytes(a: string, b: string): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return x >= 0xd800 && y >= 0xd800 ? rotate(x) - rotate(y) : x - y;
    }
  }
  return a.length - b.length;
}

/** Moves surrogates behind the rest of the plane. */
function rotate(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Sorts names in place, in UTF-8 byte order; by the faster built-in comparison where that is the same. */
export function sortByBytes(names: string[]): string[] {
  return names.some((name) => SURROGATE.test(name)) ? names.sort(compareBytes) : names.sort();
}
