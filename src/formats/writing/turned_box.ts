import type { CocoAnnotation } from "../../model/dataset.ts";
import { rotatedBox, type TurnedRectangle, turnedRectangle } from "../../geometry/shapes.ts";

/** A corner may be this far from where the format's numbers put it (px). */
const TOLERATED = 0.005;

/**
 * The turned box that an annotation is, for formats that have a width, a height and an angle.
 *
 * @returns Undefined if it has no rotation, or its outline is another shape: an ellipse, or a box that was cut off.
 */
export function turnedBoxOf({ segmentation, attributes }: CocoAnnotation): TurnedRectangle | undefined {
  if (!attributes?.rotation || !Array.isArray(segmentation) || segmentation.length !== 1) return undefined;
  const [outline] = segmentation;
  const box = turnedRectangle(outline);
  // Half a turn and the like leave nothing that readers would take for turned.
  if (!box || box.degrees === 0) return undefined;
  const corners = rotatedBox(box.cx, box.cy, box.width, box.height, box.degrees);
  const isNear = (x: number, y: number) => {
    for (let i = 0; i < 8; i += 2) {
      if (Math.abs(corners[i] - x) <= TOLERATED && Math.abs(corners[i + 1] - y) <= TOLERATED) return true;
    }
    return false;
  };
  for (let i = 0; i < 8; i += 2) if (!isNear(outline[i], outline[i + 1])) return undefined;
  return box;
}
