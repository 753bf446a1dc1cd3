import type { Rle } from "../model/annotation.ts";
import { decodeCounts, rleBox } from "./rle.ts";

/** The four directions along pixel edges, clockwise from right. */
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];

/**
 * Outer outlines of a mask along the edges of its pixels: drawn again they give the same pixels, but for the holes, which
 * are filled. Pixels that touch at a corner only belong to different outlines.
 *
 * @param rle Mask.
 * @returns Polygons `[x1, y1, x2, y2, …]` in px, clockwise as one sees them, from top to bottom; none for an empty mask.
 */
export function outlinesOf(rle: Rle): number[][] {
  const counts = typeof rle.counts === "string" ? decodeCounts(rle.counts) ?? [] : rle.counts;
  const height = rle.size[0];
  const box = rleBox(counts, height);
  if (!box) return [];
  const [left, top, w, h] = box;
  // The part of the mask inside its box, row by row, with a margin of one pixel, so that no neighbour needs a check.
  const stride = w + 2;
  const mask = new Uint8Array(stride * (h + 2));
  for (let i = 0, at = 0; i < counts.length; at += counts[i], i++) {
    if (i % 2 === 0) continue;
    for (let pixel = at; pixel < at + counts[i]; pixel++) {
      mask[(pixel % height - top + 1) * stride + Math.floor(pixel / height) - left + 1] = 1;
    }
  }
  const seen = new Uint8Array(mask.length);
  const outlines: number[][] = [];
  for (let y = 1; y <= h; y++) {
    for (let x = 1; x <= w; x++) {
      const at = y * stride + x;
      if (!mask[at] || mask[at - stride] || seen[at]) continue;
      const outline = trace(mask, seen, stride, x, y);
      // Around a hole the walk goes the other way.
      if (turning(outline) > 0) outlines.push(outline.map((v, i) => v - 1 + (i % 2 === 0 ? left : top)));
    }
  }
  return outlines;
}

/** Walks along the edge of a region, which stays on the right, from the upper left corner of a pixel; notes corners. */
function trace(mask: Uint8Array, seen: Uint8Array, stride: number, startX: number, startY: number): number[] {
  const corners: number[] = [];
  let x = startX;
  let y = startY;
  let direction = 0;
  do {
    if (direction === 0) seen[y * stride + x] = 1;
    x += STEP_X[direction];
    y += STEP_Y[direction];
    // The two pixels ahead of the grid point (x, y), whose lower right pixel is mask[y · stride + x].
    const lowerRight = y * stride + x;
    const around = [lowerRight - stride, lowerRight, lowerRight - 1, lowerRight - stride - 1];
    const before = direction;
    if (!mask[around[(direction + 1) % 4]]) direction = (direction + 1) % 4;
    else if (mask[around[direction]]) direction = (direction + 3) % 4;
    if (direction !== before) corners.push(x, y);
  } while (x !== startX || y !== startY || direction !== 0);
  return corners;
}

/** Twice the area of a polygon: above 0 if it runs clockwise as one sees it (y points down). */
function turning(points: readonly number[]): number {
  let twice = 0;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    twice += points[j] * points[i + 1] - points[i] * points[j + 1];
  }
  return twice;
}

/** Corners of two outlines that are compared to find where to join them; more are thinned out. */
const COMPARED = 400;

/**
 * Joins polygons to one by bridges without width, as converters to formats with one outline an object do: the area
 * stays the same.
 *
 * @param parts Polygons `[x1, y1, x2, y2, …]`, px; at least one.
 */
export function joinParts(parts: readonly (readonly number[])[]): number[] {
  // All run the same way round, or their areas would be taken from each other.
  const [first, ...others] = parts.map((part) => turning(part) < 0 ? reversed(part) : part);
  let joined = [...first];
  for (const part of others) {
    const [at, from] = nearest(joined, part);
    joined = [
      ...joined.slice(0, at + 2),
      ...part.slice(from),
      ...part.slice(0, from + 2),
      ...joined.slice(at),
    ];
  }
  return joined;
}

function reversed(points: readonly number[]): number[] {
  const back: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) back.push(points[i], points[i + 1]);
  return back;
}

/** Indexes of the two points that are nearest to each other. */
function nearest(a: readonly number[], b: readonly number[]): [number, number] {
  const stepA = 2 * Math.ceil(a.length / 2 / COMPARED);
  const stepB = 2 * Math.ceil(b.length / 2 / COMPARED);
  let best: [number, number] = [0, 0];
  let least = Infinity;
  for (let i = 0; i < a.length; i += stepA) {
    for (let j = 0; j < b.length; j += stepB) {
      const distance = (a[i] - b[j]) ** 2 + (a[i + 1] - b[j + 1]) ** 2;
      if (distance >= least) continue;
      least = distance;
      best = [i, j];
    }
  }
  return best;
}
