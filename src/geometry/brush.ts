/**
 * The bit stream in which Label Studio keeps a brush mask (FORMATS §1): u32 number of values, u5 bits a value − 1, four
 * u4 with the bits of a run length − 1, then runs. The values are RGBA of every pixel, row by row; a pixel is set if its alpha is.
 */

/** Bits of a value. */
const WORD = 8;
/** Bits of the four kinds of run lengths that Label Studio writes. */
const SIZES = [3, 4, 8, 16];
/** More values than this are refused: four for each pixel of the largest mask. */
const MAX_VALUES = 4 * (1 << 28);

/**
 * Decodes a brush mask.
 *
 * @returns RGBA values, row by row.
 * @throws {Error} If the stream is damaged; the message is a clause about it ("it ends early").
 */
export function decodeBrush(bytes: Uint8Array): Uint8Array {
  const bits = new BitReader(bytes);
  const count = bits.read(16) * 0x10000 + bits.read(16);
  const word = bits.read(5) + 1;
  if (word !== WORD) throw new Error(`its values have ${word} bits instead of ${WORD}`);
  const sizes = SIZES.map(() => bits.read(4) + 1);
  // The longest run there is takes up 11 bits and its length.
  const longest = Math.max(...sizes.map((size) => 2 ** size / (11 + size)));
  if (count > MAX_VALUES || count > (bytes.length * 8) * longest) {
    throw new Error(`it claims ${count} values, more than ${bytes.length} bytes can hold`);
  }
  const values = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const repeated = bits.read(1) === 1;
    const end = Math.min(count, at + bits.read(sizes[bits.read(2)]) + 1);
    if (repeated) {
      values.fill(bits.read(WORD), at, end);
      at = end;
    } else {
      while (at < end) values[at++] = bits.read(WORD);
    }
  }
  return values;
}

/**
 * Encodes a brush mask as Label Studio does.
 *
 * @param values RGBA values, row by row.
 */
export function encodeBrush(values: Uint8Array): Uint8Array {
  const bits = new BitWriter();
  bits.write(values.length >>> 16, 16);
  bits.write(values.length & 0xffff, 16);
  bits.write(WORD - 1, 5);
  for (const size of SIZES) bits.write(size - 1, 4);
  for (let at = 0, end = 0; at < values.length; at = end) {
    const value = values[at];
    const limit = Math.min(values.length, at + (1 << SIZES[SIZES.length - 1]));
    for (end = at + 1; end < limit && values[end] === value; end++);
    const length = end - at;
    const kind = SIZES.findIndex((size) => length <= 1 << size);
    bits.write(length > 1 ? 1 : 0, 1);
    bits.write(kind, 2);
    bits.write(length - 1, SIZES[kind]);
    bits.write(value, WORD);
  }
  return bits.bytes();
}

/** Reads numbers of up to 16 bits, highest bit first. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws {Error} If the bytes end. */
  read(size: number): number {
    while (this.#bits < size) {
      if (this.#at === this.#bytes.length) throw new Error("it ends early");
      this.#held = (this.#held << 8 | this.#bytes[this.#at++]) & 0xffffff;
      this.#bits += 8;
    }
    this.#bits -= size;
    return this.#held >>> this.#bits & (1 << size) - 1;
  }
}

/** Writes numbers of up to 16 bits, highest bit first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #held = 0;
  #bits = 0;

  write(value: number, size: number): void {
    this.#held = (this.#held << size | value) & 0xffffff;
    this.#bits += size;
    while (this.#bits >= 8) {
      this.#bits -= 8;
      this.#bytes.push(this.#held >>> this.#bits & 255);
    }
  }

  /** All that was written, filled up with zeros to a whole byte. */
  bytes(): Uint8Array {
    if (this.#bits > 0) this.write(0, 8 - this.#bits);
    return Uint8Array.from(this.#bytes);
  }
}
