import { boundsOf, ellipsePolygon } from "../../geometry/shapes.ts";
import type { Rle } from "../../model/annotation.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { rleShape } from "../json/rle_shape.ts";
import { joinParts, type Part } from "./groups.ts";

/** Keys that have a place, or are made anew. */
const OWN = new Set(
  "id type attributes group label_id z_order bbox points rle visibility caption".split(" "),
);

/**
 * Reads an item: an image with its annotations.
 *
 * @param labels Class names by `label_id`.
 */
export function readItem(item: Json, labels: readonly string[], reader: JsonLabelReader): void {
  const size = asObject(item.image)?.size;
  if (Array.isArray(size)) reader.declareSize(size[1], size[0]);
  reader.addImageAttributes(Object.entries(asObject(item.attr) ?? {}));
  const captions: string[] = [];
  const parts: Part[] = [];
  const annotations = Array.isArray(item.annotations) ? item.annotations : [];
  annotations.forEach((each, i) => {
    const line = i + 1;
    const annotation = asObject(each) ?? {};
    const { type, label_id: label } = annotation;
    if (type === "caption" && typeof annotation.caption === "string") {
      captions.push(annotation.caption);
      return;
    }
    const name = typeof label === "number" ? labels[label] : undefined;
    if (name === undefined) {
      const cause = label == null
        ? "has no label"
        : `has the label ${JSON.stringify(label)}, which is not declared`;
      reader.reject(line, label == null ? "object-without-name" : "category-unknown", cause);
    } else if (type === "label") reader.addClass(name);
    else if (type === "polyline") reader.rejectThin(line, "line");
    else {
      const shape = shapeOf(annotation, reader);
      if (shape === "unknown") reader.rejectKind(line, type);
      else if (!shape) {
        reader.reject(line, "coordinate-invalid", "has a coordinate that is missing or no number");
      } else {
        const group = typeof annotation.group === "number" ? annotation.group : 0;
        parts.push({
          kind: type as Part["kind"],
          name,
          shape,
          group,
          line,
          attributes: attributesOf(annotation),
        });
      }
    }
  });
  for (const { name, shape, attributes, line } of joinParts(parts)) {
    reader.add([name], shape, attributes, line);
    if (attributes.some(([key, value]) => key === "is_crowd" && value === true)) {
      reader.parsed.annotations.at(-1)!.iscrowd = 1;
    }
  }
  if (captions.length > 0) reader.addImageAttributes([["captions", captions]]);
}

function shapeOf(annotation: Json, reader: JsonLabelReader): Shape | "unknown" | undefined {
  switch (annotation.type) {
    case "bbox": {
      const box = reader.numbers(annotation.bbox);
      return box?.length === 4 ? { x: box[0], y: box[1], width: box[2], height: box[3] } : undefined;
    }
    case "polygon":
      return outline(reader.points(annotation.points));
    case "ellipse": {
      const points = reader.points(annotation.points);
      if (points?.length !== 4) return undefined;
      const [left, top, right, bottom] = points;
      return outline(
        ellipsePolygon(
          (left + right) / 2,
          (top + bottom) / 2,
          Math.abs(right - left) / 2,
          Math.abs(bottom - top) / 2,
        ),
      );
    }
    case "points":
      return keypoints(annotation, reader);
    case "mask":
      return rleShape(annotation.rle as Rle);
  }
  return "unknown";
}

function outline(points: number[] | undefined): Shape | undefined {
  return points && points.length > 0 ? { ...boundsOf(points), segmentation: [points] } : undefined;
}

/** Points have a visibility if the file tells it: 0 absent, 1 hidden, 2 visible, as in COCO. */
function keypoints({ points, visibility }: Json, reader: JsonLabelReader): Shape | undefined {
  const flat = reader.points(points);
  if (!flat || flat.length === 0) return undefined;
  const seen = reader.numbers(visibility) ?? [];
  const triples: number[] = [];
  const labelled: number[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const v = seen[i / 2] ?? 2;
    triples.push(...v === 0 ? [0, 0, 0] : [flat[i], flat[i + 1], v]);
    if (v !== 0) labelled.push(flat[i], flat[i + 1]);
  }
  return labelled.length > 0 ? { ...boundsOf(labelled), keypoints: triples } : undefined;
}

function attributesOf(annotation: Json): [string, unknown][] {
  const attributes = Object.entries(asObject(annotation.attributes) ?? {});
  if (annotation.z_order) attributes.push(["z_order", annotation.z_order]);
  for (const key in annotation) if (!OWN.has(key)) attributes.push([key, annotation[key]]);
  return attributes;
}
