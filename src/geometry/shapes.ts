/**
 * Shapes that tools draw and COCO does not have, as polygons `[x1,y1,…]` in px (FORMATS §2). Angles are degrees, clockwise on the
 * screen.
 */

/** A circle of a larger radius is damage; its polygon gets no more corners (px). */
const HUGE_RADIUS = 1e6;
/** Corners of a rectangle may be this far from where they belong: tools round them (px). */
const TOLERATED = 0.1;

/**
 * Smallest box around points.
 *
 * @param points `[x1,y1,…]`, px. A NaN among them, or no point at all, gives a box that is not finite.
 */
export function boundsOf(points: readonly number[]): { x: number; y: number; width: number; height: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Corners of a box turned about its middle (CVAT), from the upper left one clockwise. */
export function rotatedBox(
  cx: number,
  cy: number,
  width: number,
  height: number,
  degrees: number,
): number[] {
  const [cos, sin] = direction(degrees);
  const [ux, uy] = [cos * width / 2, sin * width / 2];
  const [vx, vy] = [-sin * height / 2, cos * height / 2];
  return [
    cx - ux - vx,
    cy - uy - vy,
    cx + ux - vx,
    cy + uy - vy,
    cx + ux + vx,
    cy + uy + vy,
    cx - ux + vx,
    cy - uy + vy,
  ];
}

/** Corners of a box turned about its upper left corner (Label Studio), from that corner clockwise. */
export function rotatedAboutCorner(
  x: number,
  y: number,
  width: number,
  height: number,
  degrees: number,
): number[] {
  const [cos, sin] = direction(degrees);
  const [ux, uy] = [cos * width, sin * width];
  const [vx, vy] = [-sin * height, cos * height];
  return [x, y, x + ux, y + uy, x + ux + vx, y + uy + vy, x + vx, y + vy];
}

/** An ellipse, turned about its middle, with a corner every 5°; `rx` and `ry` are half axes. */
export function ellipsePolygon(cx: number, cy: number, rx: number, ry: number, degrees = 0): number[] {
  const [cos, sin] = direction(degrees);
  const points: number[] = [];
  for (let corner = 0; corner < 72; corner++) {
    const [along, across] = direction(corner * 5);
    points.push(
      cx + rx * along * cos - ry * across * sin,
      cy + rx * along * sin + ry * across * cos,
    );
  }
  return points;
}

/** A circle with as many corners as LabelMe gives it: the more, the larger it is, and never fewer than 12. */
export function circlePolygon(cx: number, cy: number, r: number): number[] {
  const corners = r > 1
    ? Math.max(12, Math.floor(Math.PI / Math.acos(1 - 1 / Math.min(r, HUGE_RADIUS))))
    : 12;
  const points: number[] = [];
  for (let corner = 0; corner < corners; corner++) {
    const [cos, sin] = direction(360 * corner / corners);
    points.push(cx + r * cos, cy + r * sin);
  }
  return points;
}

/** A box turned about its middle; px and degrees in [0, 360). */
export interface TurnedRectangle {
  cx: number;
  cy: number;
  width: number;
  height: number;
  degrees: number;
}

/**
 * The inverse of {@link rotatedBox}.
 *
 * @param points Four corners `[x1,y1,…]` in either direction, px; the first is taken for the upper left one of the box before
 * it was turned.
 * @returns Undefined if the corners form no rectangle, to a tenth of a pixel, or it has no area.
 */
export function turnedRectangle(points: readonly number[]): TurnedRectangle | undefined {
  if (points.length !== 8) return undefined;
  const [ax, ay, bx, by, cx, cy, dx, dy] = points;
  // The mean of opposite sides.
  const [ux, uy] = [(bx - ax + cx - dx) / 2, (by - ay + cy - dy) / 2];
  const [vx, vy] = [(dx - ax + cx - bx) / 2, (dy - ay + cy - by) / 2];
  if (ux * vy - uy * vx < 0) return turnedRectangle([ax, ay, dx, dy, cx, cy, bx, by]);
  const rectangle: TurnedRectangle = {
    cx: (ax + bx + cx + dx) / 4,
    cy: (ay + by + cy + dy) / 4,
    width: Math.hypot(ux, uy),
    height: Math.hypot(vx, vy),
    degrees: degreesOf(ux, uy),
  };
  const { width, height, degrees } = rectangle;
  const corners = rotatedBox(rectangle.cx, rectangle.cy, width, height, degrees);
  const fits = width > 0 && height > 0 &&
    corners.every((value, i) => Math.abs(value - points[i]) <= TOLERATED);
  return fits ? rectangle : undefined;
}

/** Angle of a direction, in [0, 360), without the noise of the last digits. */
function degreesOf(x: number, y: number): number {
  const degrees = Math.round(Math.atan2(y, x) * 180 / Math.PI * 1e9) / 1e9;
  return degrees < 0 ? degrees + 360 : degrees + 0;
}

/** `[cos, sin]` of an angle, exact for right angles. */
function direction(degrees: number): [cos: number, sin: number] {
  switch (degrees % 360) {
    case 0:
      return [1, 0];
    case 90:
    case -270:
      return [0, 1];
    case 180:
    case -180:
      return [-1, 0];
    case 270:
    case -90:
      return [0, -1];
  }
  const radians = degrees * Math.PI / 180;
  return [Math.cos(radians), Math.sin(radians)];
}
