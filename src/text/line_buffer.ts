const encoder = new TextEncoder();
const HEX = "0123456789abcdef";
/** Up to this many characters, a loop takes less time than a call of the encoder. */
const SHORT = 256;

/** A number this close to a hundredth is rounded to it. */
const CLEAR = 4e-7;

/** Text that is written again and again, as the bytes {@link LineBuffer.fixed} takes. */
export function fixedText(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * A growing byte buffer for JSON lines. Digits and ASCII go straight into the bytes: on the hot path no string is made
 * for a number, which is what costs most when millions of short lines are written.
 */
export class LineBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** What has been written, as a view; valid until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.written);
    this.bytes = grown;
  }

  /** Appends text that is known to be ASCII. */
  ascii(text: string): void {
    this.reserve(text.length);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  /** Appends a few bytes that never change: in a loop, bytes are there faster than the characters of a string. */
  fixed(part: Uint8Array): void {
    this.reserve(part.length);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < part.length; i++) bytes[at++] = part[i];
    this.length = at;
  }

  /** Appends bytes. */
  append(part: Uint8Array): void {
    this.reserve(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** Appends text as UTF-8. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    if (text.length <= SHORT && this.#plain(text)) return;
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** Appends text if it is ASCII, which most of it is; there is room for it. */
  #plain(text: string): boolean {
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  /** Appends a JSON string literal. */
  string(text: string): void {
    this.reserve(text.length + 2);
    const bytes = this.bytes;
    let at = this.length;
    bytes[at++] = 0x22;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) {
        return this.utf8(JSON.stringify(text));
      }
      bytes[at++] = code;
    }
    bytes[at++] = 0x22;
    this.length = at;
  }

  /** Appends any JSON value. */
  json(value: unknown): void {
    this.utf8(JSON.stringify(value));
  }

  /** Appends an integer from 0 to 2^53 − 1. */
  integer(value: number): void {
    this.reserve(16);
    if (value < 1e9) return this.#small(value | 0);
    // All parts as 32-bit integers, or the digits of every number would be found by dividing doubles.
    const high = (value / 1e9) | 0;
    this.#small(high);
    const low = (value - high * 1e9) | 0;
    const millions = (low / 1e6) | 0;
    this.#three(millions);
    this.#six(low - millions * 1e6);
  }

  /** Appends a finite number rounded to 6 decimals, without trailing zeros (docs/dataset_spec.md §2). */
  decimal(value: number): void {
    if (value < 0) {
      // Rounding may leave nothing of a tiny negative number: "-0" is never written.
      if (value > -5e-7) return this.integer(0);
      this.ascii("-");
      value = -value;
    }
    if (value >= 1e9) return this.ascii(value >= 1e21 ? BigInt(value).toString() : String(value));
    this.reserve(20);
    let whole = value | 0;
    let millionths = Math.round((value - whole) * 1e6) | 0;
    if (millionths === 1e6) {
      whole++;
      millionths = 0;
    }
    this.#small(whole);
    if (millionths === 0) return;
    this.bytes[this.length++] = 0x2e;
    this.#six(millionths);
    while (this.bytes[this.length - 1] === 0x30) this.length--;
  }

  /** Appends a list of finite numbers, each as {@link decimal} has it. */
  decimals(values: readonly number[]): void {
    this.reserve(values.length * 10 + 2);
    this.bytes[this.length++] = 0x5b;
    for (let i = 0; i < values.length; i++) {
      this.reserve(10);
      if (i > 0) this.bytes[this.length++] = 0x2c;
      const value = values[i];
      // Most coordinates have no more than two decimals.
      const hundredths = value >= 0 && value < 1e5 ? Math.round(value * 100) : -1;
      if (hundredths >= 0 && Math.abs(value - hundredths / 100) < CLEAR) this.#hundredths(hundredths | 0);
      else this.decimal(value);
    }
    this.reserve(1);
    this.bytes[this.length++] = 0x5d;
  }

  /** A hundredth of a 32-bit integer from 0 on; there is room for it. */
  #hundredths(value: number): void {
    const whole = (value / 100) | 0;
    this.#small(whole);
    const rest = value - whole * 100;
    if (rest === 0) return;
    const bytes = this.bytes;
    const tens = (rest / 10) | 0;
    const ones = rest - tens * 10;
    bytes[this.length++] = 0x2e;
    bytes[this.length++] = 0x30 + tens;
    if (ones > 0) bytes[this.length++] = 0x30 + ones;
  }

  /** Digits of a 32-bit integer from 0 on; there is room for them. */
  #small(value: number): void {
    const bytes = this.bytes;
    let digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4;
    for (let limit = 10_000; digits > 3 && limit <= value; limit *= 10) digits++;
    const start = this.length;
    for (let i = start + digits - 1; i >= start; i--) {
      const tenth = (value / 10) | 0;
      bytes[i] = 0x30 + value - tenth * 10;
      value = tenth;
    }
    this.length = start + digits;
  }

  /** Exactly six digits. */
  #six(value: number): void {
    const thousands = (value / 1000) | 0;
    this.#three(thousands);
    this.#three(value - thousands * 1000);
  }

  /** Exactly three digits. */
  #three(value: number): void {
    const hundreds = (value / 100) | 0;
    const rest = value - hundreds * 100;
    const tens = (rest / 10) | 0;
    const at = this.length;
    this.bytes[at] = 0x30 + hundreds;
    this.bytes[at + 1] = 0x30 + tens;
    this.bytes[at + 2] = 0x30 + rest - tens * 10;
    this.length = at + 3;
  }

  /** Appends an unsigned 32-bit number as 8 hex digits. */
  hex32(value: number): void {
    this.reserve(8);
    for (let shift = 28; shift >= 0; shift -= 4) {
      this.bytes[this.length++] = HEX.charCodeAt((value >>> shift) & 15);
    }
  }
}
