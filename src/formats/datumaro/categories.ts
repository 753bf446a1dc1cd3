import type { PlannedClass } from "../../model/planned_class.ts";
import { asObject } from "../json/loose.ts";

/** Classes of one file, by `label_id`. */
export function readLabels(categories: unknown): PlannedClass[] {
  const root = asObject(categories);
  const labels = asObject(root?.label)?.labels;
  if (!Array.isArray(labels)) return [];
  const points = keypointsOf(asObject(root?.points)?.items);
  return labels.map((each, id) => {
    const label = asObject(each);
    const name = typeof label?.name === "string" ? label.name.trim() : "";
    const parent = typeof label?.parent === "string" && label.parent !== "" ? label.parent : undefined;
    return { name: name || `class_${id}`, supercategory: parent, extra: points.get(id) };
  });
}

/** Joins the classes of several files by name, in the order they are met. */
export function mergeLabels(files: readonly (readonly PlannedClass[])[]): PlannedClass[] {
  const merged = new Map<string, PlannedClass>();
  for (const label of files.flat()) if (!merged.has(label.name)) merged.set(label.name, label);
  return [...merged.values()];
}

function keypointsOf(items: unknown): Map<number, Record<string, unknown>> {
  const found = new Map<number, Record<string, unknown>>();
  for (const each of Array.isArray(items) ? items : []) {
    const item = asObject(each);
    if (typeof item?.label_id !== "number" || !Array.isArray(item.labels)) continue;
    found.set(item.label_id, {
      keypoints: item.labels,
      skeleton: Array.isArray(item.joints) ? item.joints : [],
    });
  }
  return found;
}
