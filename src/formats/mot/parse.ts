import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { nameOf } from "../../model/image_names.ts";
import type { LabelContext } from "../format.ts";
import { decimal } from "../number.ts";
import { type Fault, NO_EXTENT, notNumber, readRows, tooFew } from "../txt/rows.ts";

/** Classes 1 to 12 of MOT16 and later. */
export const MOT_CLASSES: readonly string[] = [
  "pedestrian",
  "person_on_vehicle",
  "car",
  "bicycle",
  "motorbike",
  "non_motorized_vehicle",
  "static_person",
  "distractor",
  "occluder",
  "occluder_on_ground",
  "occluder_full",
  "reflection",
];

/** What the workers need to know, by the path of the label file. */
export interface MotSettings {
  readonly sequences: Map<string, MotSequence>;
}

export interface MotSequence {
  /** Class names from class 1 on. */
  readonly names: readonly string[];
  /** Size of the frames, px, if the sequence tells it. */
  readonly width?: number;
  readonly height?: number;
}

/** Without these there is no box: frame, track, left, top, width, height. */
const BOX_COLUMNS = 6;
/** With so many columns the last three are a place in the world, and no class is given. */
const WORLD_COLUMNS = 10;
/** More classes than any dataset has. */
const MAX_CLASS = 1_000_000;

/**
 * Reads the rows of one frame: `frame,id,left,top,width,height,conf,class,visibility`. In ground truth a `conf` of 0 means that
 * the object is not to be judged; in detections it is the score. Boxes are taken as they stand: the documents count pixels
 * from 1, but no tool subtracts it.
 */
export function parseMot(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const sequence = (context.settings as MotSettings).sequences.get(context.path) ?? { names: MOT_CLASSES };
  const detections = nameOf(context.path) === "det.txt";
  const read = (text: string) => readRow(text.split(","), sequence.names, detections, context);
  const annotations = readRows(bytes, context, read, true);
  return { annotations, declaredWidth: sequence.width, declaredHeight: sequence.height };
}

function readRow(
  fields: string[],
  names: readonly string[],
  detections: boolean,
  context: LabelContext,
): Annotation | Fault {
  if (fields.at(-1)?.trim() === "") fields.pop();
  if (fields.length < BOX_COLUMNS) {
    return tooFew(fields.length, "9: frame, id, left, top, width, height, conf, class, visibility");
  }
  const numbers = fields.map((field) => decimal(field.trim()));
  const bad = numbers.findIndex(Number.isNaN);
  if (bad >= 0) return notNumber(fields[bad].trim());
  const [, track, x, y, width, height, confidence = 1] = numbers;
  if (!(width > 0 && height > 0)) return NO_EXTENT;
  const listed = !detections && numbers.length < WORLD_COLUMNS && numbers.length > 7;
  const id = listed && numbers[7] !== -1 ? numbers[7] : 1;
  if (!(Number.isInteger(id) && id >= 1 && id <= MAX_CLASS)) {
    return { cause: `there is no class ${fields[7].trim()}`, remedy: "Write a class number from 1 on." };
  }
  const attributes: Record<string, number> = {};
  if (track >= 0) attributes.track_id = track;
  if (listed && numbers.length > 8 && numbers[8] >= 0) attributes.visibility = numbers[8];
  if (detections || (confidence !== 0 && confidence !== 1)) attributes.score = confidence;
  const annotation: Annotation = {
    category: context.category(names[id - 1] ?? `class_${id}`),
    x,
    y,
    width,
    height,
    attributes,
  };
  if (confidence === 0 && !detections) annotation.ignore = true;
  return annotation;
}
