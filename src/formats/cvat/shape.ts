import { cropToRle, rowRunsToMask } from "../../geometry/mask.ts";
import { boundsOf, ellipsePolygon, rotatedBox } from "../../geometry/shapes.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { drawnFrame } from "../drawn_frame.ts";
import type { LabelContext } from "../format.ts";
import { readNumber } from "../number.ts";
import type { Cursor } from "./cursor.ts";
import { decimalAt } from "./decimal.ts";
import type { CvatLabel } from "./meta.ts";
import type { CvatFileSettings } from "./plan.ts";
import type { XmlTag } from "./tags.ts";

/** Attributes of the `track` element a shape lies in. */
export interface Track {
  readonly id?: number | string;
  readonly label?: string;
  readonly source?: string;
  readonly group?: number | string;
}

/** Box and outline of a shape, px. */
type Geometry = Pick<Annotation, "x" | "y" | "width" | "height" | "segmentation" | "area" | "keypoints">;

/** What cannot be read of a shape, and why, as the end of a sentence. */
interface Defect {
  readonly code: string;
  readonly cause: string;
}

type Attributes = Record<string, unknown>;

const SHAPES = "box polygon mask ellipse skeleton tag polyline points cuboid".split(" ");
/** Those that COCO has no place for. */
const UNSUPPORTED: ReadonlySet<string> = new Set(["polyline", "points", "cuboid"]);
/** A mask with more pixels than this is damage. */
const MOST_PIXELS = 1 << 28;

/** Kind of the shape that the tag opens, `tag` for one of the whole image; undefined for other elements. */
export function shapeKind(tag: XmlTag): string | undefined {
  for (const kind of SHAPES) if (tag.is(kind)) return kind;
  return undefined;
}

/** Reads the shape whose opening tag the cursor brought last, and goes to its closing tag. */
export function readShape(
  kind: string,
  cursor: Cursor,
  track: Track | undefined,
  settings: CvatFileSettings,
  context: LabelContext,
  into: ParsedLabels,
): void {
  const { tag } = cursor;
  const name = (track?.label ?? tag.attribute("label") ?? "").trim();
  const label = settings.labels.get(name);
  if (tag.has("outside", "1")) return cursor.skip();
  const attributes: Attributes = {};
  readStandard(tag, track, attributes);
  let found = UNSUPPORTED.has(kind) || kind === "tag" || kind === "skeleton"
    ? undefined
    : readGeometry(kind, tag, drawnFrame(into, context));
  const points: SkeletonPoint[] = [];
  if (!tag.isEmpty) {
    while (cursor.next() && !tag.isClose) {
      if (tag.is("attribute")) {
        const key = tag.attribute("name") ?? "";
        const value = cursor.content();
        if (key !== "") put(attributes, key, typed(value, label?.attributes.get(key)));
      } else {
        if (kind === "skeleton" && tag.is("points")) points.push(readPoint(tag));
        cursor.skip();
      }
    }
  }
  const reject = (code: string, message: string) =>
    context.issue({ code, severity: "reject", record: "annotation", message });
  if (name === "") return reject("object-without-name", `A ${kind} has no label.`);
  const category = context.category(name);
  if (kind === "tag") return addTag(category, attributes, into);
  if (UNSUPPORTED.has(kind)) {
    return reject(
      "shape-without-area",
      `A shape of the kind "${kind}" of the class "${name}" is left out: COCO has no object for it.`,
    );
  }
  if (kind === "skeleton") found = skeleton(points, label?.keypoints);
  if (!found || "cause" in found) {
    return reject(
      found?.code ?? "annotation-invalid",
      `The ${kind} of "${name}" ${found?.cause ?? "is empty"}.`,
    );
  }
  const { x, y, width, height, segmentation, area, keypoints } = found;
  const annotation: Annotation = { category, x, y, width, height, attributes };
  if (segmentation) annotation.segmentation = segmentation;
  if (area !== undefined) annotation.area = area;
  if (keypoints) annotation.keypoints = keypoints;
  into.annotations.push(annotation);
}

function readStandard(tag: XmlTag, track: Track | undefined, into: Attributes): void {
  if (track?.id !== undefined) put(into, "track_id", track.id);
  if (track && tag.range("keyframe")) into.keyframe = tag.has("keyframe", "1");
  if (tag.range("occluded")) into.occluded = tag.has("occluded", "1");
  const group = numberOrText(tag, "group_id") ?? track?.group;
  if (group !== undefined) into.group_id = group;
  const rotation = tag.number("rotation");
  if (rotation) into.rotation = rotation;
  const order = numberOrText(tag, "z_order");
  if (order !== undefined) into.z_order = order;
  const source = tag.attribute("source") ?? track?.source;
  if (source !== undefined) into.source = source;
}

/** Value of an attribute that should be a number; its text if it is none. */
export function numberOrText(tag: XmlTag, name: string): number | string | undefined {
  const value = tag.number(name);
  return value === undefined || Number.isFinite(value) ? value : tag.attribute(name);
}

/** Sets an attribute whose name is not ours. */
function put(attributes: Attributes, name: string, value: unknown): void {
  if (name !== "__proto__") attributes[name] = value;
  else {Object.defineProperty(attributes, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });}
}

/** Value of an attribute, as its `input_type` in the meta element says. */
function typed(value: string, input: string | undefined): unknown {
  if (input === "number") {
    const number = readNumber(value, 0, value.length);
    return Number.isFinite(number) ? number : value;
  }
  if (input === "checkbox" && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === "true";
  return value;
}

/** The whole image is of this class; what else the tag says is said of the image. */
function addTag(category: number, attributes: Attributes, into: ParsedLabels): void {
  (into.classes ??= []).push(category);
  for (const key of OWN) delete attributes[key];
  if (Object.keys(attributes).length === 0) return;
  into.image = { ...into.image, attributes: { ...into.image?.attributes as object, ...attributes } };
}

/** Attributes of a shape that say nothing of the image. */
const OWN = ["source", "track_id", "keyframe", "occluded", "z_order", "group_id"];

function readGeometry(
  kind: string,
  tag: XmlTag,
  { width, height }: ReturnType<typeof drawnFrame>,
): Geometry | Defect | undefined {
  if (kind === "polygon") {
    const points = readPoints(tag);
    if (!points) return { code: "coordinate-invalid", cause: "has points that are not pairs of numbers" };
    if (points.length < 6) return { code: "annotation-invalid", cause: "has fewer than three points" };
    return { ...boundsOf(points), segmentation: [points] };
  }
  const keys = KEYS.get(kind)!;
  const numbers: number[] = [];
  for (const key of keys) {
    const value = tag.number(key) ?? (key === "rotation" ? 0 : NaN);
    if (!Number.isFinite(value)) {
      const written = (tag.attribute(key) ?? "").slice(0, 40);
      return { code: "coordinate-invalid", cause: `has ${key}="${written}", which is not a number` };
    }
    numbers.push(value);
  }
  const [a, b, c, d, rotation] = numbers;
  if (kind === "ellipse") {
    const polygon = ellipsePolygon(a, b, c, d, rotation);
    return { ...boundsOf(polygon), segmentation: [polygon] };
  }
  if (kind === "mask") return readMask(tag.attribute("rle") ?? "", a, b, c, d, width, height);
  const box = { x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(c - a), height: Math.abs(d - b) };
  if (rotation === 0) return box;
  const polygon = rotatedBox(box.x + box.width / 2, box.y + box.height / 2, box.width, box.height, rotation);
  return { ...boundsOf(polygon), segmentation: [polygon], area: box.width * box.height };
}

/** Attributes that hold the numbers of a shape. */
const KEYS = new Map([
  ["box", ["xtl", "ytl", "xbr", "ybr", "rotation"]],
  ["ellipse", ["cx", "cy", "rx", "ry", "rotation"]],
  ["mask", ["left", "top", "width", "height"]],
]);

/** Runs of a crop, row by row, background first (FORMATS §1). */
function readMask(
  rle: string,
  left: number,
  top: number,
  cropWidth: number,
  cropHeight: number,
  width: number,
  height: number,
): Geometry | Defect | undefined {
  const crop = {
    x: Math.round(left),
    y: Math.round(top),
    width: Math.round(cropWidth),
    height: Math.round(cropHeight),
  };
  const pixels = crop.width * crop.height;
  if (!(crop.width > 0 && crop.height > 0 && pixels <= MOST_PIXELS)) {
    return { code: "annotation-invalid", cause: `has a size of ${crop.width} × ${crop.height} px` };
  }
  const runs: number[] = [];
  let sum = 0;
  for (const text of rle.split(",")) {
    const run = Number(text.trim() || NaN);
    if (!Number.isInteger(run) || run < 0) {
      return { code: "annotation-invalid", cause: "has damaged run lengths" };
    }
    runs.push(run);
    sum += run;
  }
  if (sum > pixels) {
    return { code: "annotation-invalid", cause: `has runs of ${sum} px in a crop of ${pixels} px` };
  }
  return cropToRle(rowRunsToMask(runs, pixels), crop, width, height);
}

/** `x,y;x,y;…` of the attribute `points`; undefined if it is anything else. */
function readPoints(tag: XmlTag): number[] | undefined {
  const range = tag.range("points");
  if (!range) return undefined;
  const { bytes } = tag;
  const points: number[] = [];
  const [start, end] = range;
  for (let at = start, i = start; i <= end; i++) {
    const byte = i === end ? SEMICOLON : bytes[i];
    if (byte !== COMMA && byte !== SEMICOLON) continue;
    // A comma ends x, a semicolon y; one at the very end is allowed.
    if (i === end && at === end && points.length % 2 === 0) break;
    const value = decimalAt(bytes, at, i);
    if (!Number.isFinite(value) || (byte === COMMA) !== (points.length % 2 === 0)) return undefined;
    points.push(value);
    at = i + 1;
  }
  return points;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** A point of a skeleton. */
interface SkeletonPoint {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** As COCO has it: 0 not there, 1 hidden, 2 visible. */
  readonly visibility: 0 | 1 | 2;
}

function readPoint(tag: XmlTag): SkeletonPoint {
  const [x, y] = readPoints(tag) ?? [NaN, NaN];
  const isThere = Number.isFinite(x) && Number.isFinite(y) && tag.attribute("outside") !== "1";
  const visibility = !isThere ? 0 : tag.has("occluded", "1") ? 1 : 2;
  return { label: tag.attribute("label") ?? "", x, y, visibility };
}

/**
 * Keypoints in the order of the label's parts, and the box around those that are there.
 *
 * @param names Parts of the skeleton; the order of the points if the meta element does not tell.
 */
function skeleton(points: readonly SkeletonPoint[], names: CvatLabel["keypoints"]): Geometry | Defect {
  const ordered = names ? names.map((name) => points.find(({ label }) => label === name)) : points;
  const there = ordered.filter((point) => point !== undefined && point.visibility > 0) as SkeletonPoint[];
  if (there.length === 0) return { code: "annotation-invalid", cause: "has no point that is there" };
  const keypoints = ordered.flatMap((point) =>
    point && point.visibility > 0 ? [point.x, point.y, point.visibility] : [0, 0, 0]
  );
  return { ...boundsOf(there.flatMap(({ x, y }) => [x, y])), keypoints };
}
