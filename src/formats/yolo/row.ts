/** What the numbers of one YOLO row mean (FORMATS §4.2): px of an image from fractions of it. */
import { boundsOf, turnedRectangle } from "../../geometry/shapes.ts";
import type { Annotation } from "../../model/annotation.ts";

/** `kpt_shape`: key points a row, and 2 or 3 numbers each. */
export type KeypointShape = readonly [count: number, dimensions: number];

/** What an annotation has besides the numbers of the row. */
export interface RowOf {
  readonly category: number;
  readonly line: number;
  /** Size of the image, px. */
  readonly width: number;
  readonly height: number;
}

/** `class cx cy w h`. */
export function boxOf(values: ArrayLike<number>, { category, line, width, height }: RowOf): Annotation {
  const w = values[3] * width;
  const h = values[4] * height;
  return { category, x: values[1] * width - w / 2, y: values[2] * height - h / 2, width: w, height: h, line };
}

/** `class x1 y1 x2 y2 …`, with so many columns; one that is left over does not belong to it. */
export function polygonOf(
  values: ArrayLike<number>,
  count: number,
  { category, line, width, height }: RowOf,
): Annotation {
  const polygon: number[] = [];
  for (let i = 1; i + 1 < count; i += 2) polygon.push(values[i] * width, values[i + 1] * height);
  const box = boundsOf(polygon);
  return {
    category,
    x: box.x,
    y: box.y,
    width: box.width,
    height: box.height,
    segmentation: [polygon],
    line,
  };
}

/** `class x1 y1 … x4 y4`, a turned box: its angle is an attribute, in degrees clockwise. */
export function turnedBoxOf(values: ArrayLike<number>, of: RowOf): Annotation {
  const annotation = polygonOf(values, 9, of);
  const rectangle = turnedRectangle((annotation.segmentation as number[][])[0]);
  if (rectangle) annotation.attributes = { rotation: rectangle.degrees };
  return annotation;
}

/** `class cx cy w h` and key points, as COCO has them; an unlabelled one is 0, 0, 0. */
export function poseOf(
  values: ArrayLike<number>,
  [points, dimensions]: KeypointShape,
  of: RowOf,
): Annotation {
  const annotation = boxOf(values, of);
  const keypoints: number[] = [];
  for (let i = 5; i < 5 + points * dimensions; i += dimensions) {
    const seen = dimensions === 3 ? values[i + 2] : values[i] < 0 || values[i + 1] < 0 ? 0 : 1;
    if (seen > 0) keypoints.push(values[i] * of.width, values[i + 1] * of.height, seen);
    else keypoints.push(0, 0, 0);
  }
  annotation.keypoints = keypoints;
  return annotation;
}
