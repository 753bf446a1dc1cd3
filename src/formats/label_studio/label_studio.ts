import type { ParsedLabels } from "../../model/annotation.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { findJsonFiles } from "../json/find.ts";
import { type ImageRecord, locateRecords, recordText, valueOf } from "../json/image_records.ts";
import { type Json, JsonLabelReader } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { chooseAnnotator } from "./annotators.ts";
import { taskImage, withoutPrefix } from "./image_reference.ts";
import { collectKeypoints, type KeypointNames, readResult } from "./result.ts";

/** Label Studio's JSON: an array of tasks (FORMATS §9). */
export const labelStudio: LabelFormat = { name: "label-studio", detect, plan, parse };

interface Settings {
  readonly keypoints: KeypointNames;
}

/** Stands in a task in which a region belongs to another. */
const PARENT = new TextEncoder().encode('"parentID"');
/** Its byte that is rare elsewhere: a `D`. */
const RARE = 8;

function detect(view: DatasetView): Candidate[] {
  const paths = findJsonFiles(view, holdsTasks);
  if (paths.length === 0) return [];
  const reason = `"${paths[0]}" holds tasks of Label Studio with their annotations`;
  return [{ format: "label-studio", root: "", confidence: 2, reason, files: paths.length }];
}

/** True for the beginning of an array of tasks. The data of a task may stand behind a mask that fills the beginning. */
function holdsTasks(head: unknown): boolean {
  if (!Array.isArray(head)) return false;
  const task = asObject(head[0]);
  const annotations = task?.annotations ?? task?.completions;
  if (!Array.isArray(annotations)) return false;
  return asObject(task!.data) !== undefined || Array.isArray(asObject(annotations[0])?.result);
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const keypoints = new Map<string, string[]>();
  const meaningOf = (record: ImageRecord) => {
    if (namesParent(record.bytes.subarray(record.start, record.end))) {
      for (const annotation of annotationsOf(asObject(parseLoose(recordText(record))?.value) ?? {})) {
        collectKeypoints(resultOf(annotation), keypoints);
      }
    }
    const name = taskImage(valueOf(record, 0), valueOf(record, 1));
    return name === undefined ? undefined : { image: name };
  };
  const paths = findJsonFiles(view, holdsTasks);
  const { ranges } = locateRecords(view, paths, { "": ["data", "file_upload"] }, meaningOf, withoutPrefix);
  const settings: Settings = { keypoints };
  return {
    format: "label-studio",
    root: candidate.root,
    classes: [...keypoints].map(([name, keypoints]) => ({ name, extra: { keypoints, skeleton: [] } })),
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

function namesParent(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(PARENT[RARE]); at >= 0; at = bytes.indexOf(PARENT[RARE], at + 1)) {
    if (PARENT.every((byte, i) => bytes[at - RARE + i] === byte)) return true;
  }
  return false;
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const { keypoints } = context.settings as Settings;
  let predicted = false;
  let drawn = false;
  for (const task of reader.records(bytes)) {
    const done = annotationsOf(task).filter((each) =>
      each.was_cancelled !== true && each.skipped !== true && Array.isArray(each.result)
    );
    drawn ||= done.length > 0;
    if (done.length > 0) readResult(resultOf(chooseAnnotator(done, context)), keypoints, reader);
    predicted ||= Array.isArray(task.predictions) &&
      task.predictions.some((each) => resultOf(each).length > 0);
  }
  if (predicted) {
    context.issue({
      code: "predictions-left-out",
      severity: drawn ? "note" : "warning",
      message: `The predictions for "${context.image}" are left out; ` +
        (drawn ? "what people have drawn is taken." : "nobody has labelled it yet."),
    });
  }
  return reader.finish();
}

/** Work of the annotators on a task; older versions call it completions. */
function annotationsOf(task: Json): Json[] {
  const list = task.annotations ?? task.completions;
  return Array.isArray(list) ? list.map(asObject).filter((each) => each !== undefined) : [];
}

function resultOf(annotation: unknown): readonly unknown[] {
  const result = asObject(annotation)?.result;
  return Array.isArray(result) ? result : [];
}
