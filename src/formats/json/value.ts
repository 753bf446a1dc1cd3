const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;

/** Blanks, commas and colons: with the brackets, what ends a number or a word. */
const BETWEEN = 1;
const STRING = 2;
const OPEN = 3;
const CLOSE = 4;

/** Values nested deeper than this are damage or an attack: what walks through them by recursion would overflow the stack. */
const MAX_DEPTH = 500;
/** What {@link endOfValue} returns for those. */
export const TOO_DEEP = -2;

/** What a byte means for the structure; 0 for nothing. */
const KIND = new Uint8Array(256);
KIND[QUOTE] = STRING;
for (const char of "{[") KIND[char.charCodeAt(0)] = OPEN;
for (const char of "}]") KIND[char.charCodeAt(0)] = CLOSE;
for (const char of " \t\n\r,:") KIND[char.charCodeAt(0)] = BETWEEN;

/**
 * End of the JSON value that begins at `start`.
 *
 * @param end End of the bytes.
 * @param finder Notes where the values of some keys begin, if the value is an object.
 * @returns Position behind the value; `end` for a number or word that nothing ends; -1 if the value is not complete;
 * {@link TOO_DEEP} if it is nested too deep.
 */
export function endOfValue(bytes: Uint8Array, start: number, end: number, finder?: KeyFinder): number {
  finder?.clear();
  const first = KIND[bytes[start]];
  if (first === STRING) {
    const close = endOfString(bytes, start + 1, end);
    return close < 0 ? -1 : close + 1;
  }
  if (first !== OPEN) {
    let i = start;
    while (i < end && KIND[bytes[i]] === 0) i++;
    return i;
  }
  let depth = 0;
  for (let i = start; i < end; i++) {
    const kind = KIND[bytes[i]];
    if (kind <= BETWEEN) continue;
    if (kind === STRING) {
      const close = endOfString(bytes, i + 1, end);
      if (close < 0) return -1;
      if (depth === 1 && finder) finder.look(bytes, i + 1, close, end);
      i = close;
    } else if (kind === OPEN) {
      if (++depth > MAX_DEPTH) return TOO_DEEP;
      if (bytes[i] === OPEN_ARRAY) i = overNumbers(bytes, i, end);
    } else if (--depth === 0) return i + 1;
  }
  return -1;
}

/**
 * Passes over the numbers that a list begins with, which fill most of a file with outlines.
 *
 * @param open Position of the bracket.
 * @returns Position of the last byte that is surely no more than a number or what stands between numbers.
 */
function overNumbers(bytes: Uint8Array, open: number, end: number): number {
  let i = open + 1;
  // `,` `-` `.` `/` and the digits follow one another, and a blank is the only other byte that is frequent.
  for (; i < end; i++) {
    const byte = bytes[i];
    if ((byte < 0x2c || byte > 0x39) && byte !== 0x20) break;
  }
  return i - 1;
}

/** Position of the quote that ends a string, or -1. */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** Notes where the values of some keys of an object begin. A key written with escapes is not found. */
export class KeyFinder {
  /** Positions of the values, in the order of the keys; -1 for a key that was not seen. Of two, the later one, as in JavaScript. */
  readonly values: Int32Array;
  readonly #keys: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    this.values = new Int32Array(keys.length).fill(-1);
    this.#keys = keys.map((key) => new TextEncoder().encode(key));
  }

  clear(): void {
    // Faster than fill for a few.
    for (let k = 0; k < this.values.length; k++) this.values[k] = -1;
  }

  /** Looks at the string in `bytes[start, close)`. */
  look(bytes: Uint8Array, start: number, close: number, end: number): void {
    for (let k = 0; k < this.#keys.length; k++) {
      const key = this.#keys[k];
      if (key.length !== close - start) continue;
      let i = 0;
      while (i < key.length && key[i] === bytes[start + i]) i++;
      if (i < key.length) continue;
      const colon = skipBlank(bytes, close + 1, end);
      // A string that no colon follows is a value.
      if (bytes[colon] === COLON) this.values[k] = skipBlank(bytes, colon + 1, end);
    }
  }
}

function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) {
    at++;
  }
  return at;
}
