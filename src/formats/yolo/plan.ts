import type { DatasetView, LabelPlan } from "../format.ts";
import { Pairing } from "../matching/pairing.ts";
import { isOtherText } from "../txt/kinds.ts";
import { TextSurvey } from "../txt/survey.ts";
import type { SplitLists } from "./split_lists.ts";

/** The plan of a dataset whose labels are text files named like their images, as all of the YOLO family have it. */
export function textLabelPlan(
  view: DatasetView,
  splits: SplitLists,
  known: Pick<LabelPlan, "format" | "root" | "classes" | "settings">,
): LabelPlan {
  const pairs = new Pairing(view, {
    extension: "txt",
    isOther: isOtherText,
    others: splits.files,
    elsewhere: TextSurvey.of(view).elsewhere("yolo"),
  });
  return {
    ...known,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: (path) => splits.of(path),
    unused: () => pairs.unused(),
  };
}
