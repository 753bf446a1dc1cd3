/** A dataset with every shape there is, for the formats of labelling tools. */
import { join } from "node:path";
import { convert } from "../../src/convert/convert.ts";
import { rotatedBox } from "../../src/geometry/shapes.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree } from "../pack/small_dataset.ts";
import { blackPng } from "./black_png.ts";

/** An object of the dataset, px. */
export interface RichObject {
  readonly class: string;
  /** x1, y1, x2, y2. */
  readonly box: readonly number[];
  readonly outlines?: readonly (readonly number[])[];
  /** Degrees, clockwise; its corners are the outline. */
  readonly rotation?: number;
  /** Set pixels of its mask, which fills its box but for one corner. */
  readonly pixels?: number;
  /** x, y, visibility. */
  readonly keypoints?: readonly number[];
}

/** A box of 40 × 20 px about (60, 40). */
const TURNED = rotatedBox(60, 40, 40, 20, 30).map((value) => Math.round(value * 100) / 100);
/** Hidden and visible points, and one that is not labelled. */
const KEYPOINTS = [30, 20.5, 2, 50, 20, 1, 0, 0, 0];
/** Two pixels of the first column's top are not set: its runs go down the columns. */
const MASK = { x: 70, y: 50, width: 10, height: 6, unset: 2 };

/** Classes in the order of their ids: a word of YAML, a blank, a comma and letters beyond ASCII. */
export const CLASSES = ["no", "traffic light", "Straße, naß", "person"];

/** Objects by image. `b.png` has none; no side of an image equals another. */
export const IMAGES: Readonly<Record<string, { split: string; size: number[]; objects: RichObject[] }>> = {
  "a.png": {
    split: "train",
    size: [100, 80],
    objects: [
      { class: "no", box: [10, 20, 40, 60] },
      { class: "traffic light", box: [50.5, 10.25, 70.5, 40.75] },
      { class: "Straße, naß", box: [50, 40, 70, 60], outlines: [[60, 40, 70, 50, 60, 60, 50, 50]] },
      {
        class: "no",
        box: [5, 5, 45, 75],
        outlines: [[5, 5, 15, 5, 15, 15], [30, 60, 45, 60, 45, 75, 30, 75]],
      },
      { class: "traffic light", box: boxOf(TURNED), outlines: [TURNED], rotation: 30 },
      { class: "person", box: [20, 10, 60, 70], keypoints: KEYPOINTS },
      {
        class: "traffic light",
        box: [MASK.x, MASK.y, MASK.x + MASK.width, MASK.y + MASK.height],
        pixels: MASK.width * MASK.height - MASK.unset,
      },
    ],
  },
  "b.png": { split: "train", size: [100, 80], objects: [] },
  "c.png": {
    split: "val",
    size: [60, 90],
    objects: [
      { class: "Straße, naß", box: [0, 0, 60, 90] },
      { class: "no", box: [1.125, 2.5, 3.25, 4.75] },
    ],
  },
};

function boxOf(points: readonly number[]): number[] {
  const axis = (which: number) => points.filter((_, i) => i % 2 === which);
  const [x, y] = [axis(0), axis(1)];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

/**
 * Converts the dataset, with its images, into a format.
 *
 * @param use Gets the folder of the result, which is there until it returns.
 * @param wanted Chooses among the objects.
 */
export async function convertRich<T>(
  to: string,
  use: (folder: string) => T | Promise<T>,
  wanted: (object: RichObject) => boolean = () => true,
): Promise<T> {
  using folder = tempDir();
  const [input, output] = ["in", "out"].map((name) => join(folder.path, name));
  for (const split of ["train", "val"]) writeSplit(join(input, split), split, wanted);
  await convert({ dataset: input, to, output, images: "copy", allowLoss: true, workers: 1 });
  return await use(output);
}

function writeSplit(folder: string, split: string, wanted: (object: RichObject) => boolean): void {
  const images = Object.entries(IMAGES).filter(([, image]) => image.split === split);
  const annotations = images.flatMap(([, { objects, size }], image) =>
    objects.filter(wanted).map((object) => ({ image_id: image + 1, ...annotationOf(object, size) }))
  );
  writeTree(folder, {
    ...Object.fromEntries(images.map(([name, { size: [width, height] }]) => [name, blackPng(width, height)])),
    "_annotations.coco.json": JSON.stringify({
      images: images.map(([file_name, { size: [width, height] }], i) => ({
        id: i + 1,
        ...{ file_name, width, height },
      })),
      annotations: annotations.map((each, i) => ({ id: i + 1, ...each })),
      categories: CLASSES.map((name, i) => ({
        id: i + 1,
        name,
        ...(name === "person" && { keypoints: ["left_eye", "right_eye", "nose"], skeleton: [[1, 2]] }),
      })),
    }),
  });
}

function annotationOf(object: RichObject, [width, height]: readonly number[]): object {
  const [x1, y1, x2, y2] = object.box;
  const { keypoints, rotation, pixels } = object;
  return {
    category_id: CLASSES.indexOf(object.class) + 1,
    bbox: [x1, y1, x2 - x1, y2 - y1],
    area: pixels ?? (x2 - x1) * (y2 - y1),
    iscrowd: 0,
    segmentation: pixels === undefined
      ? object.outlines ?? []
      : { size: [height, width], counts: runs(height) },
    ...(keypoints && { keypoints, num_keypoints: 2 }),
    ...(rotation && { attributes: { rotation } }),
  };

  /** Lengths of runs, unset ones first, down the columns. */
  function runs(height: number): number[] {
    const first = MASK.x * height + MASK.y + MASK.unset;
    const gap = height - MASK.height;
    const columns = Array.from({ length: MASK.width - 1 }, () => [gap, MASK.height]).flat();
    const after = width * height - first - (MASK.height - MASK.unset) - (MASK.width - 1) * height;
    return [first, MASK.height - MASK.unset, ...columns, after];
  }
}
