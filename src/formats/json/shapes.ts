import { boundsOf, ellipsePolygon, turnedRectangle } from "../../geometry/shapes.ts";
import type { Shape } from "./label_reader.ts";

/** A box of left, top, width and height, px. */
export function boxShape(numbers: readonly number[] | undefined): Shape | undefined {
  if (numbers?.length !== 4) return undefined;
  const [x, y, width, height] = numbers;
  return { x, y, width, height };
}

/** A box of left, top, right and bottom, px. Which corner comes first does not matter. */
export function cornerShape(numbers: readonly number[] | undefined): Shape | undefined {
  return numbers?.length === 4 ? boundsOf(numbers) : undefined;
}

/** A polygon `[x1, y1, …]`, px. */
export function outlineShape(points: number[] | undefined): Shape | undefined {
  return points && points.length > 0 ? { ...boundsOf(points), segmentation: [points] } : undefined;
}

/** A turned box of its four corners `[x1, y1, …]`, px, beginning with that which was the upper left one. */
export function turnedShape(corners: number[] | undefined): Shape | undefined {
  const shape = outlineShape(corners);
  return shape && { ...shape, rotation: turnedRectangle(corners!)?.degrees };
}

/** An ellipse of half axes, px; `degrees` clockwise. A circle is one, too. */
export function ellipseShape(
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  degrees: number,
): Shape | undefined {
  const shape = outlineShape(ellipsePolygon(cx, cy, rx, ry, degrees));
  return shape && { ...shape, rotation: degrees };
}
