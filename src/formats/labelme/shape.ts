import { Buffer } from "node:buffer";
import { cropToRle, type MaskShape, maskToRle } from "../../geometry/mask.ts";
import { polygonsToRle } from "../../geometry/polygon_rle.ts";
import { decodeCounts, decodeMask } from "../../geometry/rle.ts";
import { boundsOf, circlePolygon, turnedRectangle } from "../../geometry/shapes.ts";
import { decodePng } from "../../image/png_pixels.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";
import { setPixels } from "../masks/set_pixels.ts";

/** Kinds of shapes without an area. */
export const THIN: ReadonlySet<string> = new Set(["point", "points", "line", "linestrip"]);

/** Size of masks, px. */
type Frame = { readonly width: number; readonly height: number };

/** A shape of LabelMe. */
export type LabelMeShape = Shape;

/**
 * Reads a shape that has an area.
 *
 * @returns The end of a sentence that says what is wrong; undefined if the kind is not known.
 */
export function readShape(
  kind: string,
  source: Json,
  reader: JsonLabelReader,
  frame: Frame,
): LabelMeShape | string | undefined {
  if (!["polygon", "rectangle", "oriented_rectangle", "rotation", "circle", "mask"].includes(kind)) {
    return undefined;
  }
  const points = reader.points(source.points);
  if (!points) return "has points that are not pairs of numbers";
  const count = points.length / 2;
  if (count < (kind === "polygon" ? 3 : kind === "oriented_rectangle" || kind === "rotation" ? 4 : 2)) {
    return `is a ${kind} with ${count} points`;
  }
  if (kind === "rectangle") return boundsOf(points);
  if (kind === "mask") return readMask(source.mask, points, frame);
  if (kind === "circle") {
    const [x, y, edgeX, edgeY] = points;
    const polygon = circlePolygon(x, y, Math.hypot(edgeX - x, edgeY - y));
    return { ...boundsOf(polygon), segmentation: [polygon] };
  }
  const rotation = kind === "polygon" ? undefined : turnedRectangle(points)?.degrees;
  return { ...boundsOf(points), segmentation: [points], rotation };
}

/** A PNG of the crop between two pixels, both included (FORMATS §1). */
function readMask(
  data: unknown,
  [x1, y1, x2, y2]: readonly number[],
  { width, height }: Frame,
): LabelMeShape | string {
  if (typeof data !== "string" || data === "") return "is a mask without pixels";
  let crop: Parameters<typeof cropToRle>[1];
  let mask: Uint8Array;
  try {
    const png = decodePng(Buffer.from(data, "base64"));
    crop = {
      x: Math.round(Math.min(x1, x2)),
      y: Math.round(Math.min(y1, y2)),
      width: png.width,
      height: png.height,
    };
    mask = setPixels(png);
  } catch (error) {
    return `has a mask that cannot be read (${(error as Error).message})`;
  }
  return cropToRle(mask, crop, width, height) ?? "has a mask without a pixel inside the image";
}

/** Joins shapes of one object: outlines as parts, and if one is a mask, as a mask. */
export function joinShapes(shapes: readonly LabelMeShape[], frame: Frame): LabelMeShape | undefined {
  const outlines = shapes.flatMap((shape) =>
    shape.segmentation === undefined
      ? [outline(shape)]
      : Array.isArray(shape.segmentation)
      ? shape.segmentation
      : []
  );
  const masks = shapes.flatMap(({ segmentation }) =>
    segmentation !== undefined && !Array.isArray(segmentation) ? [segmentation] : []
  );
  if (masks.length === 0) return { ...boundsOf(outlines.flat()), segmentation: outlines };
  const { width, height } = frame;
  const drawn = polygonsToRle(outlines, width, height)?.segmentation;
  const joined = new Uint8Array(width * height);
  for (const { counts } of drawn ? [...masks, drawn] : masks) {
    const runs = typeof counts === "string" ? decodeCounts(counts) ?? [] : counts;
    const mask = decodeMask(runs, width, height);
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) if (mask[x * height + y]) joined[y * width + x] = 1;
    }
  }
  return maskToRle(joined, width, height) satisfies MaskShape | undefined;
}

function outline({ x, y, width, height }: LabelMeShape): number[] {
  return [x, y, x + width, y, x + width, y + height, x, y + height];
}
