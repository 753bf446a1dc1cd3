/** A decimal number as label files write it: no `nan`, no decimal comma, no hexadecimal digits. */
export const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A whole number, also written `7.0`. */
export const INTEGER = /^[+-]?\d+(?:\.0*)?$/;

/** The number, or NaN if it is none or not finite. */
export function decimal(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
