import { PackError } from "../model/issue.ts";

/** The error that a manifest is damaged. */
export function damaged(path: string, place: string, cause: string): PackError {
  return new PackError(
    `Cannot read "${path}": ${place} ${cause}.`,
    "Fetch the set again from where it came, or pack it again.",
    4,
  );
}

/** The parsed text, or undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
export const isHex = (value: unknown, digits: number): boolean =>
  typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value);
