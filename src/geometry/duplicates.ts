import type { CocoAnnotation } from "../model/annotation.ts";
import { PolygonText } from "../model/polygon_text.ts";

/** Up to this many, comparing with each is faster than making keys. */
const FEW = 24;

/** Finds annotations with the same category and geometry, in an image. */
export class Duplicates {
  readonly #seen: CocoAnnotation[] = [];
  /** By {@link sum}, from the moment there are many. */
  #bySum: Map<number, CocoAnnotation[]> | undefined;

  /** Remembers an annotation; false if its like has been seen. */
  add(annotation: CocoAnnotation): boolean {
    if (this.#seen.length < FEW) {
      for (const other of this.#seen) if (same(annotation, other)) return false;
      this.#seen.push(annotation);
      return true;
    }
    this.#bySum ??= bySum(this.#seen);
    const key = sum(annotation);
    const alike = this.#bySum.get(key);
    if (alike?.some((other) => same(annotation, other))) return false;
    if (alike) alike.push(annotation);
    else this.#bySum.set(key, [annotation]);
    return true;
  }
}

function bySum(annotations: readonly CocoAnnotation[]): Map<number, CocoAnnotation[]> {
  const sums = new Map<number, CocoAnnotation[]>();
  for (const annotation of annotations) {
    const key = sum(annotation);
    const alike = sums.get(key);
    if (alike) alike.push(annotation);
    else sums.set(key, [annotation]);
  }
  return sums;
}

/** A number that equal boxes have in common, and others hardly ever. */
function sum({ category, x, y, width, height }: CocoAnnotation): number {
  return category * 1e4 + x * 7.389 + y * 3.301 + width * 1.618 + height * 0.577;
}

function same(a: CocoAnnotation, b: CocoAnnotation): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height &&
    a.category === b.category &&
    ((!a.segmentation && !b.segmentation && !a.keypoints && !b.keypoints) || key(a) === key(b));
}

function key({ category, x, y, width, height, segmentation: drawn, keypoints }: CocoAnnotation): string {
  const box = `${category} ${x} ${y} ${width} ${height}`;
  const segmentation = drawn instanceof PolygonText ? drawn.polygons() : drawn;
  return segmentation || keypoints ? box + JSON.stringify([segmentation, keypoints]) : box;
}
