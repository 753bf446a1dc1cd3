import type { LabelFormat } from "../format.ts";
import { readCocoAnnotation } from "./annotation.ts";
import { categoryOf, parseRecords, type Reading, rejectRecord } from "./parse.ts";
import { PlainReader } from "./plain.ts";
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
    }, readPlain),
};

const reader = new PlainReader();

/** Reads a record that needs no `JSON.parse`. */
function readPlain(bytes: Uint8Array, at: number, { file, parsed }: Reading): number {
  const record = reader.read(bytes, at);
  const category = record && file.categories.get(record.category);
  // Each record has its own line: what follows it is a line end.
  if (category === undefined || bytes[record!.end] !== 0x0a) return -1;
  record!.annotation.category = category;
  parsed.annotations.push(record!.annotation);
  return record!.end;
}
