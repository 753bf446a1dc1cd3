import type { Annotation } from "../../model/annotation.ts";
import type { LabelContext } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { decimal } from "../number.ts";
import { type Fault, NO_EXTENT, notNumber, tooFew } from "../txt/rows.ts";

/** VisDrone's categories 1 to 10; 0 is an ignored region, 11 is something else. */
export const VISDRONE_CLASSES: readonly PlannedClass[] = [
  "pedestrian",
  "people",
  "bicycle",
  "car",
  "van",
  "truck",
  "tricycle",
  "awning-tricycle",
  "bus",
  "motor",
].map((name) => ({ name }));

const OTHERS = 11;
const COLUMNS = 8;

/**
 * Reads `x,y,width,height,score,category,truncation,occlusion`. In ground truth the score says whether the object counts; in
 * detections it is one, and the last two are -1.
 */
export function readVisDroneRow(fields: readonly string[], context: LabelContext): Annotation | Fault {
  if (fields.length < COLUMNS) {
    return tooFew(fields.length, "8: x, y, width, height, score, category, truncation, occlusion");
  }
  const numbers = fields.slice(0, COLUMNS).map(decimal);
  const bad = numbers.findIndex(Number.isNaN);
  if (bad >= 0) return notNumber(fields[bad]);
  const [x, y, width, height, score, category, truncation, occlusion] = numbers;
  if (!(Number.isInteger(category) && category >= 0 && category <= OTHERS)) {
    return { cause: `there is no category ${fields[5]}`, remedy: "Write a category from 0 to 11." };
  }
  if (!(width > 0 && height > 0)) return NO_EXTENT;
  const box = { x, y, width, height };
  const detected = truncation < 0 && occlusion < 0;
  if (category === 0) return { category: 0, ...box, ignore: "ignored regions" };
  const annotation: Annotation = {
    category: category === OTHERS ? context.category("others") : category - 1,
    ...box,
    attributes: detected ? { score } : { truncation, occlusion },
  };
  if (score === 0 && !detected) annotation.ignore = true;
  return annotation;
}

/** Fields of a row; a comma may stand at its end. */
export function fieldsOf(text: string): string[] {
  const fields = text.split(",").map((field) => field.trim());
  if (fields.at(-1) === "") fields.pop();
  return fields;
}
