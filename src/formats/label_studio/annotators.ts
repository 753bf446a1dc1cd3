import type { LabelContext } from "../format.ts";
import type { Json } from "../json/label_reader.ts";

/**
 * Of the work of several annotators on one image, takes that which is marked as the truth, else the latest; the others hold
 * the same objects again (FORMATS §9).
 *
 * @param annotations At least one; cancelled ones are out already.
 */
export function chooseAnnotator(annotations: readonly Json[], context: LabelContext): Json {
  const truths = annotations.filter((each) => each.ground_truth === true);
  const candidates = truths.length > 0 ? truths : annotations;
  // Of two that are equally late, the one that stands later in the file.
  const chosen = candidates.reduce((best, each) => timeOf(each) >= timeOf(best) ? each : best);
  if (annotations.length > 1) {
    const why = truths.length > 0 ? "the one marked as ground truth" : "the latest";
    context.issue({
      code: "several-annotators",
      severity: "warning",
      message: `"${context.image}" was labelled ${annotations.length} times; ${why} was taken.`,
      suggestion: "Mark the annotation that is right as ground truth.",
    });
  }
  return chosen;
}

/** When an annotation was changed last, in milliseconds; 0 if it does not tell. */
function timeOf(annotation: Json): number {
  const time = annotation.updated_at ?? annotation.created_at;
  const number = typeof time === "string" ? Date.parse(time) : Number(time);
  return Number.isFinite(number) ? number : 0;
}
