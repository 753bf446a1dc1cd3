/** 10⁰ … 10²², the powers of ten a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Largest integer that can take one more decimal digit and stay exact. */
const ROOM = 900_719_925_474_098;

/**
 * Reads rows of white-space separated decimal numbers straight from bytes: no strings are made, and one instance serves
 * any number of files. Lines may end in LF, CR LF or CR; blank ones are passed over.
 *
 * A number of up to 15 digits is one correctly rounded division or multiplication away from its digits (Clinger's fast
 * path); longer ones go through `Number`.
 */
export class NumberRows {
  /** Numbers of the current row; NaN where a token is not a decimal number. */
  values = new Float64Array(64);
  /** Tokens in the current row. */
  count = 0;
  /** 1-based line of the current row. */
  line = 1;
  /** First token, from 1 on, that is not a number; 0 if there is none. The first token of the row is not looked at. */
  bad = 0;
  /** Byte range of the current row. */
  start = 0;
  end = 0;
  #bytes = new Uint8Array();

  /** Begins with another file. */
  reset(bytes: Uint8Array): void {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.line = 1;
    this.start = this.end = 0;
  }

  /** Goes to the next row that is not blank; false at the end. */
  next(): boolean {
    const bytes = this.#bytes;
    const size = bytes.length;
    let at = this.end;
    for (; at < size; at++) {
      const c = bytes[at];
      if (c === 10 || (c === 13 && bytes[at + 1] !== 10)) this.line++;
      else if (c !== 32 && (c < 9 || c > 13)) break;
    }
    if (at >= size) return false;
    this.start = at;
    this.count = 0;
    this.bad = 0;
    while (at < size) {
      const c = bytes[at];
      if (c === 10 || c === 13) break;
      if (c === 32 || c === 9 || c === 11 || c === 12) at++;
      else at = this.#token(at);
    }
    this.end = at;
    return true;
  }

  /** Text of the current row, or of one of its tokens. */
  text(token?: number): string {
    const row = new TextDecoder().decode(
      this.#bytes.subarray(this.start, Math.min(this.end, this.start + 4096)),
    );
    return token === undefined ? row.trimEnd() : row.split(/[ \t\v\f]+/)[token] ?? "";
  }

  /** Reads one token into `values`; returns the position behind it. */
  #token(start: number): number {
    const bytes = this.#bytes;
    const size = bytes.length;
    let at = start;
    let c = bytes[at];
    const negative = c === 45;
    if (negative || c === 43) c = bytes[++at];
    let mantissa = 0;
    let digits = 0;
    let exponent = 0;
    let exact = true;
    for (; c >= 48 && c <= 57; c = bytes[++at]) {
      digits++;
      if (mantissa <= ROOM) mantissa = mantissa * 10 + (c - 48);
      else exact = false;
    }
    if (c === 46) {
      c = bytes[++at];
      for (; c >= 48 && c <= 57; c = bytes[++at]) {
        digits++;
        if (mantissa <= ROOM) {
          mantissa = mantissa * 10 + (c - 48);
          exponent--;
        } else exact = false;
      }
    }
    let valid = digits > 0;
    if (valid && (c === 101 || c === 69)) {
      c = bytes[++at];
      const down = c === 45;
      if (down || c === 43) c = bytes[++at];
      valid = c >= 48 && c <= 57;
      let power = 0;
      for (; c >= 48 && c <= 57; c = bytes[++at]) if (power < 10_000) power = power * 10 + (c - 48);
      exponent += down ? -power : power;
    }
    const ended = at >= size || c === 32 || (c >= 9 && c <= 13);
    let value: number;
    if (!valid || !ended) {
      for (; at < size && c !== 32 && (c < 9 || c > 13); c = bytes[++at]);
      value = NaN;
    } else if (exact && exponent >= -22 && exponent <= 22) {
      value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
      if (negative) value = -value;
    } else {
      value = Number(ascii(bytes, start, at));
    }
    if (this.count === this.values.length) this.#grow();
    if (value !== value && this.bad === 0) this.bad = this.count;
    this.values[this.count++] = value;
    return at;
  }

  #grow(): void {
    const values = new Float64Array(this.values.length * 2);
    values.set(this.values);
    this.values = values;
  }
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
