import { decodeCounts, rleBox } from "../../geometry/rle.ts";
import type { Annotation, Segmentation } from "../../model/annotation.ts";
import { asObject } from "../json/loose.ts";
import { DECIMAL } from "../number.ts";

/** Keys that have a place in {@link Annotation}, or are made anew. */
const OWN = new Set([
  ..."id image_id category_id bbox area iscrowd segmentation keypoints num_keypoints attributes".split(" "),
]);

/** What was found out while reading a record. */
export interface Findings {
  /** A number was written as text. */
  asText: boolean;
}

/**
 * Reads a COCO annotation.
 *
 * @param record Parsed record.
 * @param category Its local class number.
 * @returns The annotation, or what is wrong with the record, as the end of a sentence.
 */
export function readCocoAnnotation(
  record: Readonly<Record<string, unknown>>,
  category: number,
  findings: Findings,
): Annotation | string {
  const segmentation = readSegmentation(record.segmentation, findings);
  const box = numbers(record.bbox, findings);
  const empty = Array.isArray(record.bbox) ? record.bbox.length === 0 : record.bbox == null;
  if (!empty && box?.length !== 4) return `has the bbox ${JSON.stringify(record.bbox)}, not four numbers`;
  const bounds = empty ? segmentation && boundsOf(segmentation) : box;
  if (!bounds) return "has neither a bbox nor a segmentation";
  const [x, y, width, height] = bounds;
  const annotation: Annotation = { category, x, y, width, height };
  const area = number(record.area, findings);
  if (area !== undefined) annotation.area = area;
  if (record.iscrowd === true || number(record.iscrowd, findings) === 1) annotation.iscrowd = 1;
  if (segmentation) annotation.segmentation = segmentation;
  const keypoints = numbers(record.keypoints, findings);
  if (keypoints && keypoints.length > 0) annotation.keypoints = keypoints;
  const attributes = readAttributes(record);
  if (attributes) annotation.attributes = attributes;
  return annotation;
}

/** Polygons or a mask by their form; whether they are right is for the geometry to say. */
function readSegmentation(value: unknown, findings: Findings): Segmentation | undefined {
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    // Some tools write one polygon without the list around it.
    const flat = !Array.isArray(value[0]) && numbers(value, findings);
    if (flat) return [flat];
    const polygons = value.map((polygon) => numbers(polygon, findings) ?? []);
    return polygons.length === 1 && polygons[0].length === 0 && Array.isArray(value[0]) &&
        value[0].length === 0
      ? undefined
      : polygons;
  }
  const mask = asObject(value);
  if (!mask) return undefined;
  const size = numbers(mask.size, findings) ?? [];
  const counts = typeof mask.counts === "string" ? mask.counts : numbers(mask.counts, findings) ?? [];
  return { size: [size[0], size[1]], counts };
}

/** Box around a segmentation, for records that have none. */
function boundsOf(segmentation: Segmentation): readonly number[] | undefined {
  if (!Array.isArray(segmentation)) {
    const { counts, size } = segmentation;
    const runs = typeof counts === "string" ? decodeCounts(counts) : counts;
    return runs && size[0] > 0 ? rleBox(runs, size[0]) : undefined;
  }
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of segmentation) {
    for (let i = 0; i + 1 < polygon.length; i += 2) {
      left = Math.min(left, polygon[i]);
      right = Math.max(right, polygon[i]);
      top = Math.min(top, polygon[i + 1]);
      bottom = Math.max(bottom, polygon[i + 1]);
    }
  }
  return left <= right && top <= bottom ? [left, top, right - left, bottom - top] : undefined;
}

/** `attributes` of the record, and every key that COCO does not know (`score`, …). */
function readAttributes(record: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  let attributes: Record<string, unknown> | undefined;
  if (record.attributes != null) {
    const given = asObject(record.attributes) ?? { attributes: record.attributes };
    for (const key in given) (attributes ??= {})[key] = given[key];
  }
  for (const key in record) if (!OWN.has(key)) (attributes ??= {})[key] = record[key];
  return attributes;
}

function numbers(value: unknown, findings: Findings): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  // Almost always they are numbers already, and no copy is needed.
  if (value.every((each) => typeof each === "number")) return value;
  const read = value.map((each) => number(each, findings));
  return read.includes(undefined) ? undefined : read as number[];
}

function number(value: unknown, findings: Findings): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !DECIMAL.test(value.trim())) return undefined;
  findings.asText = true;
  return Number(value);
}
