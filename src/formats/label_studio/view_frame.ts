import type { Shape } from "../json/label_reader.ts";
import { boundsOf } from "../../geometry/shapes.ts";

/** The picture as it was shown while it was labelled: turned clockwise by a multiple of 90°. */
export class ViewFrame {
  /** Size of the view, px; percentages are of these. */
  readonly width: number;
  readonly height: number;
  readonly #quarters: number;

  /**
   * @param imageWidth Size of the image, px.
   * @param rotation `image_rotation`, degrees.
   */
  constructor(readonly imageWidth: number, readonly imageHeight: number, rotation: number) {
    this.#quarters = ((Math.round(rotation / 90) % 4) + 4) % 4;
    const sideways = this.#quarters % 2 === 1;
    this.width = sideways ? imageHeight : imageWidth;
    this.height = sideways ? imageWidth : imageHeight;
  }

  get isTurned(): boolean {
    return this.#quarters !== 0;
  }

  /** How far the view was turned, degrees clockwise. */
  get rotation(): number {
    return this.#quarters * 90;
  }

  /** Percentages of the view, x and y by turns, as px of the view. */
  pixels(percentages: readonly number[]): number[] {
    return percentages.map((value, i) => value * (i % 2 === 0 ? this.width : this.height) / 100);
  }

  /** Points of the view as points of the image, px. */
  toImage(points: readonly number[]): number[] {
    if (!this.isTurned) return [...points];
    const { imageWidth, imageHeight } = this;
    const turned: number[] = [];
    for (let i = 0; i + 1 < points.length; i += 2) {
      const [x, y] = [points[i], points[i + 1]];
      if (this.#quarters === 1) turned.push(y, imageHeight - x);
      else if (this.#quarters === 2) turned.push(imageWidth - x, imageHeight - y);
      else turned.push(imageWidth - y, x);
    }
    return turned;
  }

  /** An outline of the view as one of the image. */
  outline(points: readonly number[]): Shape {
    const turned = this.toImage(points);
    return { ...boundsOf(turned), segmentation: [turned] };
  }
}
