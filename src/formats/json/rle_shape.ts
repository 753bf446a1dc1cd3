import { decodeCounts, rleArea, rleBox } from "../../geometry/rle.ts";
import type { Rle } from "../../model/annotation.ts";
import type { Shape } from "./label_reader.ts";

/**
 * Box and area of a COCO mask as a label file gives it.
 *
 * @param rle Nothing about it is taken for granted.
 * @returns Undefined if it cannot be decoded, or no pixel is set.
 */
export function rleShape(rle: Rle | undefined): Shape | undefined {
  const size = rle?.size;
  const counts = typeof rle?.counts === "string" ? decodeCounts(rle.counts) : rle?.counts;
  if (!Array.isArray(size) || !(size[0] > 0) || !Array.isArray(counts)) return undefined;
  if (!counts.every((run) => Number.isInteger(run) && run >= 0)) return undefined;
  const box = rleBox(counts, size[0]);
  if (!box) return undefined;
  const [x, y, width, height] = box;
  return { x, y, width, height, area: rleArea(counts), segmentation: { size, counts: rle!.counts } };
}
