/** What the numbers of one YOLO row mean (FORMATS §4.2): px of an image from fractions of it. */
import { boundsOf, turnedRectangle } from "../../geometry/shapes.ts";
import type { Annotation } from "../../model/annotation.ts";

/** `kpt_shape`: key points a row, and 2 or 3 numbers each. */
export type KeypointShape = readonly [count: number, dimensions: number];

/** Size of an image, px. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The geometry of an object. */
export type Shape = Omit<Annotation, "category">;

/** `class cx cy w h`. */
export function boxOf(values: ArrayLike<number>, { width, height }: Size): Shape {
  const w = values[3] * width;
  const h = values[4] * height;
  return { x: values[1] * width - w / 2, y: values[2] * height - h / 2, width: w, height: h };
}

/** `class x1 y1 x2 y2 …`, with so many columns; one that is left over does not belong to it. */
export function polygonOf(values: ArrayLike<number>, count: number, { width, height }: Size): Shape {
  const polygon: number[] = [];
  for (let i = 1; i + 1 < count; i += 2) polygon.push(values[i] * width, values[i + 1] * height);
  return { ...boundsOf(polygon), segmentation: [polygon] };
}

/** `class x1 y1 … x4 y4`, a turned box: its angle is an attribute, in degrees clockwise. */
export function turnedBoxOf(values: ArrayLike<number>, size: Size): Shape {
  const shape = polygonOf(values, 9, size);
  const rectangle = turnedRectangle((shape.segmentation as number[][])[0]);
  return rectangle ? { ...shape, attributes: { rotation: rectangle.degrees } } : shape;
}

/** `class cx cy w h` and key points, as COCO has them; an unlabelled one is 0, 0, 0. */
export function poseOf(values: ArrayLike<number>, [points, dimensions]: KeypointShape, size: Size): Shape {
  const keypoints: number[] = [];
  for (let i = 5; i < 5 + points * dimensions; i += dimensions) {
    const seen = dimensions === 3 ? values[i + 2] : values[i] < 0 || values[i + 1] < 0 ? 0 : 1;
    if (seen > 0) keypoints.push(values[i] * size.width, values[i + 1] * size.height, seen);
    else keypoints.push(0, 0, 0);
  }
  return { ...boxOf(values, size), keypoints };
}
