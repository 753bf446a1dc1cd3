import type { ParsedLabels } from "../../model/annotation.ts";
import { isImageName } from "../../tree/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { findJsonFiles } from "../json/find.ts";
import { locateRecords, recordText } from "../json/image_records.ts";
import { type Json, JsonLabelReader } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { chooseAnnotator } from "./annotators.ts";
import { imageReference, taskImage, withoutPrefix } from "./image_reference.ts";
import { readResult } from "./result.ts";

/** Label Studio's JSON-MIN: an array of flat records, one for each annotator and task (FORMATS §9). */
export const labelStudioMin: LabelFormat = { name: "label-studio-min", detect, plan, parse };

/** Keys of a record that say nothing about the image. */
const OWN = new Set("id annotator annotation_id created_at updated_at lead_time".split(" "));

function detect(view: DatasetView): Candidate[] {
  const paths = findJsonFiles(view, holdsRecords);
  if (paths.length === 0) return [];
  const reason = `"${paths[0]}" holds records of Label Studio's JSON-MIN`;
  return [{ format: "label-studio-min", root: "", confidence: 2, reason, files: paths.length }];
}

function holdsRecords(head: unknown): boolean {
  return Array.isArray(head) && head.some((each) => {
    const record = asObject(each);
    if (!record || Object.hasOwn(record, "data")) return false;
    const regions = Object.values(record).filter((value) => Array.isArray(value)).flat();
    const marked = regions.some((region) => asObject(region)?.original_width !== undefined) ||
      Object.hasOwn(record, "annotation_id") && Object.hasOwn(record, "annotator");
    return marked && isImageName(taskImage(record) ?? "");
  });
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const ranges = locateRecords(view, findJsonFiles(view, holdsRecords), { "": [] }, (record) => {
    const name = taskImage(parseLoose(recordText(record))?.value);
    return name === undefined ? undefined : { name };
  }, withoutPrefix);
  return {
    format: "label-studio-min",
    root: candidate.root,
    classes: [],
    settings: undefined,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const byTask = new Map<unknown, Json[]>();
  for (const record of reader.records(bytes)) {
    const same = byTask.get(record.id);
    if (same && record.id !== undefined) same.push(record);
    else byTask.set(record.id ?? record, [record]);
  }
  for (const records of byTask.values()) readRecord(chooseAnnotator(records, context), reader);
  return reader.finish();
}

/** Lists of regions stand under the names of their questions, as do answers about the image. */
function readRecord(record: Json, reader: JsonLabelReader): void {
  const regions: unknown[] = [];
  for (const [key, value] of Object.entries(record)) {
    if (OWN.has(key)) continue;
    const list = Array.isArray(value) && value.some((each) => asObject(each)) ? value : undefined;
    if (list) regions.push(...list.map((each) => entryOf(asObject(each) ?? {}, key)));
    else if (typeof value !== "string" || !isImageName(imageReference(value))) {
      reader.addImageAttributes([[key, asObject(value)?.choices ?? value]]);
    }
  }
  readResult(regions, new Map(), reader);
}

/** A flat region in the form it has in the full export. */
function entryOf(region: Json, question: string): Json {
  const { original_width, original_height, image_rotation, ...value } = region;
  const type = Object.keys(region).find((key) => /labels$/.test(key)) ?? "";
  return { original_width, original_height, image_rotation, type, from_name: question, value };
}
