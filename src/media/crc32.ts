import { crc32 } from "node:zlib";

export { crc32 };

/** Reflected polynomial of CRC-32/ISO-HDLC, the CRC of zip (APPNOTE 4.4.7). */
const POLYNOMIAL = 0xedb88320;

/**
 * Product of two polynomials over GF(2), modulo the CRC polynomial. Bit 31 is the coefficient of x^0.
 * The method is Mark Adler's (zlib `crc32_combine`).
 */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

/** x^(8 · 2^k) modulo the polynomial, for k = 0, 1, 2, … */
const powers: number[] = [];
for (let k = 0, p = 0x00800000; k < 53; k++, p = multiply(p, p)) powers.push(p >>> 0);

/**
 * CRC-32 of two byte strings put one after the other, from the CRCs of both.
 *
 * @param first CRC-32 of the first.
 * @param second CRC-32 of the second.
 * @param secondLength Bytes of the second.
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  let shifted = first >>> 0;
  for (let k = 0; secondLength > 0; k++, secondLength = Math.floor(secondLength / 2)) {
    if (secondLength % 2) shifted = multiply(powers[k], shifted);
  }
  return (shifted ^ second) >>> 0;
}

/** Exponents of x are counted modulo this: the polynomial is primitive. */
const ORDER = 2 ** 32 - 1;

/**
 * CRC-32 of the first of two byte strings, from that of both put together and that of the second: {@link combineCrc32}
 * backwards.
 *
 * @param whole CRC-32 of both.
 * @param second CRC-32 of the second.
 * @param secondLength Bytes of the second.
 */
export function cutCrc32(whole: number, second: number, secondLength: number): number {
  // Division by x^(8n) is multiplication by x^(order − 8n).
  let exponent = ORDER - (secondLength % ORDER) * 8 % ORDER;
  let first = (whole ^ second) >>> 0;
  for (let power = 0x40000000; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2) first = multiply(power, first);
    power = multiply(power, power);
  }
  return first >>> 0;
}
