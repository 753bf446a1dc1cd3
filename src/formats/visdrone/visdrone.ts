import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import type { LabelContext, LabelFormat } from "../format.ts";
import { rejectRow, textRows } from "../txt/rows.ts";
import { detectTexts, planTexts } from "../txt/text_labels.ts";
import { fieldsOf, readVisDroneRow, VISDRONE_CLASSES } from "./rows.ts";

/** VisDrone DET: one text file for each image (FORMATS §11, 8.). */
export const visdrone: LabelFormat = {
  name: "visdrone",
  detect: (view) => detectTexts(view, { name: "visdrone", rows: "VisDrone rows" }),
  plan: (view, candidate) => planTexts(view, candidate, "visdrone", { classes: VISDRONE_CLASSES }),
  parse,
};

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const annotations: Annotation[] = [];
  for (const row of textRows(bytes, context)) {
    const read = readVisDroneRow(fieldsOf(row.text), context);
    if ("cause" in read) rejectRow(context, row, read);
    else annotations.push({ ...read, line: row.line });
  }
  return { annotations };
}
