import { below, folderOf } from "../../model/image_names.ts";
import { sampleFiles } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { jsonHead } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { decodeText } from "../text.ts";

const NAME = "labels.txt";
const SAMPLES = 20;
/** Names that LabelMe's converters have for what is no class. */
const NO_CLASS: ReadonlySet<string> = new Set(["__ignore__", "_background_"]);

/**
 * Classes of LabelMe's `labels.txt`, one a line, if there is one at the root or beside the label files that names classes
 * these have; else none.
 */
export function labelList(view: DatasetView): string[] {
  const { paths } = sampleFiles(view.labels, "json", SAMPLES);
  const places = new Set(["", ...paths.flatMap((path) => [folderOf(path), folderOf(folderOf(path))])]);
  const used = new Set(paths.flatMap((path) => labelsOf(jsonHead(view, path))));
  for (const place of places) {
    const path = below(place, NAME);
    if (!view.labels.has(path)) continue;
    const lines = decodeText(view.head(path)).text.split(/\r\n?|\n/).map((line) => line.trim());
    const names = lines.filter((line) => line !== "" && !NO_CLASS.has(line));
    if (lines.some((line) => NO_CLASS.has(line)) || names.some((name) => used.has(name))) {
      return [...new Set(names)];
    }
  }
  return [];
}

function labelsOf(head: unknown): string[] {
  const shapes = asObject(head)?.shapes;
  if (!Array.isArray(shapes)) return [];
  return shapes.map((shape) => asObject(shape)?.label).filter((label) => typeof label === "string");
}
