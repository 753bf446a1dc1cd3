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
  // Without branches: bits of a CRC cannot be foretold.
  for (; a !== 0; a <<= 1) {
    product ^= b & (a >> 31);
    b = (b >>> 1) ^ (POLYNOMIAL & -(b & 1));
  }
  return product >>> 0;
}

/** x^0. */
const ONE = 0x80000000;
/** For each byte of a length, from the lowest on, by its value v: x^(8 · v · 256^place). Made when they are needed. */
const powers: Uint32Array[] = [];

function powersOf(place: number): Uint32Array {
  let table = powers[place];
  if (table) return table;
  table = new Uint32Array(256);
  table[0] = ONE;
  table[1] = place === 0 ? 0x00800000 : multiply(powersOf(place - 1)[255], powersOf(place - 1)[1]);
  for (let v = 2; v < 256; v++) table[v] = multiply(table[v - 1], table[1]);
  return powers[place] = table;
}

/**
 * CRC-32 of two byte strings put one after the other, from the CRCs of both.
 *
 * @param first CRC-32 of the first.
 * @param second CRC-32 of the second.
 * @param secondLength Bytes of the second.
 */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  let shifted = first;
  for (let place = 0; secondLength > 0; place++, secondLength = Math.floor(secondLength / 256)) {
    const byte = secondLength % 256;
    if (byte !== 0) shifted = multiply(powersOf(place)[byte], shifted);
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
