import { isImageName } from "../../model/image_names.ts";
import { recordText } from "../json/image_records.ts";
import type { Json, JsonLabelReader } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { recordFormat } from "../json/record_format.ts";
import { chooseAnnotator } from "./annotators.ts";
import { imageReference, taskImage, withoutPrefix } from "./image_reference.ts";
import { readResult } from "./result.ts";

/** Label Studio's JSON-MIN: an array of flat records, one for each annotator and task (FORMATS §9). */
export const labelStudioMin = recordFormat({
  name: "label-studio-min",
  holds: "records of Label Studio's JSON-MIN",
  fits: holdsRecords,
  wanted: { "": [] },
  meaningOf(record) {
    const image = taskImage(parseLoose(recordText(record))?.value);
    return image === undefined ? undefined : { image };
  },
  otherName: withoutPrefix,
  read: readRecords,
});

/** Keys of a record that say nothing about the image. */
const OWN = new Set("id annotator annotation_id created_at updated_at lead_time".split(" "));

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

function readRecords(values: Iterable<unknown>, reader: JsonLabelReader): void {
  const byTask = new Map<unknown, Json[]>();
  for (const record of reader.objects(values)) {
    const same = byTask.get(record.id);
    if (same && record.id !== undefined) same.push(record);
    else byTask.set(record.id ?? record, [record]);
  }
  for (const records of byTask.values()) readRecord(chooseAnnotator(records, reader.context), reader);
}

/** Lists of regions stand under the names of their questions, as do answers about the image. */
function readRecord(record: Json, reader: JsonLabelReader): void {
  const regions: unknown[] = [];
  for (const [key, value] of Object.entries(record)) {
    if (OWN.has(key)) continue;
    const list = Array.isArray(value) && value.some((each) => asObject(each)) ? value : undefined;
    if (list) regions.push(...list.map((each) => entryOf(asObject(each) ?? {}, key)));
    else if (typeof value !== "string" || !isImageName(imageReference(value))) {
      reader.addAnswers([[key, asObject(value)?.choices ?? value]]);
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
