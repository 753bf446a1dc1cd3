import { Buffer } from "node:buffer";
import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { rleToCrop } from "../../geometry/mask.ts";
import { rotatedBox } from "../../geometry/shapes.ts";
import { encodePng } from "../../image/png_pixels.ts";
import type { Rle } from "../../model/annotation.ts";
import { nameOf, withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead, WriterImage } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { rounded } from "../writing/decimals.ts";
import { classIds, loseImageAttributes, wordsOf } from "../writing/image_level.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { splitFolder } from "../writing/split_files.ts";
import { turnedBoxOf } from "../writing/turned_box.ts";

/** The version of LabelMe whose files these are like. */
const VERSION = "5.5.0";
/** LabelMe's converters want these in front of the classes. */
const NO_CLASS = ["__ignore__", "_background_"];

/**
 * LabelMe: a `.json` beside each image, in folders of splits, and `labels.txt` with the classes (FORMATS §7). Outlines of one
 * object have the same `group_id`; attributes are flags if they are true or false, else stand in `attributes`, where
 * AnyLabeling has them and LabelMe leaves them alone.
 */
export const labelmeWriter: LabelWriter = { name: "labelme", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  const classes = classIds(image).length;
  if (classes > 0) lose("tags", "that are classes become words", classes);
  loseImageAttributes(image, lose);
  for (const { attributes } of annotations) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (typeof value === "object" && attributeNeeds(name, value) === "attributes") {
        lose("attributes", "that are lists or objects are left out");
      }
    }
  }
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  return {
    place: ({ split }, name) => splitFolder(split) + name,
    write(image, annotations) {
      const flags = [...classIds(image).map((id) => names[id - 1]), ...wordsOf(image)];
      const shapes = shapesOf(annotations, names);
      out.file(`${withoutExtension(image.path)}.json`, fileText(image, flags, shapes));
    },
    end: () => out.file("labels.txt", [...NO_CLASS, ...names].join("\n") + "\n"),
  };
}

function fileText({ path, width, height }: WriterImage, flags: readonly string[], shapes: object[]): string {
  const lines = shapes.map((shape) => `    ${JSON.stringify(shape)}`);
  return [
    "{",
    `  "version": "${VERSION}",`,
    `  "flags": ${JSON.stringify(Object.fromEntries(flags.map((flag) => [flag, true])))},`,
    lines.length > 0 ? `  "shapes": [\n${lines.join(",\n")}\n  ],` : '  "shapes": [],',
    `  "imagePath": ${JSON.stringify(nameOf(path))},`,
    '  "imageData": null,',
    `  "imageHeight": ${height},`,
    `  "imageWidth": ${width}`,
    "}\n",
  ].join("\n");
}

function shapesOf(annotations: readonly CocoAnnotation[], names: readonly string[]): object[] {
  const groups = groupsOf(annotations);
  return annotations.flatMap((annotation, i) => {
    const { attributes = {} } = annotation;
    const group = groups[i];
    const told = Object.entries(attributes)
      .filter(([name, value]) => typeof value !== "object" && !hasPlace(name, value, annotation, group));
    const flags = told.filter(([, value]) => typeof value === "boolean");
    const others = told.filter(([, value]) => typeof value !== "boolean");
    return placesOf(annotation).map(({ points, kind, mask }) => ({
      label: names[annotation.category_id - 1],
      points: points.map((point) => point.map((value) => rounded(value))),
      group_id: group ?? null,
      description: typeof attributes.description === "string" ? attributes.description : "",
      shape_type: kind,
      flags: Object.fromEntries(flags),
      mask: mask ?? null,
      ...(others.length > 0 && { attributes: Object.fromEntries(others) }),
    }));
  });
}

/** True for an attribute that LabelMe has a place for in a shape. */
function hasPlace(
  name: string,
  value: unknown,
  annotation: CocoAnnotation,
  group: number | undefined,
): boolean {
  if (name === "description") return typeof value === "string";
  // Another group than its own is one that would make it a part of another object.
  return name === "group_id" ? value === group : name === "rotation" && turnedBoxOf(annotation) !== undefined;
}

/**
 * `group_id` of each object. Shapes of one class and group are one object, so an object keeps its own number only if no other
 * one of its class has it; one of several outlines gets a free number.
 */
function groupsOf(annotations: readonly CocoAnnotation[]): (number | undefined)[] {
  const own = annotations.map(({ attributes }) =>
    Number.isInteger(attributes?.group_id) ? attributes!.group_id as number : undefined
  );
  const uses = new Map<string, number>();
  const key = (i: number) => `${annotations[i].category_id} ${own[i]}`;
  own.forEach((_, i) => uses.set(key(i), (uses.get(key(i)) ?? 0) + 1));
  let free = Math.max(0, ...own.filter((group) => group !== undefined)) + 1;
  return annotations.map(({ segmentation }, i) => {
    if (own[i] !== undefined && uses.get(key(i)) === 1) return own[i];
    return Array.isArray(segmentation) && segmentation.length > 1 ? free++ : undefined;
  });
}

/** A shape: what LabelMe calls it, its points, the PNG of a mask. */
interface Place {
  readonly kind: string;
  readonly points: number[][];
  readonly mask?: string;
}

function placesOf(annotation: CocoAnnotation): Place[] {
  const { segmentation, bbox: [x, y, width, height] } = annotation;
  if (!Array.isArray(segmentation)) return [maskOf(segmentation)];
  const turned = turnedBoxOf(annotation);
  if (turned) {
    const corners = rotatedBox(turned.cx, turned.cy, turned.width, turned.height, turned.degrees);
    return [{ kind: "oriented_rectangle", points: pairs(corners) }];
  }
  if (segmentation.length === 0) {
    return [{ kind: "rectangle", points: [[x, y], [x + width, y + height]] }];
  }
  return segmentation.map((outline) => ({ kind: "polygon", points: pairs(outline) }));
}

/** The part of a mask in its box, which is told by its first and its last pixel. */
function maskOf(rle: Rle): Place {
  const { x, y, width, height, mask } = rleToCrop(rle);
  const png = encodePng({ width, height, channels: 1, depth: 8, data: mask });
  return {
    kind: "mask",
    points: [[x, y], [x + width - 1, y + height - 1]],
    mask: Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString("base64"),
  };
}

function pairs(points: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < points.length; i += 2) found.push([points[i], points[i + 1]]);
  return found;
}
