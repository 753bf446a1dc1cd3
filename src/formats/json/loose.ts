import { Buffer } from "node:buffer";

/** A JSON record, parsed. */
export interface LooseJson {
  readonly value: unknown;
  /** True if it held NaN or Infinity, which JSON does not know; they are null in the value. */
  readonly notFinite: boolean;
}

/** A string, or one of the words that Python writes for numbers that are not finite. */
const STRING_OR_WORD = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Parses a record.
 *
 * @returns Undefined if it is not JSON, even with NaN and Infinity allowed.
 */
export function parseLoose(text: string): LooseJson | undefined {
  try {
    return { value: JSON.parse(text), notFinite: false };
  } catch {
    // Nothing is lost by trying again.
  }
  let notFinite = false;
  const replaced = text.replace(STRING_OR_WORD, (match) => {
    if (match.startsWith('"')) return match;
    notFinite = true;
    return "null";
  });
  if (!notFinite) return undefined;
  try {
    return { value: JSON.parse(replaced), notFinite };
  } catch {
    return undefined;
  }
}

/** Text of a range of bytes; faster than a TextDecoder on short ones. */
export function textOfRange(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}

/** The value as an object with keys, undefined for anything else. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : undefined;
}

/** A record for a message, shortened. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
