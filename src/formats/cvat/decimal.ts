import { Buffer } from "node:buffer";
import { readNumber } from "../number.ts";

const DOT = 0x2e;
const MINUS = 0x2d;
/** Digits that a double holds exactly. */
const MOST_DIGITS = 15;
const TENS = Array.from({ length: MOST_DIGITS + 1 }, (_, i) => 10 ** i);

/**
 * The decimal number in `bytes[start, end)`. Almost all are a few digits and a point: their quotient of two whole numbers is
 * the same as the runtime would make of the text, and no text is made.
 *
 * @returns NaN if it is none, or not finite.
 */
export function decimalAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let digits = 0;
  let decimals = -1;
  const isNegative = bytes[start] === MINUS;
  for (let i = isNegative ? start + 1 : start; i < end; i++) {
    const digit = bytes[i] - 0x30;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
    } else if (bytes[i] === DOT && decimals < 0) decimals = digits;
    else return anyNumber(bytes, start, end);
  }
  if (digits === 0 || digits > MOST_DIGITS) return anyNumber(bytes, start, end);
  if (decimals >= 0) value /= TENS[digits - decimals];
  return isNegative ? -value : value;
}

function anyNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
  return readNumber(text, 0, text.length);
}
