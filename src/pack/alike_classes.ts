import type { Issue } from "../model/issue.ts";

/** Tells of classes whose names differ only by case or Unicode form: they are likely to be meant as one. */
export function* alikeClasses(names: Iterable<string>): Generator<Issue> {
  const first = new Map<string, string>();
  for (const name of names) {
    const folded = name.normalize("NFC").toLowerCase();
    const other = first.get(folded);
    if (other === undefined) first.set(folded, name);
    else {
      yield {
        code: "class-names-alike",
        severity: "warning",
        path: "",
        message: `The classes "${other}" and "${name}" differ only in how they are written.`,
        suggestion: "If they are one class, join them with --class-map.",
      };
    }
  }
}
