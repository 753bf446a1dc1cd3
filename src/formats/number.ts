/** Numbers as label files write them. */

/** A decimal number: no `nan`, no decimal comma, no hexadecimal digits. */
export const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A whole number, also written `7.0`. */
export const INTEGER = /^[+-]?\d+(?:\.0*)?$/;

const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** The number, or NaN if it is none or not finite. */
export function decimal(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/**
 * Reads the number in `text[start, end)`, blanks around it allowed.
 *
 * @returns NaN if it is none, or not finite; {@link isNumber} tells which.
 */
export function readNumber(text: string, start: number, end: number): number {
  let value = 0;
  // Almost all are a few digits: no string is made for those. 15 digits are exact.
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9 || i - start === 15) return decimal(text.slice(start, end).trim());
    value = value * 10 + digit;
  }
  return end > start ? value : NaN;
}

/** True if the text is written as a number, be it `nan`, `inf` or one too large. */
export function isNumber(text: string): boolean {
  return DECIMAL.test(text.trim()) || NOT_FINITE.test(text.trim());
}
