import type { Annotation } from "../../model/annotation.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { below, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { isOtherText } from "../txt/kinds.ts";
import { type Fault, readRows } from "../txt/rows.ts";
import { planSequences, type Sequence } from "../txt/sequences.ts";
import { TextSurvey } from "../txt/survey.ts";
import { detectTexts } from "../txt/text_labels.ts";
import { fieldsOf, readVisDroneRow, VISDRONE_CLASSES } from "./rows.ts";

/** VisDrone VID and MOT: one text file for each sequence, frame and track in front of the columns of DET (FORMATS §11, 8.). */
export const visdroneVideo: LabelFormat = {
  name: "visdrone-vid",
  detect: (view) => detectTexts(view, { name: "visdrone-vid", rows: "VisDrone rows with frame and track" }),
  plan,
  parse: (bytes, context) => ({ annotations: readRows(bytes, context, readRow, true) }),
};

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const elsewhere = TextSurvey.of(view).elsewhere("visdrone-vid");
  const files = filesNamed(view.labels, ["txt"], (name) => !isOtherText(name))
    .filter((path) => !elsewhere?.(folderOf(path)));
  const sequences = sortByBytes(files).map((labels): Sequence => ({
    labels,
    frames: framesOf(view, labels),
    nameOf: (frame) => `${String(frame).padStart(7, "0")}.jpg`,
  }));
  return {
    format: "visdrone-vid",
    root,
    classes: VISDRONE_CLASSES,
    settings: undefined,
    ...planSequences(view, sequences),
  };
}

/** `annotations/S.txt` has its frames in `sequences/S`. */
function framesOf({ images }: DatasetView, labels: string): string {
  const parent = folderOf(folderOf(labels));
  const name = withoutExtension(nameOf(labels));
  const usual = below(below(parent, "sequences"), name);
  const folders = [
    usual,
    below(below(parent, "images"), name),
    below(parent, name),
    below(folderOf(labels), name),
  ];
  return folders.find((folder) => images.folders.has(folder)) ?? usual;
}

function readRow(text: string, context: LabelContext): Annotation | Fault {
  const [, track, ...fields] = fieldsOf(text);
  const read = readVisDroneRow(fields, context);
  if ("cause" in read || !/^\d+$/.test(track)) return read;
  return { ...read, attributes: { track_id: Number(track), ...read.attributes } };
}
