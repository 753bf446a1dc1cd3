import type { Rle } from "../model/annotation.ts";
import { encodeCounts, rleArea, rleBox } from "./rle.ts";

/** A mask of an image with its box and area, px. */
export interface MaskShape {
  /** `size` is `[height, width]`, `counts` the compressed string. */
  readonly segmentation: Rle;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Set pixels. */
  readonly area: number;
}

/** pycocotools draws outlines on a grid this many times finer. */
const SCALE = 5;
/** Coordinates beyond this many px are damage; walking along such an edge would take for ever. */
const LIMIT = 1e5;

/**
 * Draws polygons as one mask, bit for bit as pycocotools does (`rleFrPoly` and `rleMerge` of `maskApi.c`; FORMATS §1).
 *
 * @param polygons Each `[x1, y1, x2, y2, …]`, px; their union is drawn.
 * @returns Undefined if no pixel is set, or a coordinate is not finite or beyond 10⁵ px.
 */
export function polygonsToRle(
  polygons: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  const shapes = allRuns(polygons, width, height);
  return toShape(shapes.length === 1 ? shapes[0] : combine(shapes, width * height, "union"), width, height);
}

/**
 * Draws a polygon with holes.
 *
 * @param holes Taken out of the exterior, drawn in the same way.
 */
export function ringsToRle(
  exterior: readonly number[],
  holes: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  const runs = [exterior, ...holes].map((ring) => polygonRuns(ring, width, height));
  if (!runs[0]) return undefined;
  const found = runs.filter((ring) => ring !== undefined);
  return toShape(combine(found, width * height, "without"), width, height);
}

/** Draws rings by the even-odd rule: what lies in two of them is a hole. */
export function evenOddToRle(
  paths: readonly (readonly number[])[],
  width: number,
  height: number,
): MaskShape | undefined {
  return toShape(combine(allRuns(paths, width, height), width * height, "odd"), width, height);
}

/** Box and area of run lengths; undefined if no pixel is set. */
export function toShape(counts: number[], width: number, height: number): MaskShape | undefined {
  const box = rleBox(counts, height);
  if (!box) return undefined;
  const [x, y, w, h] = box;
  const segmentation: Rle = { size: [height, width], counts: encodeCounts(counts) };
  return { segmentation, x, y, width: w, height: h, area: rleArea(counts) };
}

function allRuns(rings: readonly (readonly number[])[], width: number, height: number): number[][] {
  return rings.map((ring) => polygonRuns(ring, width, height)).filter((runs) => runs !== undefined);
}

/** Run lengths of one polygon; undefined if it cannot be drawn. */
function polygonRuns(polygon: readonly number[], width: number, height: number): number[] | undefined {
  const count = polygon.length >> 1;
  if (count === 0 || !polygon.every((value) => Math.abs(value) <= LIMIT)) return undefined;
  const crossings: number[] = [];
  let lastU = NaN;
  let lastV = NaN;
  /** One point of the outline on the fine grid; where it changes its column, it may cross a column of pixels. */
  const visit = (u: number, v: number) => {
    if (u !== lastU && lastU === lastU) {
      const x = ((u < lastU ? u : u - 1) + 0.5) / SCALE - 0.5;
      if (Math.floor(x) === x && x >= 0 && x <= width - 1) {
        let y = ((v < lastV ? v : lastV) + 0.5) / SCALE - 0.5;
        if (y < 0) y = 0;
        else if (y > height) y = height;
        crossings.push(x * height + Math.ceil(y));
      }
    }
    lastU = u;
    lastV = v;
  };
  const fine = (value: number) => Math.trunc(SCALE * value + 0.5);
  for (let i = 0; i < count; i++) {
    const next = i + 1 === count ? 0 : i + 1;
    let xs = fine(polygon[2 * i]);
    let ys = fine(polygon[2 * i + 1]);
    let xe = fine(polygon[2 * next]);
    let ye = fine(polygon[2 * next + 1]);
    const dx = Math.abs(xe - xs);
    const dy = Math.abs(ys - ye);
    const backwards = dx >= dy && xs > xe || dx < dy && ys > ye;
    if (backwards) [xs, xe, ys, ye] = [xe, xs, ye, ys];
    const slope = dx >= dy ? (ye - ys) / dx : (xe - xs) / dy;
    if (dx >= dy) {
      for (let d = 0; d <= dx; d++) {
        const t = backwards ? dx - d : d;
        // An edge without length has no slope.
        visit(t + xs, Math.trunc(ys + (dx === 0 ? 0 : slope * t) + 0.5));
      }
    } else {
      for (let d = 0; d <= dy; d++) {
        const t = backwards ? dy - d : d;
        visit(Math.trunc(xs + slope * t + 0.5), t + ys);
      }
    }
  }
  crossings.push(width * height);
  crossings.sort((a, b) => a - b);
  const counts: number[] = [];
  let before = 0;
  for (let i = 0; i < crossings.length; i++) {
    const run = crossings[i] - before;
    before = crossings[i];
    // Two crossings at the same place cancel each other.
    if (run === 0 && i > 0 && counts.length > 0) {
      i++;
      if (i < crossings.length) {
        counts[counts.length - 1] += crossings[i] - before;
        before = crossings[i];
      }
    } else counts.push(run);
  }
  return counts;
}

/** Run lengths of several masks of the same size joined to one. */
function combine(
  masks: readonly (readonly number[])[],
  pixels: number,
  how: "union" | "without" | "odd",
): number[] {
  if (masks.length === 0) return [pixels];
  const at = new Array(masks.length).fill(0);
  const left = masks.map((counts) => counts[0]);
  const set = new Array(masks.length).fill(false);
  const counts: number[] = [];
  let isSet = false;
  let run = 0;
  for (let done = 0; done < pixels;) {
    let length = pixels - done;
    for (let i = 0; i < masks.length; i++) {
      while (left[i] === 0 && at[i] + 1 < masks[i].length) {
        left[i] = masks[i][++at[i]];
        set[i] = !set[i];
      }
      length = Math.min(length, left[i]);
    }
    if (length <= 0) break;
    const now = how === "union"
      ? set.includes(true)
      : how === "odd"
      ? set.filter(Boolean).length % 2 === 1
      : set[0] && !set.includes(true, 1);
    if (now !== isSet) {
      counts.push(run);
      run = 0;
      isSet = now;
    }
    run += length;
    done += length;
    for (let i = 0; i < masks.length; i++) left[i] -= length;
  }
  counts.push(run);
  return counts;
}
