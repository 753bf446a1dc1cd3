import { readable, writable } from "../../formats/table.ts";

/** What `--labels-as` is for the label files that `--keep-labels` packed. */
export const ORIGINAL = "original";

/** Names `--format` knows: `auto` finds out, `none` packs images without labels. */
const FORMATS = ["auto", ...readable.map(({ name }) => name), "none"];

/** Names `--to` knows. */
const TARGETS = writable.map(({ name }) => name);

/** What `--format` may be. */
export function formatName(input: string): string {
  if (FORMATS.includes(input)) return input;
  throw new Error(`Give one of: ${FORMATS.join(", ")}.`);
}

/** A format that can be written. */
export function targetName(input: string): string {
  if (TARGETS.includes(input)) return input;
  throw new Error(`Give one of: ${TARGETS.join(", ")}.`);
}

/** What `--labels-as` asks for: a format that can be written, or the original label files. */
export function labelsTarget(input: string): string {
  return input === ORIGINAL ? input : targetName(input);
}
