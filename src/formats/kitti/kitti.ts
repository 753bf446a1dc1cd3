import type { Annotation } from "../../model/annotation.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { LabelContext, LabelFormat } from "../format.ts";
import { decimal } from "../number.ts";
import { type Fault, NO_EXTENT, notNumber, readRows, tooFew } from "../txt/rows.ts";
import { detectTexts, planTexts } from "../txt/text_labels.ts";

/** KITTI's object detection labels (FORMATS §11, 5.). */
export const kitti: LabelFormat = {
  name: "kitti",
  detect: (view) => detectTexts(view, { name: "kitti", rows: "KITTI rows", marker: LABELS }),
  plan: (view, candidate) => ({
    ...planTexts(
      view,
      candidate,
      "kitti",
      {},
      view.labels.folders.keys().some(isMarked) ? { elsewhere } : {},
    ),
    splitOf,
  }),
  parse: (bytes, context) => ({ annotations: readRows(bytes, context, readRow) }),
};

/** Folders of labels in KITTI's own layout. */
const LABELS = /(?:^|\/)label_[23](?:\/|$)/;

function isMarked(folder: string): boolean {
  return LABELS.test(folder);
}

/** In KITTI's own layout the texts of `calib` and `planes` have the names of the images, too. */
function elsewhere(folder: string): boolean {
  return !isMarked(folder);
}

/** `type truncated occluded alpha left top right bottom height width length x y z rotation_y`, then the score of a detection. */
const COLUMNS = 15;

function splitOf(path: string): string | undefined {
  const folder = /(?:^|\/)(train|test)ing\//i.exec(path)?.[1];
  return splitOfLayout(path) ?? folder?.toLowerCase();
}

function readRow(text: string, context: LabelContext): Annotation | Fault {
  const tokens = text.split(/\s+/);
  if (tokens.length < COLUMNS || tokens.length > COLUMNS + 1) {
    return tooFew(tokens.length, "15, a detection 16");
  }
  const numbers = tokens.slice(1).map(decimal);
  const bad = numbers.findIndex(Number.isNaN);
  if (bad >= 0) return notNumber(tokens[bad + 1]);
  const [truncated, occluded, alpha, left, top, right, bottom, ...rest] = numbers;
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  if (!(box.width > 0 && box.height > 0)) return NO_EXTENT;
  const [name] = tokens;
  if (/^dontcare$/i.test(name)) return { category: 0, ...box, ignore: name };
  const [height, width, length, x, y, z, rotationY, score] = rest;
  return {
    category: context.category(name),
    ...box,
    attributes: {
      truncated,
      occluded,
      alpha,
      dimensions: [height, width, length],
      location: [x, y, z],
      rotation_y: rotationY,
      ...(score === undefined ? {} : { score }),
    },
  };
}
