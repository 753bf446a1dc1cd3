import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import type { LabelContext, VocOffset } from "../format.ts";
import { isNumber, readNumber } from "../number.ts";
import { childOf, childText, textOf, type XmlDocument, type XmlElement } from "../xml/element.ts";
import { LineCounter } from "../xml/lines.ts";
import { type Corners, offsetOf, shift } from "./offset.ts";

/**
 * Reads the objects of a VOC annotation.
 *
 * @param document Its root is `annotation`.
 * @param policy How corners are to be read.
 */
export function readAnnotation(
  document: XmlDocument,
  policy: VocOffset,
  context: LabelContext,
): ParsedLabels {
  const parsed: ParsedLabels = { annotations: [] };
  const objects: Corners[] = [];
  const lines = new LineCounter(document.source);
  let database = "";
  for (const element of document.root.children ?? []) {
    if (element.name === "object") {
      const object = readObject(document, element, lines.at(element.offset), context);
      if (!object) continue;
      parsed.annotations.push(object.annotation);
      objects.push(object.corners);
    } else if (element.name === "size") readSize(document, element, parsed);
    else if (element.name === "source") database = childText(document, element, "database") ?? "";
  }
  const offset = offsetOf(policy, database, objects);
  parsed.annotations.forEach((annotation, i) => shift(annotation, objects[i], offset));
  if (policy === "auto" && offset !== "none" && objects.length > 0) {
    context.issue({
      code: "voc-offset",
      severity: "note",
      message: `The database is "${database}", which counts pixels from 1: 1 was taken off ` +
        (offset === "voc" ? "xmin and ymin." : "all coordinates."),
      suggestion: "Pass --voc-offset none if the coordinates count from 0.",
    });
  }
  return parsed;
}

/** Takes the size over; 0×0, which labelImg writes when it does not know, counts as undeclared. */
function readSize(document: XmlDocument, size: XmlElement, into: ParsedLabels): void {
  let width = 0;
  let height = 0;
  for (const element of size.children ?? []) {
    if (element.name === "width") width = readNumber(document.text, element.start, element.end);
    else if (element.name === "height") height = readNumber(document.text, element.start, element.end);
  }
  if (!(width > 0 && height > 0)) return;
  into.declaredWidth = width;
  into.declaredHeight = height;
}

function readObject(
  document: XmlDocument,
  object: XmlElement,
  line: number,
  context: LabelContext,
): { annotation: Annotation; corners: Corners } | undefined {
  const attributes: Record<string, unknown> = {};
  let name = "";
  let box: XmlElement | undefined;
  let polygon: number[] | undefined;
  for (const element of object.children ?? []) {
    switch (element.name) {
      case "name":
        name = textOf(document, element);
        break;
      case "bndbox":
        box = element;
        break;
      case "polygon":
        polygon = readPolygon(document, element);
        break;
      case "attributes":
        readAttributes(document, element, attributes);
        break;
      default:
        // pose, truncated, difficult, occluded, and whatever else a tool has to say: COCO has no key for it.
        if (!element.children && element.end > element.start) {
          attributes[element.name] = readValue(document, element);
        }
    }
  }
  if (name === "") {
    return reject(context, line, "object-without-name", "The object has no name.");
  }
  const corners = box ? readCorners(document, box) : polygon && bounds(polygon);
  if (typeof corners === "string") {
    return reject(
      context,
      line,
      "coordinate-invalid",
      `The bndbox of "${name}" holds "${corners}", not a number.`,
    );
  }
  if (!corners) {
    return reject(context, line, "object-without-box", `The object "${name}" has no complete bndbox.`);
  }
  const annotation: Annotation = {
    category: context.category(name),
    x: 0,
    y: 0,
    width: 0,
    height: 0,
    attributes,
    line,
  };
  if (polygon) annotation.segmentation = [polygon];
  return { annotation, corners };
}

/** Corners in any order, sorted; undefined if one is missing, the text of the first that is no number. */
function readCorners({ text }: XmlDocument, box: XmlElement): Corners | string | undefined {
  let xmin, ymin, xmax, ymax: number | undefined;
  for (const { name, start, end } of box.children ?? []) {
    if (name !== "xmin" && name !== "ymin" && name !== "xmax" && name !== "ymax") continue;
    const value = readNumber(text, start, end);
    if (value !== value && !isNumber(text.slice(start, end))) return text.slice(start, end);
    if (name === "xmin") xmin = value;
    else if (name === "ymin") ymin = value;
    else if (name === "xmax") xmax = value;
    else ymax = value;
  }
  if (xmin === undefined || ymin === undefined || xmax === undefined || ymax === undefined) return undefined;
  return {
    left: Math.min(xmin, xmax),
    top: Math.min(ymin, ymax),
    right: Math.max(xmin, xmax),
    bottom: Math.max(ymin, ymax),
  };
}

/** Roboflow's polygon: x1, y1, x2, y2, …; undefined if it has fewer than three points. */
function readPolygon(document: XmlDocument, polygon: XmlElement): number[] | undefined {
  const values = new Map<string, number>();
  for (const { name, start, end } of polygon.children ?? []) {
    values.set(name, readNumber(document.text, start, end));
  }
  const points: number[] = [];
  for (let i = 1;; i++) {
    const x = values.get(`x${i}`);
    const y = values.get(`y${i}`);
    if (x === undefined || y === undefined) break;
    points.push(x, y);
  }
  return points.length >= 6 ? points : undefined;
}

function bounds(polygon: readonly number[]): Corners {
  const xs = polygon.filter((_, i) => i % 2 === 0);
  const ys = polygon.filter((_, i) => i % 2 === 1);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** CVAT's `<attribute><name>…</name><value>…</value></attribute>`. */
function readAttributes(document: XmlDocument, list: XmlElement, into: Record<string, unknown>): void {
  for (const attribute of list.children ?? []) {
    const name = childText(document, attribute, "name");
    const value = childOf(attribute, "value");
    if (name && value) into[name] = readValue(document, value);
  }
}

/** A number if the text is one, else the text. */
function readValue(document: XmlDocument, element: XmlElement): number | string {
  const value = readNumber(document.text, element.start, element.end);
  return Number.isFinite(value) ? value : textOf(document, element);
}

function reject(context: LabelContext, line: number, code: string, message: string): undefined {
  context.issue({ code, severity: "reject", record: "annotation", line, message });
}
