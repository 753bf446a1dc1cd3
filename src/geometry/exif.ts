import { decodeMask, encodeMask } from "./rle.ts";

/** The step from the stored pixel matrix of an image to the upright one: x' = xx·x + xy·y + dx, y' = yx·x + yy·y + dy. */
export interface Turn {
  readonly xx: number;
  readonly xy: number;
  readonly dx: number;
  readonly yx: number;
  readonly yy: number;
  readonly dy: number;
}

/**
 * How coordinates move when an image is turned upright.
 *
 * @param orientation EXIF orientation, 1–8.
 * @param width Stored width, px.
 * @param height Stored height, px.
 */
export function turn(orientation: number, width: number, height: number): Turn {
  switch (orientation) {
    case 2:
      return { xx: -1, xy: 0, dx: width, yx: 0, yy: 1, dy: 0 };
    case 3:
      return { xx: -1, xy: 0, dx: width, yx: 0, yy: -1, dy: height };
    case 4:
      return { xx: 1, xy: 0, dx: 0, yx: 0, yy: -1, dy: height };
    case 5:
      return { xx: 0, xy: 1, dx: 0, yx: 1, yy: 0, dy: 0 };
    case 6:
      return { xx: 0, xy: -1, dx: height, yx: 1, yy: 0, dy: 0 };
    case 7:
      return { xx: 0, xy: -1, dx: height, yx: -1, yy: 0, dy: width };
    case 8:
      return { xx: 0, xy: 1, dx: 0, yx: -1, yy: 0, dy: width };
    default:
      return { xx: 1, xy: 0, dx: 0, yx: 0, yy: 1, dy: 0 };
  }
}

/** Turns the points of a polygon `[x1,y1,…]`, px. */
export function turnPolygon(points: readonly number[], t: Turn): number[] {
  const turned = new Array<number>(points.length);
  for (let i = 0; i + 1 < points.length; i += 2) {
    turned[i] = t.xx * points[i] + t.xy * points[i + 1] + t.dx;
    turned[i + 1] = t.yx * points[i] + t.yy * points[i + 1] + t.dy;
  }
  return turned;
}

/** Turns keypoints `[x1,y1,v1,…]`, px. A keypoint that is not labelled (0,0,0) stays so. */
export function turnKeypoints(points: readonly number[], t: Turn): number[] {
  const turned = [...points];
  for (let i = 0; i + 2 < points.length; i += 3) {
    const [x, y, visibility] = [points[i], points[i + 1], points[i + 2]];
    if (visibility === 0 && x === 0 && y === 0) continue;
    turned[i] = t.xx * x + t.xy * y + t.dx;
    turned[i + 1] = t.yx * x + t.yy * y + t.dy;
  }
  return turned;
}

/**
 * Turns a mask.
 *
 * @param counts Run lengths of the stored matrix, column-major.
 * @param width Stored width, px.
 * @param height Stored height, px.
 * @returns Run lengths of the upright matrix.
 */
export function turnMask(counts: readonly number[], width: number, height: number, t: Turn): number[] {
  const stored = decodeMask(counts, width, height);
  const upright = new Uint8Array(stored.length);
  const uprightHeight = t.yx === 0 ? height : width;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (stored[x * height + y] === 0) continue;
      // The middle of a pixel stays the middle of a pixel.
      const column = Math.floor(t.xx * (x + 0.5) + t.xy * (y + 0.5) + t.dx);
      const row = Math.floor(t.yx * (x + 0.5) + t.yy * (y + 0.5) + t.dy);
      upright[column * uprightHeight + row] = 1;
    }
  }
  return encodeMask(upright);
}
