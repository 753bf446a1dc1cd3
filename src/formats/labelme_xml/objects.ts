import { cropToRle } from "../../geometry/mask.ts";
import { boundsOf } from "../../geometry/shapes.ts";
import { decodePng } from "../../image/png_pixels.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { below, folderOf } from "../../model/image_names.ts";
import type { LabelContext } from "../format.ts";
import { setPixels } from "../masks/set_pixels.ts";
import { readNumber } from "../number.ts";
import { childOf, childText, type XmlDocument, type XmlElement } from "../xml/element.ts";
import { LineCounter } from "../xml/lines.ts";

/** Where an object is. */
type Shape = Pick<Annotation, "x" | "y" | "width" | "height" | "segmentation" | "area">;

/**
 * Reads the objects of an old LabelMe annotation.
 *
 * @param document Its root is `annotation`.
 */
export function readObjects(document: XmlDocument, context: LabelContext): ParsedLabels {
  const parsed: ParsedLabels = { annotations: [] };
  const lines = new LineCounter(document.source);
  for (const element of document.root.children ?? []) {
    if (element.name === "object") {
      readObject(document, element, lines.at(element.offset), context, parsed);
    } else if (element.name === "imagesize") {
      const width = numberOf(document, element, "ncols");
      const height = numberOf(document, element, "nrows");
      if (width > 0 && height > 0) {
        parsed.declaredWidth = width;
        parsed.declaredHeight = height;
      }
    }
  }
  return parsed;
}

function readObject(
  document: XmlDocument,
  object: XmlElement,
  line: number,
  context: LabelContext,
  into: ParsedLabels,
): void {
  const name = childText(document, object, "name") ?? "";
  if (childText(document, object, "deleted") === "1") {
    return context.issue({
      code: "object-deleted",
      severity: "note",
      line,
      message: `The object "${name}" is marked as deleted; it is left out.`,
    });
  }
  const reject = (code: string, message: string) =>
    context.issue({ code, severity: "reject", record: "annotation", line, message });
  if (name === "") return reject("object-without-name", "The object has no name.");
  const polygon = childOf(object, "polygon");
  const segm = childOf(object, "segm");
  const shape = polygon
    ? readPolygon(document, object, polygon)
    : segm
    ? readSegment(document, segm, line, context)
    : undefined;
  if (!shape) return reject("object-without-box", `The object "${name}" has neither a polygon nor a mask.`);
  if (typeof shape === "string") return reject("coordinate-invalid", `The object "${name}" has ${shape}.`);
  into.annotations.push({
    category: context.category(name),
    ...shape,
    attributes: Object.fromEntries(attributesOf(document, object)),
    line,
  });
}

function readPolygon(document: XmlDocument, object: XmlElement, polygon: XmlElement): Shape | string {
  const points: number[] = [];
  for (const point of polygon.children ?? []) {
    if (point.name !== "pt") continue;
    points.push(numberOf(document, point, "x"), numberOf(document, point, "y"));
  }
  if (!points.every(Number.isFinite)) return "a point that is not two numbers";
  const isBox = childText(document, object, "type") === "bounding_box";
  if (isBox && points.length >= 4) return boundsOf(points);
  return points.length < 6
    ? "a polygon of fewer than three points"
    : { ...boundsOf(points), segmentation: [points] };
}

/** A mask of the whole image in `Masks/`, and its box, which stands alone if the mask cannot be read. */
function readSegment(
  document: XmlDocument,
  segm: XmlElement,
  line: number,
  context: LabelContext,
): Shape | string | undefined {
  const file = childText(document, segm, "mask");
  if (file) {
    const path = below(folderOf(context.path).replace(/(^|\/)Annotations(?=\/|$)/, "$1Masks"), file);
    const bytes = context.file(path);
    let cause = "it is not there";
    try {
      if (bytes) {
        const png = decodePng(bytes);
        const whole = { x: 0, y: 0, width: png.width, height: png.height };
        const shape = cropToRle(setPixels(png), whole, png.width, png.height);
        if (shape) return shape;
        cause = "no pixel of it is set";
      }
    } catch (error) {
      cause = (error as Error).message;
    }
    context.issue({
      code: "mask-unreadable",
      severity: "warning",
      line,
      message: `The mask "${path}" is left out: ${cause}.`,
    });
  }
  const box = childOf(segm, "box");
  if (!box) return undefined;
  const corners = ["xmin", "ymin", "xmax", "ymax"].map((key) => numberOf(document, box, key));
  return corners.every(Number.isFinite) ? boundsOf(corners) : "a box with a coordinate that is no number";
}

/** `occluded`, `verified`, and what `attributes` lists like `color=red, old`. */
function attributesOf(document: XmlDocument, object: XmlElement): [string, unknown][] {
  const attributes: [string, unknown][] = [];
  const occluded = childText(document, object, "occluded")?.toLowerCase();
  if (occluded === "yes" || occluded === "no") attributes.push(["occluded", occluded === "yes"]);
  if (childText(document, object, "verified") === "1") attributes.push(["verified", true]);
  for (const part of (childText(document, object, "attributes") ?? "").split(",")) {
    const [key, ...value] = part.split("=").map((text) => text.trim());
    if (key !== "") attributes.push([key, value.length > 0 ? value.join("=") : true]);
  }
  return attributes;
}

function numberOf(document: XmlDocument, parent: XmlElement, name: string): number {
  const element = childOf(parent, name);
  return element ? readNumber(document.text, element.start, element.end) : NaN;
}
