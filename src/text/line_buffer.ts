const encoder = new TextEncoder();
const HEX = "0123456789abcdef";

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

  /** Appends bytes. */
  append(part: Uint8Array): void {
    this.reserve(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** Appends text as UTF-8. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
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
    const bytes = this.bytes;
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.integer(high);
      let low = value - high * 1e9;
      const at = this.length;
      for (let i = at + 8; i >= at; i--) {
        bytes[i] = 0x30 + low % 10;
        low = (low / 10) | 0;
      }
      this.length = at + 9;
      return;
    }
    let digits = 1;
    for (let limit = 10; limit <= value; limit *= 10) digits++;
    let rest = value | 0;
    for (let i = this.length + digits - 1; i >= this.length; i--) {
      const tenth = (rest / 10) | 0;
      bytes[i] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.length += digits;
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
    let whole = value | 0;
    let fraction = Math.round((value - whole) * 1e6);
    if (fraction === 1e6) {
      whole++;
      fraction = 0;
    }
    this.integer(whole);
    if (fraction === 0) return;
    let digits = 6;
    while (fraction % 10 === 0) {
      fraction /= 10;
      digits--;
    }
    this.reserve(8);
    const at = this.length;
    this.bytes[at] = 0x2e;
    for (let i = at + digits; i > at; i--) {
      const tenth = (fraction / 10) | 0;
      this.bytes[i] = 0x30 + fraction - tenth * 10;
      fraction = tenth;
    }
    this.length = at + digits + 1;
  }

  /** Appends bytes as lower-case hex digits. */
  hex(part: Uint8Array): void {
    this.reserve(part.length * 2);
    const bytes = this.bytes;
    let at = this.length;
    for (let i = 0; i < part.length; i++) {
      bytes[at++] = HEX.charCodeAt(part[i] >> 4);
      bytes[at++] = HEX.charCodeAt(part[i] & 15);
    }
    this.length = at;
  }

  /** Appends an unsigned 32-bit number as 8 hex digits. */
  hex32(value: number): void {
    this.reserve(8);
    for (let shift = 28; shift >= 0; shift -= 4) {
      this.bytes[this.length++] = HEX.charCodeAt((value >>> shift) & 15);
    }
  }
}
