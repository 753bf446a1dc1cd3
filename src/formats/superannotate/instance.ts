import { ringsToRle } from "../../geometry/polygon_rle.ts";
import { asObject } from "../json/loose.ts";
import { cornerShape, ellipseShape, outlineShape, turnedShape } from "../json/shapes.ts";
import { type Json, type JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";

/**
 * Reads an object of SuperAnnotate.
 *
 * @param line Place of the object among those of the image, from 1.
 */
export function readInstance(instance: Json, line: number, reader: JsonLabelReader): void {
  const { type, className, attributes } = instance;
  if (type === "tag") return reader.addClass(textOf(className));
  if (type === "point" || type === "polyline") return reader.rejectThin(line, type);
  const read = typeof type === "string" && Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (!read) return reader.rejectKind(line, type);
  const predicted = instance.creationType === "Prediction" ? reader.number(instance.probability) : undefined;
  reader.add([textOf(className)], read(instance, reader), [
    ...groups(attributes),
    ["group_id", instance.groupId === 0 ? undefined : instance.groupId],
    ["track_id", instance.trackingId],
    // Percent.
    ["score", predicted === undefined ? undefined : predicted / 100],
  ], line);
}

/** Attributes by the names of their groups; several of one group as a list. */
function groups(attributes: unknown): (readonly [string, unknown])[] {
  const byGroup = new Map<string, unknown[]>();
  for (const each of Array.isArray(attributes) ? attributes : []) {
    const group = textOf(asObject(each)?.groupName);
    const name = asObject(each)?.name;
    if (group === "" || name === undefined) continue;
    byGroup.set(group, [...byGroup.get(group) ?? [], name]);
  }
  return [...byGroup].map(([group, names]) => [group, names.length === 1 ? names[0] : names]);
}

const SHAPES: Readonly<Record<string, (instance: Json, reader: JsonLabelReader) => Shape | undefined>> = {
  bbox({ points }, reader) {
    const { x1, y1, x2, y2 } = asObject(points) ?? {};
    return cornerShape(reader.numbers([x1, y1, x2, y2]));
  },
  rbbox({ points }, reader) {
    const { x1, y1, x2, y2, x3, y3, x4, y4 } = asObject(points) ?? {};
    return turnedShape(reader.numbers([x1, y1, x2, y2, x3, y3, x4, y4]));
  },
  polygon({ points, exclude }, reader) {
    const outline = reader.points(points);
    if (!outline || outline.length === 0) return undefined;
    const holes = (Array.isArray(exclude) ? exclude : []).map((hole) => reader.points(hole));
    if (holes.length === 0) return outlineShape(outline);
    const { declaredWidth, declaredHeight } = reader.parsed;
    const width = declaredWidth ?? reader.context.width;
    const height = declaredHeight ?? reader.context.height;
    return holes.includes(undefined) ? undefined : ringsToRle(outline, holes as number[][], width, height);
  },
  ellipse({ cx, cy, rx, ry, angle }, reader) {
    const numbers = reader.numbers([cx, cy, rx, ry, angle ?? 0]);
    return numbers && ellipseShape(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
  },
};
