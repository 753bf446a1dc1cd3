import type { Part, PartLimits } from "../store/store.ts";

const MiB = 2 ** 20;
/** Parts on their way at once, if the user does not say. */
export const CONNECTIONS = 8;
/** Bytes of a part: small enough to lose little when a connection breaks. */
const USUAL = 8 * MiB;
/** Bytes of a part below which more connections gain nothing. */
const SMALLEST = 5 * MiB;
/** Share of the parts a store allows that a file may take; the rest is for what is appended later. */
const SHARE = 0.8;

/** A part that is still to be sent. */
export interface PlannedPart {
  readonly number: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * Bytes of a part, so that a file fits into the parts a store allows, and all connections end at about the same time: 25
 * parts of 8 MiB would keep seven of eight connections waiting for the last.
 *
 * @param size Bytes of the file.
 * @param connections Parts that are on their way at once.
 * @param wished What the user asked for.
 */
export function partSize(
  size: number,
  { least, most, parts }: PartLimits,
  connections: number,
  wished?: number,
): number {
  const needed = Math.ceil(size / (parts * SHARE) / MiB) * MiB;
  return Math.min(most, Math.max(least, needed, wished ?? even(size, connections)));
}

/** Bytes of a part if their number is a multiple of the connections, as far as they do not become tiny. */
function even(size: number, connections: number): number {
  if (size <= USUAL) return USUAL;
  const rounds = Math.ceil(size / USUAL / connections);
  return Math.max(SMALLEST, Math.ceil(size / (rounds * connections)));
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
