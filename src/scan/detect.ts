import type { Candidate, DatasetView } from "../formats/format.ts";
import { readable } from "../formats/table.ts";
import { extensionsIn } from "../tree/extensions.ts";
import { PackError } from "../model/issue.ts";

/**
 * Looks for label formats.
 *
 * @param view The dataset.
 * @param name Name of a format, `auto` for all, or `none` to look for no labels.
 * @returns Everything that was seen, most likely first.
 * @throws {PackError} If there is no format of that name.
 */
export async function detect(view: DatasetView, name: string): Promise<Candidate[]> {
  if (name === "none") return [];
  const entries = name === "auto" ? readable : readable.filter((entry) => entry.name === name);
  if (entries.length === 0) {
    const known = readable.map((entry) => entry.name).join(", ");
    throw new PackError(`There is no label format "${name}".`, `Choose one of: auto, ${known}, none.`, 2);
  }
  const candidates: Candidate[] = [];
  const there = new Set<string>();
  for (const folder of view.labels.folders.values()) {
    for (const extension of extensionsIn(folder).keys()) there.add(extension);
  }
  for (const entry of entries) {
    const { extensions } = entry.read!;
    if (extensions.length > 0 && !extensions.some((extension) => there.has(extension))) continue;
    const format = await entry.read!.load();
    candidates.push(...await format.detect(view));
  }
  if (name !== "auto" && candidates.length === 0) {
    candidates.push({ format: name, root: "", confidence: 1, reason: "named with --format", files: 0 });
  }
  // The sort is stable: candidates of one format stay in the order the format gave them.
  return candidates.sort((a, b) => b.confidence - a.confidence);
}
