/**
 * A finite number as text: rounded, without exponent and without trailing zeros.
 *
 * @param value Below 10²¹.
 * @param digits Decimals at most.
 */
export function decimals(value: number, digits = 6): string {
  if (Number.isInteger(value)) return String(value === 0 ? 0 : value);
  const text = value.toFixed(digits);
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  if (text.charCodeAt(end - 1) === 46) end--;
  const short = text.slice(0, end);
  return short === "-0" ? "0" : short;
}

/** A finite number rounded as {@link decimals} does, for JSON. */
export function rounded(value: number, digits = 6): number {
  return Number(decimals(value, digits));
}
