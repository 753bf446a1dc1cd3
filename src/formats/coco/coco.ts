import type { LabelFormat } from "../format.ts";
import { readCocoAnnotation } from "./annotation.ts";
import { categoryOf, parseRecords, rejectRecord } from "./parse.ts";
import { planCoco } from "./plan.ts";
import { cocoCandidates } from "./sniff.ts";

/** COCO instances and keypoints: one JSON for each split, however large; also Roboflow's, one in each folder (FORMATS §6). */
export const coco: LabelFormat = {
  name: "coco",
  detect: (view) => cocoCandidates(view, "objects"),
  plan: (view, candidate) => planCoco(view, candidate, "objects"),
  parse: (bytes, context) =>
    parseRecords(bytes, context, (record, reading) => {
      const category = categoryOf(record, reading);
      if (category === undefined) return;
      const annotation = readCocoAnnotation(record, category, reading.findings);
      if (typeof annotation === "string") rejectRecord(context, record, annotation);
      else reading.parsed.annotations.push(annotation);
    }),
};
