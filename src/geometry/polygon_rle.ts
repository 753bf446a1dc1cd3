import { type MaskShape, rleShape } from "./mask.ts";

/** Polygons are walked on a grid this many times finer than the pixels. */
const SCALE = 5;
/** Coordinates beyond this are damage (px): the walk takes a step for each fifth of a pixel. */
const HUGE = 1e6;
/** So are coordinates this many times the longer side of the image. */
const HUGE_SIDES = 10;

/**
 * Draws the union of polygons as a mask, to the bit like pycocotools (FORMATS §1).
 *
 * @param polygons `[[x1,y1,…],…]`, px; each ring is closed by itself.
 * @returns Undefined if no pixel is set, or a coordinate is no finite number or far from the image.
 */
export function polygonsToRle(
  polygons: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  return draw(polygons, width, height, (masks) => merge(masks, (a, b) => a || b));
}

/**
 * Draws a polygon with holes as a mask.
 *
 * @param exterior `[x1,y1,…]`, px.
 * @param holes Polygons, px; they may overlap each other.
 * @returns Undefined if no pixel is set, or a coordinate is no finite number or far from the image.
 */
export function ringsToRle(
  exterior: readonly number[],
  holes: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  return draw(
    [exterior, ...holes],
    width,
    height,
    ([outer, ...inner]) =>
      inner.length === 0
        ? outer
        : combine(outer, merge(inner, (a, b) => a || b), (inside, hole) => inside && !hole),
  );
}

/**
 * Draws polygons by the even-odd rule: a pixel is set if an odd number of them cover it.
 *
 * @param paths `[[x1,y1,…],…]`, px.
 * @returns Undefined if no pixel is set, or a coordinate is no finite number or far from the image.
 */
export function evenOddToRle(
  paths: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  return draw(paths, width, height, (masks) => merge(masks, (a, b) => a !== b));
}

type Counts = readonly number[];
type Rule = (a: boolean, b: boolean) => boolean;

function draw(
  rings: readonly (readonly number[])[],
  width: number,
  height: number,
  join: (masks: readonly Counts[]) => Counts,
): MaskShape | undefined {
  const limit = Math.min(HUGE, HUGE_SIDES * Math.max(width, height));
  if (rings.length === 0 || !rings.every((ring) => ring.every((value) => Math.abs(value) <= limit))) {
    return undefined;
  }
  return rleShape(join(rings.map((ring) => fill(ring, width, height))), width, height);
}

/** Run lengths of one polygon (pycocotools `maskApi.c`, `rleFrPoly`). */
function fill(points: readonly number[], width: number, height: number): number[] {
  const corners = points.length >> 1;
  const grid = (i: number) => Math.trunc(SCALE * points[i] + 0.5);
  // Where the outline crosses the middle of a column, the mask changes.
  const changes: number[] = [width * height];
  let lastU = NaN;
  let lastV = NaN;
  for (let i = 0; i < corners; i++) {
    const next = (i + 1) % corners;
    let [x0, y0, x1, y1] = [grid(2 * i), grid(2 * i + 1), grid(2 * next), grid(2 * next + 1)];
    const dx = Math.abs(x1 - x0);
    const dy = Math.abs(y1 - y0);
    const flat = dx >= dy;
    const steps = flat ? dx : dy;
    // Backwards edges are computed forwards, so that shared edges of neighbours round alike.
    const backwards = flat ? x0 > x1 : y0 > y1;
    if (backwards) [x0, y0, x1, y1] = [x1, y1, x0, y0];
    const slope = steps === 0 ? 0 : (flat ? y1 - y0 : x1 - x0) / steps;
    for (let step = 0; step <= steps; step++) {
      const t = backwards ? steps - step : step;
      const u = flat ? x0 + t : Math.trunc(x0 + slope * t + 0.5);
      const v = flat ? Math.trunc(y0 + slope * t + 0.5) : y0 + t;
      if (u !== lastU && lastU === lastU) {
        const column = ((u < lastU ? u : u - 1) + 0.5) / SCALE - 0.5;
        if (Number.isInteger(column) && column >= 0 && column <= width - 1) {
          const row = (Math.min(v, lastV) + 0.5) / SCALE - 0.5;
          changes.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
        }
      }
      lastU = u;
      lastV = v;
    }
  }
  return runsBetween(Float64Array.from(changes).sort());
}

/** Run lengths between sorted places where a mask changes, of which two at the same place cancel out. */
function runsBetween(changes: Float64Array): number[] {
  const counts: number[] = [changes[0]];
  for (let i = 1; i < changes.length; i++) {
    const run = changes[i] - changes[i - 1];
    if (run > 0) counts.push(run);
    else if (++i < changes.length) counts[counts.length - 1] += changes[i] - changes[i - 1];
  }
  return counts;
}

/** Combines masks in pairs, then the results in pairs: each run is looked at few times, however many masks there are. */
function merge(masks: readonly Counts[], rule: Rule): Counts {
  if (masks.length === 1) return masks[0];
  const middle = masks.length >> 1;
  return combine(merge(masks.slice(0, middle), rule), merge(masks.slice(middle), rule), rule);
}

/** Run lengths of the mask that a rule gives, pixel by pixel, from two of the same size. */
function combine(a: Counts, b: Counts, rule: Rule): number[] {
  const counts: number[] = [];
  let start = 0;
  let set = false;
  let [i, j] = [0, 0];
  let [endA, endB] = [a[0], b[0]];
  for (let at = 0; i < a.length && j < b.length;) {
    if (rule(i % 2 === 1, j % 2 === 1) !== set && Math.min(endA, endB) > at) {
      counts.push(at - start);
      start = at;
      set = !set;
    }
    at = Math.min(endA, endB);
    if (endA === at) endA += a[++i];
    else endB += b[++j];
    if (i === a.length || j === b.length) counts.push(at - start);
  }
  return counts;
}
