import { checkedCounts } from "../geometry/rle.ts";
import type { Rle } from "../model/annotation.ts";
import type { ProblemCode } from "./report.ts";
import { lineOfImage, type VerifyJob } from "./tasks.ts";

/** Both corner and size were rounded to 6 decimals, so their sum may be off by as much. */
const ROUNDING = 2e-6;

/** What is wrong with an annotation; the cause continues the sentence "Annotation 7 …". */
export interface AnnotationFault {
  readonly code: ProblemCode;
  readonly cause: string;
}

/**
 * Parses an annotation record and checks it against docs/dataset_spec.md §2.
 *
 * @param text The record, without comma and line end.
 * @returns The first thing that is wrong; undefined if nothing is.
 */
export function annotationFault(
  text: string,
  { frames, generations, categories, firstCategory, index }: Pick<
    VerifyJob,
    "frames" | "generations" | "categories" | "firstCategory" | "index"
  >,
): AnnotationFault | undefined {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(text);
  } catch {
    return { code: "annotations-line", cause: "is not JSON" };
  }
  const { image_id, category_id, bbox, area, iscrowd, segmentation, keypoints, num_keypoints } = record;
  const line = lineOfImage({ frames, generations }, image_id);
  if (line < 0) {
    const images = generations ? "is that of no image" : `there are ${frames} images`;
    return { code: "annotation-reference", cause: `has image_id ${show(image_id)}, ${images}` };
  }
  if (!isId(category_id, firstCategory, categories)) {
    const cause = `has category_id ${show(category_id)}, there are ${categories} categories`;
    return { code: "annotation-reference", cause };
  }
  const wrong = (cause: string): AnnotationFault => ({ code: "annotation-geometry", cause });
  const imageWidth = index.widths[line], imageHeight = index.heights[line];
  if (!isNumbers(bbox) || bbox.length !== 4) return wrong(`has bbox ${show(bbox)}, not four numbers`);
  const [x, y, width, height] = bbox;
  if (!(width > 0 && height > 0)) return wrong(`has an empty bbox ${show(bbox)}`);
  if (x < 0 || y < 0 || x + width > imageWidth + ROUNDING || y + height > imageHeight + ROUNDING) {
    return wrong(`has bbox ${show(bbox)} outside its image of ${imageWidth}×${imageHeight} px`);
  }
  if (typeof area !== "number" || !(area > 0)) return wrong(`has area ${show(area)}, not a number above 0`);
  if (iscrowd !== 0 && iscrowd !== 1) return wrong(`has iscrowd ${show(iscrowd)}, not 0 or 1`);
  const outline = Array.isArray(segmentation)
    ? polygonFault(segmentation)
    : rleFault(segmentation, imageHeight, imageWidth);
  if (outline) return wrong(outline);
  if (keypoints !== undefined) {
    if (!isNumbers(keypoints) || keypoints.length % 3) {
      return wrong("has keypoints that are not triples of numbers");
    }
    const labelled = keypoints.filter((value, i) => i % 3 === 2 && value > 0).length;
    if (num_keypoints !== labelled) {
      return wrong(`has num_keypoints ${show(num_keypoints)}, but ${labelled} keypoints are labelled`);
    }
  }
}

function polygonFault(polygons: unknown[]): string | undefined {
  for (const polygon of polygons) {
    if (!isNumbers(polygon) || polygon.length < 6 || polygon.length % 2) {
      return `has the polygon ${show(polygon)}, which is not at least 3 points`;
    }
  }
}

/** Checks a mask: its size is that of the image, its runs fill it exactly. */
function rleFault(mask: unknown, height: number, width: number): string | undefined {
  if (typeof mask !== "object" || mask === null) {
    return `has segmentation ${show(mask)}, neither polygons nor RLE`;
  }
  const counts = checkedCounts(mask as Rle, width, height);
  if (typeof counts === "string") return `has a wrong mask: ${counts}`;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isFinite(item));
const isId = (value: unknown, first: number, count: number): value is number =>
  Number.isInteger(value) && (value as number) >= first && (value as number) < first + count;

/** A value as JSON, cut where it gets long. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? text.slice(0, 80) + "…" : text;
}
