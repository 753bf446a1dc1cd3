import { constants } from "node:os";

/** Error names by number; the runtime gives some errors only as "… (os error 27)". */
const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** Name of the system's error (`ENOSPC`, `EIO`, …) behind an exception; undefined if it is none. */
export function systemCode(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined) return code;
  const number = /\(os error (\d+)\)/.exec(message ?? "")?.[1];
  return number === undefined ? undefined : NAMES.get(Number(number));
}

/** What the system said, without the path it said it of: reports stay the same wherever a dataset lies. */
export function systemReason(error: unknown): string {
  const { message } = error as Error;
  return /^[A-Z]+: ([^,]+), \w+ '/.exec(message)?.[1] ?? message;
}
