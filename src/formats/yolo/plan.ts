import { Pairing } from "../pairing.ts";
import type { DatasetView, LabelPlan } from "../format.ts";
import type { SplitLists } from "./split_lists.ts";
import { isOtherText } from "./files.ts";

/** The plan of a dataset whose labels are text files named like their images, as all of the YOLO family have it. */
export function textLabelPlan(
  view: DatasetView,
  splits: SplitLists,
  known: Pick<LabelPlan, "format" | "root" | "classes" | "settings">,
): LabelPlan {
  const pairs = new Pairing(view, { extension: "txt", isOther: isOtherText, others: splits.files });
  return {
    ...known,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: (path) => splits.of(path),
    unused: () => pairs.unused(),
  };
}
