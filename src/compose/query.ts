import { PackError } from "../model/issue.ts";

/** A condition on a record of the annotation file: docs/dataset_spec.md §4.6. */
export interface Condition {
  /** Keys from the record down to the value. */
  readonly path: readonly string[];
  /** True if it is the image's record that is asked, not an annotation's. */
  readonly ofImage: boolean;
  /** True if the value, undefined where there is none, is as wanted. */
  holds(value: unknown): boolean;
}

const CONDITION = /^\s*(!?)\s*([^=!<>\s]+)\s*(?:(!=|<=|>=|=|<|>)\s*(.*?)\s*)?$/s;
const IMAGE = "image.";

/**
 * Reads a condition as `attributes.occluded=true`.
 *
 * @throws {PackError} With exit code 2 if it is none.
 */
export function parseCondition(text: string): Condition {
  const [, not, keys, operator, value] = CONDITION.exec(text) ?? [];
  const compares = operator !== undefined && "<>".includes(operator[0]);
  const wanted = parseValue(value ?? "");
  if (
    keys === undefined || (not && operator !== undefined) || value === "" ||
    (compares && typeof wanted !== "number") || keys.split(".").includes("")
  ) {
    throw new PackError(
      `"${text}" is no condition.`,
      "Give one as attributes.occluded=true, area>=1024, image.width<640, attributes.track_id or !attributes.score; " +
        "<, <=, >, >= compare numbers.",
      2,
    );
  }
  const ofImage = keys.startsWith(IMAGE);
  const path = (ofImage ? keys.slice(IMAGE.length) : keys).split(".");
  if (operator === undefined) {
    return { path, ofImage, holds: (found) => (found !== undefined && found !== null) !== (not === "!") };
  }
  const test = TESTS[operator];
  return {
    path,
    ofImage,
    // A list is as wanted if one of its values is.
    holds: (found) =>
      operator === "!="
        ? !values(found).some((one) => one === wanted)
        : values(found).some((one) => test(one, wanted)),
  };
}

/** True if a condition holds of a record. */
export function fits(record: unknown, { path, holds }: Condition): boolean {
  let value = record;
  for (const key of path) {
    value = typeof value === "object" && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string, unknown>)[key]
      : undefined;
  }
  return holds(value);
}

const TESTS: Readonly<Record<string, (found: unknown, wanted: unknown) => boolean>> = {
  "=": (found, wanted) => found === wanted,
  "<": (found, wanted) => typeof found === "number" && found < (wanted as number),
  "<=": (found, wanted) => typeof found === "number" && found <= (wanted as number),
  ">": (found, wanted) => typeof found === "number" && found > (wanted as number),
  ">=": (found, wanted) => typeof found === "number" && found >= (wanted as number),
};

const values = (found: unknown): readonly unknown[] => Array.isArray(found) ? found : [found];

/** A number, true, false, null, or text, which may stand in quotes. */
function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return value;
  } catch {
    // Text without quotes.
  }
  return text;
}
