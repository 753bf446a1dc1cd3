import type { PackOptions } from "./options.ts";

/** Options that decide which images are frames, how they are kept, and what their annotations are. */
const LASTING = [
  "format",
  "pattern",
  "videos",
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

/** What says the same as no option, as JSON; of a switch that is off by default, and of a list or a table without entries. */
const NONE: ReadonlySet<string | undefined> = new Set([undefined, "null", "false", "[]", "{}"]);
const DEFAULTS: Readonly<Record<string, string>> = {
  format: '"auto"',
  vocOffset: '"auto"',
  task: '"detect"',
  area: '"exact"',
};

/** Those that are not the defaults; the manifest notes them. */
export function lastingOptions(options: PackOptions): LastingOptions {
  const kept: Record<string, unknown> = {};
  for (const key of LASTING) {
    const text: string | undefined = JSON.stringify(options[key]);
    const isDefault = key === "videos" && options.videos === false ? false : NONE.has(text);
    if (!isDefault && text !== DEFAULTS[key]) kept[key] = JSON.parse(text!);
  }
  return kept;
}
