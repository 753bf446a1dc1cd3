import { boundsOf } from "../../geometry/shapes.ts";
import type { Shape } from "../json/label_reader.ts";
import { boxShape, ellipseShape, outlineShape } from "../json/shapes.ts";

/** Kinds of shapes, as VIA 3 numbers them. */
const POINT = 1;
const RECTANGLE = 2;
const CIRCLE = 3;
const ELLIPSE = 4;
const LINE = 5;
const POLYLINE = 6;
const POLYGON = 7;
/** A box told by points on its edges. */
const EXTREME_RECTANGLE = 8;
/** A circle told by three points on it. */
const EXTREME_CIRCLE = 9;

/**
 * Reads the spatial coordinates of VIA 3 (FORMATS §10).
 *
 * @param xy Kind of the shape, then its numbers, px.
 * @returns What it is instead if it has no area; undefined if numbers are missing.
 */
export function readCoordinates(
  [kind, ...numbers]: readonly number[],
): Shape | "point" | "line" | "unknown" | undefined {
  const [a, b, c, d] = numbers;
  switch (kind) {
    case POINT:
      return "point";
    case LINE:
    case POLYLINE:
      return "line";
    case RECTANGLE:
      return boxShape(numbers);
    case CIRCLE:
      return numbers.length === 3 ? ellipseShape(a, b, c, c, 0) : undefined;
    case ELLIPSE:
      return numbers.length >= 4 ? ellipseShape(a, b, c, d, 0) : undefined;
    case POLYGON:
      return isPoints(numbers) ? outlineShape(numbers) : undefined;
    case EXTREME_RECTANGLE:
      return isPoints(numbers) ? boundsOf(numbers) : undefined;
    case EXTREME_CIRCLE:
      return numbers.length === 6 ? circleThrough(numbers) : undefined;
    default:
      return "unknown";
  }
}

function isPoints(numbers: readonly number[]): boolean {
  return numbers.length > 0 && numbers.length % 2 === 0;
}

/** The circle through three points; undefined if they lie on a line. */
function circleThrough([ax, ay, bx, by, cx, cy]: readonly number[]): Shape | undefined {
  // Relative to the first point, so that large coordinates lose no digits.
  const [px, py, qx, qy] = [bx - ax, by - ay, cx - ax, cy - ay];
  const cross = 2 * (px * qy - py * qx);
  if (cross === 0) return undefined;
  const p = px * px + py * py;
  const q = qx * qx + qy * qy;
  const x = (qy * p - py * q) / cross;
  const y = (px * q - qx * p) / cross;
  const radius = Math.hypot(x, y);
  return ellipseShape(ax + x, ay + y, radius, radius, 0);
}
