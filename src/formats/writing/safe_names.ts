import type { CocoCategory } from "../../model/dataset.ts";
import type { Issue } from "../../model/issue.ts";

/** What cannot stand in the name of a folder or file on every system. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
export const NOT_IN_PATHS = /[/\\:*?"<>|\x00-\x1f\x7f]/g;
/** What ends a line in some reader, so cannot stand in a list of one name a line. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
export const NOT_IN_LINES = /[\x00-\x1f\x7f\x85\u2028\u2029]/g;
/**
 * What cannot stand in a name among numbers with blanks between them; commas would be taken for those of another format. A name
 * that is a number itself gets a `_` before it, for the same reason.
 */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
export const NOT_IN_TOKENS = /[\s,\x00-\x1f\x7f\x85]|^(?=[+-]?[\d.]+$)/g;

/**
 * Class names as a format can hold them: forbidden characters become `_`, blanks around a name go, and of two names that
 * become equal the second gets a number.
 *
 * @param names Class names, in the order of their ids.
 * @param forbidden {@link NOT_IN_PATHS} for folders, which also must not be `.` or `..` or differ in case alone;
 * {@link NOT_IN_LINES} for lists.
 */
export function safeNames(names: readonly string[], forbidden: RegExp): string[] {
  const paths = forbidden === NOT_IN_PATHS;
  const taken = new Set<string>();
  return names.map((name) => {
    let clean = name.replace(forbidden, "_").trim();
    // A folder name that ends with a dot loses it on Windows; one that begins with a dot is hidden from most readers.
    if (paths) clean = clean.replace(/^\.+/, "_").replace(/\.+$/, "_");
    if (clean === "") clean = "_";
    let free = clean;
    const key = () => paths ? free.normalize("NFC").toLowerCase() : free;
    for (let i = 2; taken.has(key()); i++) free = `${clean}_${i}`;
    taken.add(key());
    return free;
  });
}

/**
 * {@link safeNames} of classes; tells which got another name.
 *
 * @param categories In the order of their ids.
 */
export function safeClassNames(
  categories: readonly CocoCategory[],
  forbidden: RegExp,
  issue: (issue: Issue) => void,
): string[] {
  const names = safeNames(categories.map(({ name }) => name), forbidden);
  names.forEach((name, i) => {
    const before = categories[i].name;
    if (name === before) return;
    issue({
      code: "class-renamed",
      severity: "warning",
      path: "",
      message: `The class ${JSON.stringify(before)} is called ${JSON.stringify(name)} in this format.`,
      suggestion: "Choose a name of your own with --class-map.",
    });
  });
  return names;
}

/** Name of a split as a folder or part of a file name. */
export function safeSplit(split: string): string {
  return safeNames([split], NOT_IN_PATHS)[0];
}
