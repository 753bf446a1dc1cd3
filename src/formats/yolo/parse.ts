import { plural } from "../../text/format.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import type { LabelContext } from "../format.ts";
import { utf8Text } from "./label_text.ts";
import { type Fault, rejectBinary, rejectRow } from "../txt/rows.ts";
import { NumberRows } from "./number_rows.ts";
import { boxOf, type KeypointShape, polygonOf, poseOf, turnedBoxOf } from "./row.ts";

/** What the workers need to know of a YOLO dataset. */
export interface YoloSettings {
  /** Class names by class number; empty if there is no list. */
  readonly names: readonly string[];
  /** Local class number of each class number; absent where they are the same. */
  readonly localOf?: readonly number[];
  readonly keypoints?: KeypointShape;
  /** Rows of four corners are turned boxes. */
  readonly turned?: boolean;
  /** The last column is the number of a track, even if it could be a fraction. */
  readonly tracks?: boolean;
}

/** Coordinates beyond this many image sizes are not normalised, or nonsense. */
const FAR = 10;
/** Class numbers beyond this are not class numbers. */
const MAX_CLASS = 1_000_000;

/** Workers parse one file after the other, so one reader serves all. */
const rows = new NumberRows();
const namesOf = new WeakMap<YoloSettings, Map<string, number>>();

/**
 * Reads a YOLO label file, each row by itself: `class cx cy w h [score]`, `class x1 y1 x2 y2 x3 y3 … [score]`, or
 * `class cx cy w h (x y [v])…` with key points (FORMATS §4.2). Ultralytics takes all rows for polygons as soon as one
 * is, and turns the boxes of a mixed file into wrong ones.
 *
 * @param bytes The file.
 * @param context The image; `settings` are {@link YoloSettings}.
 */
export function parseYolo(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const settings = context.settings as YoloSettings;
  const annotations: Annotation[] = [];
  const text = utf8Text(bytes, context.issue);
  let outOfRange = false;
  rows.reset(text);
  while (rows.next()) {
    const fault = rowFault(settings);
    if (fault) {
      if (text.includes(0)) {
        rejectBinary(context);
        return { annotations: [] };
      }
      rejectRow(context, { line: rows.line, text: rows.text() }, fault);
      continue;
    }
    const id = rows.values[0];
    let category: number;
    if (id !== id) {
      category = numberOfName(settings, rows.text(0))!;
    } else if (id < settings.names.length) {
      category = settings.localOf ? settings.localOf[id] : id;
    } else {
      category = context.category(`class_${id}`);
      if (settings.names.length > 0 && !outOfRange) {
        outOfRange = true;
        warnOutOfRange(context, id, settings.names.length);
      }
    }
    annotations.push(annotationOf(category, context, settings));
  }
  return { annotations };
}

/** The annotation of the current row, which has no fault. */
function annotationOf(category: number, { width, height }: LabelContext, settings: YoloSettings): Annotation {
  const { values, count, line } = rows;
  const of = { category, line, width, height };
  if (isPose(settings, count)) return poseOf(values, settings.keypoints!, of);
  if (count <= 6 || isTrackRow(settings, count)) {
    const annotation = boxOf(values, of);
    if (count === 7) annotation.attributes = { score: values[5], track_id: values[6] };
    else if (count === 6) {
      annotation.attributes = isTrack(settings, values[5]) ? { track_id: values[5] } : { score: values[5] };
    }
    return annotation;
  }
  if (count === 9 && settings.turned) return turnedBoxOf(values, of);
  const annotation = polygonOf(values, count, of);
  if (count % 2 === 0) annotation.attributes = { score: values[count - 1] };
  return annotation;
}

/** True for the row of a tracker: box, score and track. Else seven columns are a triangle. */
function isTrackRow(settings: YoloSettings, count: number): boolean {
  return count === 7 && isTrack(settings, rows.values[6]) && rows.values[5] <= 1;
}

/** True for a number that is a track, and no fraction of the image. */
function isTrack({ tracks }: YoloSettings, value: number): boolean {
  return Number.isInteger(value) && (value > 1 || (tracks === true && value >= 0));
}

function isPose(settings: YoloSettings, count: number): boolean {
  return settings.keypoints !== undefined && count === 5 + settings.keypoints[0] * settings.keypoints[1];
}

/** What is wrong with the current row; undefined if it can be read. */
function rowFault(settings: YoloSettings): Fault | undefined {
  const { values, count, bad } = rows;
  const id = values[0];
  if (count < 5) {
    return {
      cause: `it has ${count} columns`,
      remedy: "A box has 5: class, centre x, centre y, width, height.",
    };
  }
  if (bad > 0) {
    return { cause: `"${rows.text(bad)}" is not a number`, remedy: "Write decimal numbers with a point." };
  }
  // A name in place of the class number is NaN.
  if (id !== id) {
    if (numberOfName(settings, rows.text(0)) === undefined) {
      return {
        cause: `"${rows.text(0)}" is no class number`,
        remedy: "Write the number of the class, from 0 on.",
      };
    }
  } else if (!(id >= 0 && id <= MAX_CLASS && Number.isInteger(id))) {
    return {
      cause: `"${rows.text(0)}" is no class number`,
      remedy: "Write the number of the class, from 0 on.",
    };
  }
  const boxed = count <= 6 || isPose(settings, count) || isTrackRow(settings, count);
  const last = boxed ? 5 : count - (count % 2 === 0 ? 1 : 0);
  let beyond = 0;
  for (let i = 1; i < last; i++) {
    const value = values[i];
    if (value > 1) beyond++;
    if (value > FAR || value < -FAR) beyond = last;
  }
  if (beyond >= last - 1) {
    return {
      cause: "its coordinates are not normalised",
      remedy: "Divide x and width by the image's width, y and height by its height.",
    };
  }
  if (boxed && !(values[3] > 0 && values[4] > 0)) {
    return { cause: "width and height are not above 0", remedy: "Correct the box, or remove the row." };
  }
  return undefined;
}

function numberOfName(settings: YoloSettings, name: string): number | undefined {
  let numbers = namesOf.get(settings);
  if (!numbers) {
    numbers = new Map();
    for (const [id, known] of settings.names.entries()) {
      if (!numbers.has(known)) numbers.set(known, settings.localOf ? settings.localOf[id] : id);
    }
    namesOf.set(settings, numbers);
  }
  return numbers.get(name);
}

function warnOutOfRange(context: LabelContext, id: number, classes: number): void {
  context.issue({
    code: "class-out-of-range",
    severity: "warning",
    line: rows.line,
    message: beyondClassList(id, classes),
    suggestion: "Add the class to the list, or correct the label file.",
  });
}

/** Tells of a class number for which the class list has no name. */
export function beyondClassList(id: number, names: number): string {
  return `Class ${id} is beyond the class list, which has ${
    plural(names, "name")
  }; it is kept as "class_${id}".`;
}
