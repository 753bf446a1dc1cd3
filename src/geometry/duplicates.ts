import type { CocoAnnotation } from "../model/annotation.ts";

/** Up to this many, comparing with each is faster than making keys. */
const FEW = 24;

/** Finds annotations with the same category and geometry, in an image. */
export class Duplicates {
  readonly #seen: CocoAnnotation[] = [];
  #keys: Set<string> | undefined;

  /** Remembers an annotation; false if its like has been seen. */
  add(annotation: CocoAnnotation): boolean {
    if (this.#seen.length < FEW) {
      for (const other of this.#seen) if (same(annotation, other)) return false;
      this.#seen.push(annotation);
      return true;
    }
    this.#keys ??= new Set(this.#seen.map(key));
    const count = this.#keys.size;
    return this.#keys.add(key(annotation)).size > count;
  }
}

function same(a: CocoAnnotation, b: CocoAnnotation): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height &&
    a.category === b.category &&
    ((!a.segmentation && !b.segmentation && !a.keypoints && !b.keypoints) || key(a) === key(b));
}

function key({ category, x, y, width, height, segmentation, keypoints }: CocoAnnotation): string {
  const box = `${category} ${x} ${y} ${width} ${height}`;
  return segmentation || keypoints ? box + JSON.stringify([segmentation, keypoints]) : box;
}
