/** An id of a COCO record: a number, or text where it is none or has more than 15 digits, which a double cannot hold. */
export type CocoId = number | string;

/** An id, and whether it was written as text. */
export interface ReadId {
  readonly id: CocoId;
  readonly asText: boolean;
}

/** Digits that are surely exact as a double. */
const EXACT = 15;

/**
 * Takes a JSON value for an id.
 *
 * @returns Undefined if it is neither a number nor text.
 */
export function toId(value: unknown): ReadId | undefined {
  if (typeof value === "number") return { id: value, asText: false };
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const number = /^-?\d+$/.test(text) && text.replace("-", "").length <= EXACT;
  return { id: number ? Number(text) : text, asText: true };
}

/**
 * Reads an id where it stands in a JSON record.
 *
 * @param at Position of the value.
 * @returns Undefined if it is not written as a whole number; {@link toId} may still make one of it.
 */
export function readId(bytes: Uint8Array, at: number): CocoId | undefined {
  const start = at;
  let value = 0;
  for (;; at++) {
    const digit = bytes[at] - 0x30;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  const byte = bytes[at];
  const ended = byte === 0x2c || byte === 0x7d || byte === 0x20 || byte === 0x0a || byte === 0x0d ||
    byte === 0x09;
  if (at === start || !ended) return undefined;
  return at - start <= EXACT ? value : String.fromCharCode(...bytes.subarray(start, at));
}
