import type { Annotation } from "../../model/annotation.ts";
import type { VocOffset } from "../format.ts";

/** Corners as they stand in the file, sorted. */
export interface Corners {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * What is to be taken off the corners of a file (FORMATS §5). The challenge counts pixels from 1 and includes both ends;
 * Roboflow adds 1 to everything; the other tools count from 0. A coordinate of 0 proves that a file counts from 0, whatever
 * database it names. That is decided file by file: a file must not mean something else because of its neighbours.
 *
 * @param database Text of `source/database`.
 */
export function offsetOf(
  policy: VocOffset,
  database: string,
  boxes: readonly Corners[],
): "voc" | "all" | "none" {
  if (policy !== "auto") return policy;
  const claimed = /The VOC20\d\d Database/i.test(database)
    ? "voc"
    : /roboflow/i.test(database)
    ? "all"
    : "none";
  if (claimed === "none") return claimed;
  return boxes.some(({ left, top }) => left < 1 || top < 1) ? "none" : claimed;
}

/** Turns corners into the box, and the polygon along with it, in px from 0 with the right and bottom edge exclusive. */
export function shift(annotation: Annotation, corners: Corners, offset: "voc" | "all" | "none"): void {
  const first = offset === "none" ? 0 : 1;
  const last = offset === "all" ? 1 : 0;
  annotation.x = corners.left - first;
  annotation.y = corners.top - first;
  annotation.width = corners.right - last - annotation.x;
  annotation.height = corners.bottom - last - annotation.y;
  if (last && Array.isArray(annotation.segmentation)) {
    annotation.segmentation = annotation.segmentation.map((points) => points.map((value) => value - last));
  }
}
