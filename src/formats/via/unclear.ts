import type { DatasetView } from "../format.ts";
import type { LabelRanges } from "../matching/label_ranges.ts";
import { UNNAMED } from "./class_attribute.ts";

/** Says that no attribute could be taken for the class. */
export function tellClassUnclear(view: DatasetView, ranges: LabelRanges, names: readonly string[]): void {
  const path = ranges.firstFile;
  if (path === undefined) return;
  const seen = names.length === 0
    ? "have no attribute"
    : `have the attributes ${names.map((name) => `"${name}"`).join(", ")}, none of which looks like a class`;
  view.issue({
    code: "class-attribute-unclear",
    severity: "warning",
    path,
    message: `The regions ${seen}; all got the class "${UNNAMED}".`,
    suggestion: 'Call the attribute with the class "class".',
  });
}
