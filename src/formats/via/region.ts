import { asObject } from "../json/loose.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";
import { boxShape, ellipseShape, outlineShape } from "../json/shapes.ts";
import { plainValue, UNNAMED, wordsOf } from "./class_attribute.ts";

/**
 * Reads a region of VIA 2 (FORMATS §10).
 *
 * @param classAttribute Attribute that tells the class; undefined if none does.
 * @param line Place of the region among those of the image, from 1.
 */
export function readRegion(
  shape: Json,
  attributes: Json,
  classAttribute: string | undefined,
  line: number,
  reader: JsonLabelReader,
): void {
  const kind = shape.name;
  if (kind === "point" || kind === "polyline" || kind === "line") return reader.rejectThin(line, kind);
  const read = typeof kind === "string" && Object.hasOwn(SHAPES, kind) ? SHAPES[kind] : undefined;
  if (!read) return reader.rejectKind(line, kind);
  const words = classAttribute === undefined
    ? [UNNAMED]
    : Object.hasOwn(attributes, classAttribute)
    ? wordsOf(attributes[classAttribute])
    : [];
  const others = Object.entries(attributes).filter(([name]) => name !== classAttribute);
  reader.add(words, read(shape, reader), others.map(([name, value]) => [name, plainValue(value)]), line);
}

/** Attributes of the image itself. */
export function readFileAttributes(value: unknown, reader: JsonLabelReader): void {
  const attributes = Object.entries(asObject(value) ?? {});
  reader.addAnswers(attributes.map(([name, value]) => [name, plainValue(value)]));
}

const SHAPES: Readonly<Record<string, (shape: Json, reader: JsonLabelReader) => Shape | undefined>> = {
  rect: ({ x, y, width, height }, reader) => boxShape(reader.numbers([x, y, width, height])),
  circle(shape, reader) {
    const numbers = reader.numbers([shape.cx, shape.cy, shape.r]);
    return numbers && ellipseShape(numbers[0], numbers[1], numbers[2], numbers[2], 0);
  },
  ellipse(shape, reader) {
    const numbers = reader.numbers([shape.cx, shape.cy, shape.rx, shape.ry, shape.theta ?? 0]);
    if (!numbers) return undefined;
    const [cx, cy, rx, ry, theta] = numbers;
    return ellipseShape(cx, cy, rx, ry, theta * 180 / Math.PI);
  },
  polygon(shape, reader) {
    const xs = reader.numbers(shape.all_points_x);
    const ys = reader.numbers(shape.all_points_y);
    if (!xs || !ys || xs.length !== ys.length || xs.length === 0) return undefined;
    return outlineShape(xs.flatMap((x, i) => [x, ys[i]]));
  },
};
