import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { filesNamed } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { asObject } from "../json/loose.ts";
import { decodeText } from "../text.ts";

/**
 * Names of the classes by number: the first `ClassLabel` among the features, as the front matter of a dataset card
 * (`README.md`: `class_label: names: {'0': cat}`) or a `dataset_infos.json` (`names` beside `"_type": "ClassLabel"`) has it.
 *
 * @returns Empty if nothing names them.
 */
export function readClassNames(view: DatasetView): string[] {
  for (const path of filesNamed(view.labels, ["md", "json"], (name) => CARDS.has(name))) {
    const text = decodeText(view.head(path)).text;
    const yaml = path.endsWith(".md") ? /^---\r?\n(.*?)\r?\n---/s.exec(text)?.[1] : text;
    if (yaml === undefined) continue;
    try {
      const names = findNames(load(yaml, { schema: FAILSAFE_SCHEMA }));
      if (names.length > 0) return names;
    } catch {
      // A card that cannot be read names nothing.
    }
  }
  return [];
}

const CARDS: ReadonlySet<string> = new Set(["README.md", "dataset_infos.json", "dataset_info.json"]);

function findNames(value: unknown): string[] {
  if (Array.isArray(value)) return first(value);
  const object = asObject(value);
  if (!object) return [];
  const label = asObject(object.class_label) ?? (object._type === "ClassLabel" ? object : undefined);
  const names = label?.names;
  const list = Array.isArray(names) ? names : Object.values(
    Object.fromEntries(Object.entries(asObject(names) ?? {}).sort(([a], [b]) => Number(a) - Number(b))),
  );
  const found = list.filter((name) => typeof name === "string");
  return found.length > 0 ? found : first(Object.values(object));
}

function first(values: readonly unknown[]): string[] {
  for (const value of values) {
    const names = findNames(value);
    if (names.length > 0) return names;
  }
  return [];
}
