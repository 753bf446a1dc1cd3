import type { CocoCategory, CocoFile } from "./file.ts";
import type { CocoId } from "./ids.ts";
import type { DatasetView } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";

/** Classes of all files together. */
export interface MergedClasses {
  readonly classes: PlannedClass[];
  /** For each file: category id to local class number. */
  readonly numbers: Map<CocoId, number>[];
}

/** Merges the categories of several files by name, in the order they are met. */
export function mergeClasses(view: DatasetView, files: readonly CocoFile[]): MergedClasses {
  const unused = unusedParents(files);
  const classes: PlannedClass[] = [];
  const byName = new Map<string, number>();
  const numbers = files.map((file) => {
    const local = new Map<CocoId, number>();
    const names = new Set<string>();
    for (const category of file.categories) {
      const { id, name } = category;
      if (unused.has(name)) continue;
      if (local.has(id) || names.has(name)) {
        view.issue({
          code: local.has(id) ? "category-invalid" : "class-name-duplicate",
          severity: "warning",
          path: file.path,
          message: local.has(id)
            ? `The category "${name}" has the id ${id} of another one; it is left out.`
            : `Two categories are named "${name}"; they become one.`,
        });
        if (local.has(id)) continue;
      }
      names.add(name);
      let number = byName.get(name);
      if (number === undefined) {
        number = classes.length;
        byName.set(name, number);
        classes.push(toClass(category));
      }
      local.set(id, number);
    }
    return local;
  });
  return { classes, numbers };
}

/** Roboflow puts the project in front of the classes: a category others name as theirs, without annotations. */
function unusedParents(files: readonly CocoFile[]): Set<string> {
  const parents = new Set<string>();
  const used = new Set<string>();
  const named = new Set<unknown>();
  for (const file of files) {
    for (const { id, name, record } of file.categories) {
      if (record.supercategory === "none") parents.add(name);
      if (record.supercategory !== name) named.add(record.supercategory);
      if (file.used.has(id)) used.add(name);
    }
  }
  return new Set([...parents].filter((name) => named.has(name) && !used.has(name)));
}

function toClass({ name, record }: CocoCategory): PlannedClass {
  const { id: _id, name: _name, supercategory, ...extra } = record;
  return {
    name,
    supercategory: typeof supercategory === "string" && supercategory !== "" && supercategory !== "none"
      ? supercategory
      : undefined,
    extra: Object.keys(extra).length > 0 ? extra : undefined,
  };
}
