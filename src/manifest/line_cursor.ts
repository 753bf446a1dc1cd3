const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const NEWLINE = 10;
const POINT = 46;
const MINUS = 45;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COLON = 58;
/** Deeper nesting than any label has; keeps hostile text from using up the stack. */
const DEEPEST = 64;

/** So many digits fit into 32 bits, which the processor counts in fastest. */
const DIGITS = 9;

const encoder = new TextEncoder();

/** A key or other fixed text of at least four bytes, compared four bytes at a time. */
export class FixedText {
  readonly length: number;
  /** All bytes; the last word ends where the text ends and so may overlap the one before. */
  readonly words: Int32Array;

  constructor(text: string) {
    const bytes = encoder.encode(text);
    const view = new DataView(bytes.buffer);
    this.length = bytes.length;
    this.words = new Int32Array(Math.ceil(bytes.length / 4));
    for (let i = 0; i < this.words.length; i++) {
      this.words[i] = view.getInt32(Math.min(4 * i, bytes.length - 4));
    }
  }
}

const LITERALS = ["true", "false", "null"].map((text) => new FixedText(text));

/**
 * Reads compact JSON (no spaces between tokens) straight from bytes, without making strings or objects.
 * `bad` is set, and stays set, once something did not fit; places are then meaningless.
 */
export class LineCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  bad = false;
  #view = new DataView(this.bytes.buffer);

  /** Begins anew at another place. */
  reset(bytes: Uint8Array, at: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.at = at;
    this.bad = false;
  }

  /** True if `text` comes next. */
  sees(text: FixedText): boolean {
    const { at } = this;
    const { length, words } = text;
    if (at + length > this.bytes.length) return false;
    const view = this.#view;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) if (view.getInt32(at + 4 * i) !== words[i]) return false;
    return view.getInt32(at + length - 4) === words[last];
  }

  /** Steps over one byte, which must come next. */
  expectByte(byte: number): void {
    if (this.bytes[this.at++] !== byte) this.bad = true;
  }

  /** Steps over `text` if it comes next. */
  takes(text: FixedText): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Steps over `text`, which must come next. */
  expect(text: FixedText): void {
    if (!this.sees(text)) this.bad = true;
    this.at += text.length;
  }

  /** Reads a non-negative integer. */
  integer(): number {
    const { bytes, at: start } = this;
    const few = start + DIGITS;
    let at = start;
    let value = 0;
    let c = bytes[at] - 48;
    for (; c >= 0 && c <= 9 && at < few; c = bytes[++at] - 48) value = (value * 10 + c) | 0;
    for (; c >= 0 && c <= 9; c = bytes[++at] - 48) value = value * 10 + c;
    if (at === start || value > Number.MAX_SAFE_INTEGER || (at > start + 1 && bytes[start] === 48)) {
      this.bad = true;
    }
    this.at = at;
    return value;
  }

  /** Reads the non-negative integer after a key. */
  integerAfter(key: FixedText): number {
    this.expect(key);
    return this.integer();
  }

  /**
   * Reads a number without exponent, of at most 9 digits before the point and 6 after it. Digits and power of ten are exact,
   * so their quotient is the nearest double, the same that JSON.parse gives; longer numbers are bad here.
   */
  decimal(): number {
    const { bytes } = this;
    const negative = bytes[this.at] === MINUS;
    const start = negative ? this.at + 1 : this.at;
    let at = start;
    let whole = 0;
    let c = bytes[at] - 48;
    for (; c >= 0 && c <= 9; c = bytes[++at] - 48) whole = (whole * 10 + c) | 0;
    const digits = at - start;
    if (digits === 0 || digits > DIGITS || (digits > 1 && bytes[start] === 48)) this.bad = true;
    let value = whole;
    if (bytes[at] === POINT) {
      const point = at++;
      let fraction = 0;
      c = bytes[at] - 48;
      for (; c >= 0 && c <= 9; c = bytes[++at] - 48) fraction = (fraction * 10 + c) | 0;
      const places = at - point - 1;
      if (places === 0 || places >= POWERS.length) this.bad = true;
      else value = (whole * POWERS[places] + fraction) / POWERS[places];
    }
    if ((bytes[at] | 32) === 101) this.bad = true; // An exponent.
    this.at = at;
    return negative ? -value : value;
  }

  /** True if the line ends here, after a comma or without one. */
  endsLine(): boolean {
    const { bytes } = this;
    const at = bytes[this.at] === COMMA ? this.at + 1 : this.at;
    return at === bytes.length || bytes[at] === NEWLINE;
  }

  /** Steps over a JSON string; true if it has no escapes, so that its bytes between the quotes are its text. */
  skipString(): boolean {
    const { bytes } = this;
    let at = this.at;
    let plain = true;
    if (bytes[at] !== QUOTE) this.bad = true;
    for (at++; bytes[at] !== QUOTE && at < bytes.length; at++) {
      if (bytes[at] === BACKSLASH) {
        plain = false;
        at++;
      } else if (bytes[at] < 32) this.bad = true;
    }
    this.at = at + 1;
    return plain;
  }

  /** Steps over any compact JSON value. Escapes in strings are not looked into. */
  skipValue(depth = 0): void {
    const { bytes } = this;
    const first = bytes[this.at];
    if (depth > DEEPEST) this.bad = true;
    if (this.bad) return;
    if (first === QUOTE) {
      // What an escape stands for is for JSON.parse to judge.
      if (!this.skipString()) this.bad = true;
    } else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      const close = first === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      this.at++;
      if (bytes[this.at] === close) {
        this.at++;
        return;
      }
      for (;;) {
        if (first === OPEN_BRACE) {
          this.skipString();
          if (bytes[this.at++] !== COLON) this.bad = true;
        }
        this.skipValue(depth + 1);
        const next = bytes[this.at++];
        if (this.bad || next === close) return;
        if (next !== COMMA) this.bad = true;
      }
    } else if (!LITERALS.some((literal) => this.takes(literal))) this.decimal();
  }
}

const POWERS = Array.from({ length: 7 }, (_, i) => 10 ** i);
