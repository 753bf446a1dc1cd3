import type { Part, PartLimits } from "../store/store.ts";

const MiB = 2 ** 20;
/** Bytes of a part: small enough to lose little when a connection breaks. */
const USUAL = 8 * MiB;
/** Share of the parts a store allows that a file may take; the rest is for what is appended later. */
const SHARE = 0.8;

/** A part that is still to be sent. */
export interface PlannedPart {
  readonly number: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * Bytes of a part, so that a file fits into the parts a store allows.
 *
 * @param size Bytes of the file.
 * @param wished What the user asked for.
 */
export function partSize(size: number, { least, most, parts }: PartLimits, wished = USUAL): number {
  const needed = Math.ceil(size / (parts * SHARE) / MiB) * MiB;
  return Math.min(most, Math.max(least, wished, needed));
}

/**
 * Parts that are missing, in order.
 *
 * @param size Bytes of the file.
 * @param each Bytes of a part.
 * @param reused Parts at the beginning that were not sent but taken over within the store.
 * @param there Other parts that are there.
 */
export function missingParts(
  size: number,
  each: number,
  reused: readonly Part[],
  there: readonly Part[],
): PlannedPart[] {
  const have = new Set(there.map(({ number }) => number));
  const missing: PlannedPart[] = [];
  let number = reused.length + 1;
  for (let offset = end(reused); offset < size; offset += each, number++) {
    if (!have.has(number)) missing.push({ number, offset, size: Math.min(each, size - offset) });
  }
  return missing;
}

/** Byte after the last of some parts in order. */
export function end(parts: readonly Part[]): number {
  const last = parts.at(-1);
  return last === undefined ? 0 : last.offset + last.size;
}
