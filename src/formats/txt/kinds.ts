/** Tells the formats whose labels are `.txt` files from one another by a look at the first rows (FORMATS §3, 6.). */
import { isImageName, nameOf } from "../../model/image_names.ts";
import { DECIMAL, INTEGER } from "../number.ts";
import { decodeText } from "../text.ts";

/** What the rows of a text file look like; `other` is none of the formats. */
export type TextKind =
  | "yolo"
  | "dota"
  | "kitti"
  | "oidv4"
  | "visdrone"
  | "visdrone-vid"
  | "mot"
  | "wider-face"
  | "yolo-keras"
  | "other";

/** Text files that stand among labels and are none (FORMATS §3). */
const OTHER_TEXTS = new Set(
  ("classes obj train val valid test minival trainval labels notes readme predefined_classes bad image_list " +
    "requirements").split(" "),
);
/** Rows that are looked at. */
const ROWS = 64;
/** Columns that KITTI may have, the last is the score of a detection. */
const KITTI_COLUMNS = [15, 16];
/** A box of YOLO-Keras: corners and class. */
const KERAS_BOX = /^-?\d+(?:\.\d+)?(?:,-?\d+(?:\.\d+)?){3},\d+$/;

/** True for the name of a `.txt` file that is no label file. */
export function isOtherText(name: string): boolean {
  const lower = name.toLowerCase();
  return OTHER_TEXTS.has(lower.slice(0, -".txt".length)) || lower.startsWith("readme.");
}

/**
 * Tells what the rows at the beginning of a text file are.
 *
 * @param head Beginning of the file; the last row may be cut off.
 * @param path MOT's files are told by their names, too.
 * @returns Undefined if there is no row.
 */
export function textKind(head: Uint8Array, path: string): TextKind | undefined {
  const rows = rowsOf(head);
  const [first] = rows;
  if (first === undefined) return undefined;
  if (/^(?:imagesource|gsd):/i.test(first)) return "dota";
  if (isWiderFace(rows)) return "wider-face";
  if (isYoloKeras(rows)) return "yolo-keras";
  if (first.includes(",")) return commaKind(first.split(",").map((field) => field.trim()), path);
  return blankKind(first.split(/\s+/));
}

function rowsOf(head: Uint8Array): string[] {
  const lines = decodeText(head).text.split(/\r\n|\n|\r/, ROWS).map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

/** Rows of numbers with commas between them; a comma may stand at the end. */
function commaKind(fields: string[], path: string): TextKind {
  if (fields.at(-1) === "") fields.pop();
  if (!fields.every((field) => DECIMAL.test(field))) return "other";
  if (/^(?:gt|det)\.txt$/i.test(nameOf(path))) {
    return fields.length >= 6 && fields.length <= 10 ? "mot" : "other";
  }
  const values = fields.map(Number);
  if (fields.length === 8) return isVisDrone(values) ? "visdrone" : "other";
  const isVideo = fields.length === 10 && values[0] >= 0 && Number.isInteger(values[0]) &&
    Number.isInteger(values[1]) && isVisDrone(values.slice(2));
  return isVideo ? "visdrone-vid" : "other";
}

/** `x, y, width, height, score, category, truncation, occlusion`; detections have -1 for the last two. */
function isVisDrone([, , width, height, , category, truncation, occlusion]: number[]): boolean {
  const whole = (value: number, from: number, to: number) =>
    Number.isInteger(value) && value >= from && value <= to;
  return width >= 0 && height >= 0 && whole(category, 0, 11) && whole(truncation, -1, 1) &&
    whole(occlusion, -1, 2);
}

/** Rows with blanks between their columns. */
function blankKind(tokens: string[]): TextKind {
  const numeric = tokens.map((token) => DECIMAL.test(token));
  if (tokens.length >= 9 && !numeric[8] && numeric.slice(0, 8).every(Boolean)) return "dota";
  if (tokens.length < 5 || !numeric.slice(1).every(Boolean)) {
    return isOid(tokens, numeric) ? "oidv4" : "other";
  }
  if (numeric[0]) {
    return INTEGER.test(tokens[0]) && Number(tokens[0]) >= 0 ? "yolo" : "other";
  }
  if (KITTI_COLUMNS.includes(tokens.length)) return "kitti";
  // A class name in place of the number: only with numbers that are surely normalised.
  const normalised = tokens.slice(1).map(Number).every((value) => value >= 0 && value <= 1);
  return normalised ? "yolo" : isOid(tokens, numeric) ? "oidv4" : "other";
}

/** A class name of one or more words, and the corners in px. */
function isOid(tokens: string[], numeric: boolean[]): boolean {
  if (tokens.length < 5 || numeric[0] || !numeric.slice(-4).every(Boolean)) return false;
  const [left, top, right, bottom] = tokens.slice(-4).map(Number);
  return right >= left && bottom >= top && right > 1 && bottom > 1;
}

/** The path of an image, the number of its faces, and the first of them. */
function isWiderFace([path, count = "", face = ""]: string[]): boolean {
  if (!isImageName(path) || !/^\d+$/.test(count)) return false;
  const numbers = face.split(/\s+/);
  return numbers.length >= 4 && numbers.every((number) => DECIMAL.test(number));
}

/** Paths of images, each followed by its boxes; a path alone has none. */
function isYoloKeras(rows: string[]): boolean {
  // The last row may be cut off.
  const whole = rows.slice(0, Math.max(1, rows.length - 1));
  return whole.every((row) => isImageName(withoutBoxes(row))) &&
    rows.some((row) => withoutBoxes(row).length < row.length);
}

/** Path at the beginning of a row of YOLO-Keras, without the boxes behind it. The path may hold blanks. */
export function withoutBoxes(row: string): string {
  let path = row.trim();
  for (;;) {
    const blank = Math.max(path.lastIndexOf(" "), path.lastIndexOf("\t"));
    if (blank < 0 || !KERAS_BOX.test(path.slice(blank + 1))) return path;
    path = path.slice(0, blank).trimEnd();
  }
}
