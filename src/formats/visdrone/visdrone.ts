import type { LabelFormat } from "../format.ts";
import { readRows } from "../txt/rows.ts";
import { detectTexts, planTexts } from "../txt/text_labels.ts";
import { fieldsOf, readVisDroneRow, VISDRONE_CLASSES } from "./rows.ts";

/** VisDrone DET: one text file for each image (FORMATS §11, 8.). */
export const visdrone: LabelFormat = {
  name: "visdrone",
  detect: (view) => detectTexts(view, { name: "visdrone", rows: "VisDrone rows" }),
  plan: (view, candidate) => planTexts(view, candidate, "visdrone", { classes: VISDRONE_CLASSES }),
  parse: (bytes, context) => ({
    annotations: readRows(bytes, context, (text) => readVisDroneRow(fieldsOf(text), context)),
  }),
};
