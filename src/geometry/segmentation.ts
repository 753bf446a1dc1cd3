import type { Rle, Segmentation } from "../model/annotation.ts";
import { type Turn, turnMask, turnPolygon } from "./exif.ts";
import { PolygonText } from "../model/polygon_text.ts";
import { polygonArea } from "./polygon.ts";
import { checkedCounts, encodeCounts, rleArea } from "./rle.ts";

/** Masks of more pixels than this are not turned: it takes a byte a pixel. */
const MAX_TURNED_MASK = 1 << 28;
const NONE = () => 0;

/** Size and turn of the frame a segmentation is given in. */
export interface Frame {
  /** Upright size, px. */
  readonly width: number;
  readonly height: number;
  readonly turn: Turn | undefined;
}

/** A segmentation that COCO's readers accept. */
export interface Finished {
  /** Undefined if nothing is left. */
  readonly segmentation: Segmentation | PolygonText | undefined;
  /** Finds its area, px²; most sources state one. */
  readonly area: () => number;
  /** True if points were moved onto the edge of the image. */
  readonly clipped: boolean;
  /** What was wrong with the parts that were left out, as the end of a sentence. */
  readonly problem?: string;
}

/** Turns a segmentation upright, clips it to the image and leaves out what no reader accepts. */
export function finishSegmentation(source: Segmentation | PolygonText, frame: Frame): Finished {
  if (source instanceof PolygonText) {
    const inside = !frame.turn && source.right <= frame.width && source.bottom <= frame.height;
    return inside
      ? { segmentation: source, area: () => areaOf(source.polygons()), clipped: false }
      : finishPolygons(source.polygons(), frame);
  }
  return Array.isArray(source) ? finishPolygons(source, frame) : finishMask(source, frame);
}

/**
 * How far the coordinates of the polygons of a segmentation reach from 0, px: no farther, if they are text; NaN if one is no
 * number. 0 for a mask.
 */
export function reach(source: Segmentation | PolygonText): number {
  if (source instanceof PolygonText) return Math.max(source.right, source.bottom);
  if (!Array.isArray(source)) return 0;
  let most = 0;
  // A flat list of numbers, which some tools write, is one polygon.
  for (const polygon of typeof source[0] === "number" ? [source] : source) {
    if (!Array.isArray(polygon)) return NaN;
    for (let i = 0; i < polygon.length; i++) {
      const value: unknown = polygon[i];
      if (typeof value !== "number" || Number.isNaN(value)) return NaN;
      if (value > most) most = value;
      else if (-value > most) most = -value;
    }
  }
  return most;
}

function finishPolygons(source: number[][], { width, height, turn }: Frame): Finished {
  const polygons: readonly unknown[] = typeof source[0] === "number" ? [source] : source;
  const segmentation: number[][] = [];
  let clipped = false;
  let problem: string | undefined;
  for (const polygon of polygons) {
    if (!Array.isArray(polygon) || polygon.length < 6 || polygon.length % 2 !== 0) {
      const length = Array.isArray(polygon) ? polygon.length : 0;
      problem = `a polygon has ${length} numbers; it needs an even count of at least 6`;
      continue;
    }
    const points = turn ? turnPolygon(polygon, turn) : polygon;
    const inside = clamp(points, width, height);
    if (inside !== points) {
      clipped = true;
      if (polygonArea(inside) === 0) {
        problem = "a polygon lies outside the image";
        continue;
      }
    }
    segmentation.push(inside);
  }
  return {
    segmentation: segmentation.length > 0 ? segmentation : undefined,
    area: () => areaOf(segmentation),
    clipped,
    problem,
  };
}

function areaOf(polygons: readonly number[][]): number {
  return polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0);
}

/** The same array if all points lie in the image. */
function clamp(points: number[], width: number, height: number): number[] {
  let inside = points;
  for (let i = 0; i < points.length; i++) {
    const value = Math.min(Math.max(points[i], 0), i % 2 === 0 ? width : height);
    if (value === points[i]) continue;
    if (inside === points) inside = points.slice();
    inside[i] = value;
  }
  return inside;
}

function finishMask(source: Rle, { width, height, turn }: Frame): Finished {
  const exchanged = turn !== undefined && turn.xx === 0;
  const storedWidth = exchanged ? height : width;
  const storedHeight = exchanged ? width : height;
  const counts = checkedCounts(source, storedWidth, storedHeight);
  if (typeof counts === "string") {
    return { segmentation: undefined, area: NONE, clipped: false, problem: counts };
  }
  if (turn && width * height > MAX_TURNED_MASK) {
    const problem = `the mask has ${width * height} px, too many to turn it upright`;
    return { segmentation: undefined, area: NONE, clipped: false, problem };
  }
  const segmentation: Rle = turn
    ? { size: [height, width], counts: encodeCounts(turnMask(counts, storedWidth, storedHeight, turn)) }
    : { size: [height, width], counts: source.counts };
  return { segmentation, area: () => rleArea(counts), clipped: false };
}
