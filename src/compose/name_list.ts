const decoder = new TextDecoder();

/** Names one after the other in one piece of memory, without an object for each. */
export class NameList {
  #bytes = new Uint8Array(1 << 20);
  readonly #begins: Float64Array;
  length = 0;

  /** @param room How many names there will be at most. */
  constructor(room: number) {
    this.#begins = new Float64Array(room + 1);
  }

  /** @param name UTF-8. */
  add(name: Uint8Array): void {
    const start = this.#begins[this.length], end = start + name.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
    }
    this.#bytes.set(name, start);
    this.#begins[++this.length] = end;
  }

  /** UTF-8 of a name; a view. */
  bytes(i: number): Uint8Array {
    return this.#bytes.subarray(this.#begins[i], this.#begins[i + 1]);
  }

  text(i: number): string {
    return decoder.decode(this.bytes(i));
  }

  /** Compares two names as bytes: negative, zero or positive. */
  compare(a: number, b: number): number {
    const bytes = this.#bytes, begins = this.#begins;
    const startA = begins[a], startB = begins[b];
    const lengthA = begins[a + 1] - startA, lengthB = begins[b + 1] - startB;
    const shorter = lengthA < lengthB ? lengthA : lengthB;
    for (let i = 0; i < shorter; i++) {
      const difference = bytes[startA + i] - bytes[startB + i];
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

/** Compares two names as bytes: negative, zero or positive. */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < shorter; i++) {
    const difference = a[i] - b[i];
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
