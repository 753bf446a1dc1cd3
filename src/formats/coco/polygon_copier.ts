import { PolygonText } from "../../model/polygon_text.ts";

const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Memory for texts is taken in pieces of this size, bytes. */
const PIECE = 1 << 20;
/** Digits before the point and behind it up to which a number is written as it stands. */
const MOST_WHOLE = 6;
const MOST_DECIMALS = 6;

/**
 * Copies polygons from a COCO record in the form this tool writes them: without blanks, and without zeros at the end of
 * decimals. Numbers are not parsed for it.
 */
export class PolygonCopier {
  /** Position behind the polygons that were copied last. */
  end = 0;
  #piece = new Uint8Array(0);
  #used = 0;

  /**
   * Copies `[[x1,y1,…],…]`.
   *
   * @param bytes Labels of an image.
   * @param start Position of the first bracket.
   * @returns Undefined if anything is unusual: a sign, an exponent, many digits, a polygon of less than three points.
   */
  copy(bytes: Uint8Array, start: number): PolygonText | undefined {
    // The copy is never longer than the text.
    if (bytes.length - start > this.#piece.length - this.#used) {
      this.#piece = new Uint8Array(Math.max(PIECE, bytes.length - start));
      this.#used = 0;
    }
    const out = this.#piece;
    const from = this.#used;
    let to = from;
    let at = start + 1;
    let right = 0;
    let bottom = 0;
    if (bytes[start] !== OPEN) return undefined;
    out[to++] = OPEN;
    for (;;) {
      while (isBlank(bytes[at])) at++;
      if (bytes[at++] !== OPEN) return undefined;
      out[to++] = OPEN;
      let count = 0;
      let byte = COMMA;
      for (; byte === COMMA; count++) {
        byte = bytes[at];
        while (isBlank(byte)) byte = bytes[++at];
        const first = at;
        let value = 0;
        for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]) {
          value = value * 10 + byte - ZERO;
          out[to++] = byte;
        }
        const digits = at - first;
        // JSON allows no leading zero, and no number without a digit.
        if (digits === 0 || digits > MOST_WHOLE || digits > 1 && bytes[first] === ZERO) return undefined;
        if (byte === POINT) {
          const point = at;
          const whole = to;
          out[to++] = POINT;
          for (byte = bytes[++at]; byte >= ZERO && byte <= NINE; byte = bytes[++at]) out[to++] = byte;
          const decimals = at - point - 1;
          if (decimals === 0 || decimals > MOST_DECIMALS) return undefined;
          while (out[to - 1] === ZERO) to--;
          if (to === whole + 1) to = whole;
          else value++;
        }
        if (count & 1) {
          if (value > bottom) bottom = value;
        } else if (value > right) right = value;
        while (isBlank(byte)) byte = bytes[++at];
        out[to++] = byte;
        at++;
      }
      if (byte !== CLOSE || count < 6 || count & 1) return undefined;
      byte = bytes[at];
      while (isBlank(byte)) byte = bytes[++at];
      out[to++] = byte;
      at++;
      if (byte === CLOSE) break;
      if (byte !== COMMA) return undefined;
    }
    this.end = at;
    this.#used = to;
    return new PolygonText(out, from, to, right, bottom);
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
