import { hexValue } from "../manifest/hex.ts";

const DIGEST = 32;
const WORDS = DIGEST / 4;

/** SHA-256 digests one after the other in one piece of memory. */
export class DigestList {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;
  length = 0;

  /** @param room How many there will be at most. */
  constructor(room: number) {
    this.bytes = new Uint8Array(DIGEST * room);
    this.#words = new Uint32Array(this.bytes.buffer);
  }

  /** Adds the digest whose 64 lower-case hex digits begin at `at`. */
  add(text: Uint8Array, at: number): void {
    const { bytes } = this;
    const start = DIGEST * this.length++;
    for (let i = start; i < start + DIGEST; i++, at += 2) {
      bytes[i] = hexValue[text[at]] << 4 | hexValue[text[at + 1]];
    }
  }

  /** All that were added. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, DIGEST * this.length);
  }

  equal(a: number, b: number): boolean {
    const words = this.#words;
    for (let i = 0; i < WORDS; i++) if (words[WORDS * a + i] !== words[WORDS * b + i]) return false;
    return true;
  }

  /** A number made of the first bytes of a digest; those of different ones seldom are the same. */
  word(i: number): number {
    return this.#words[WORDS * i];
  }
}

/** Finds digests that are there twice. */
export class SeenDigests {
  readonly #digests: DigestList;
  /** Numbers of digests, from 1, at the place their first bytes name or the next that was free; 0 where there is none. */
  readonly #slots: Uint32Array;

  constructor(digests: DigestList) {
    this.#digests = digests;
    let size = 1024;
    while (size < 2 * digests.length) size *= 2;
    this.#slots = new Uint32Array(size);
  }

  /** The first digest asked for that is the same as digest `i`, which may be itself. */
  first(i: number): number {
    const slots = this.#slots, last = slots.length - 1;
    let slot = this.#digests.word(i) & last;
    for (; slots[slot] !== 0; slot = (slot + 1) & last) {
      const other = slots[slot] - 1;
      if (this.#digests.equal(other, i)) return other;
    }
    slots[slot] = i + 1;
    return i;
  }
}
