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

/** Ids up to this are looked up in a list; a map takes several times as long. */
const DENSE = 1 << 24;

/** Numbers the ids of a file in the order they are met. */
export class IdNumbers {
  /** The ids by their number. */
  readonly ids: CocoId[] = [];
  /** Number + 1 of small whole ids; 0 for one that was not met. */
  #small = new Int32Array(1 << 16);
  readonly #others = new Map<CocoId, number>();

  /** Number of an id; undefined if it was not met. */
  find(id: CocoId): number | undefined {
    if (!isSmall(id)) return this.#others.get(id);
    return id < this.#small.length && this.#small[id] > 0 ? this.#small[id] - 1 : undefined;
  }

  /** Number of an id; the next free one if it was not met. */
  of(id: CocoId): number {
    if (isSmall(id)) {
      if (id >= this.#small.length) this.#grow(id);
      const known = this.#small[id];
      if (known > 0) return known - 1;
      return (this.#small[id] = this.ids.push(id)) - 1;
    }
    let number = this.#others.get(id);
    if (number === undefined) this.#others.set(id, number = this.ids.push(id) - 1);
    return number;
  }

  #grow(id: number): void {
    const grown = new Int32Array(2 ** Math.ceil(Math.log2(id + 1)));
    grown.set(this.#small);
    this.#small = grown;
  }
}

function isSmall(id: CocoId): id is number {
  return typeof id === "number" && id >= 0 && id < DENSE && Number.isInteger(id);
}
