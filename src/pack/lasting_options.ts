import type { PackOptions } from "./options.ts";

/** Options that decide which images are frames, how they are kept, and what their annotations are. */
const LASTING = [
  "format",
  "pattern",
  "vocOffset",
  "keepIgnore",
  "classMap",
  "classes",
  "dropClasses",
  "task",
  "area",
  "profile",
  "dedupe",
  "deflate",
  "skipMissingImages",
] as const;

/** The options of a run that the updates of its set share with it. */
export type LastingOptions = Readonly<Pick<PackOptions, typeof LASTING[number]>>;

/** Values that say the same as no option. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  format: "auto",
  vocOffset: "auto",
  task: "detect",
  area: "exact",
};

/** Those that are not the defaults; the manifest notes them. */
export function lastingOptions(options: PackOptions): LastingOptions {
  const kept: Record<string, unknown> = {};
  for (const key of LASTING) {
    const value = options[key];
    const none = value === undefined || value === false || value === DEFAULTS[key] ||
      Array.isArray(value) && value.length === 0;
    if (!none) kept[key] = value;
  }
  return kept;
}
