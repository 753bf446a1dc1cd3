/** The examples of the format table as datasets. */
import type { FormatEntry } from "../../src/formats/format.ts";
import { encodePng } from "../../src/image/png_pixels.ts";
import { isImageName } from "../../src/model/image_names.ts";
import type { Files } from "./reading.ts";

const WIDTH = 100;
const HEIGHT = 80;

/** Labels of examples that are pixels, which the table cannot hold. */
const MASKS: Readonly<Record<string, () => Uint8Array>> = {
  "yolo-masks masks/train/a.png": () => grey((x, y) => y < 20 ? 1 : x < 10 ? 255 : 0),
  "mask-png masks/a.png": () => grey((x, y) => y < 20 ? 1 : x < 10 ? 2 : 0),
  "coco-panoptic annotations/panoptic_train/a.png": () =>
    // Segments 300 and 301: red + 256 · green.
    encodePng({
      width: WIDTH,
      height: HEIGHT,
      channels: 3,
      depth: 8,
      data: pixels(3, (x, y) => [x >= 10 && x < 30 && y >= 20 && y < 40 ? 45 : 44, 1, 0]),
    }),
};

/** Formats that are written and never read: their images lie in files that are for trainers. */
export const NEVER_READ: ReadonlySet<string> = new Set(["webdataset"]);

/** The files of an example: null for images, which are never read. */
export function exampleFiles({ name, example }: FormatEntry): Files {
  return Object.fromEntries(
    Object.entries(example).map(([path, content]) => {
      const mask = MASKS[`${name} ${path}`];
      return [path, mask ? mask() : isImageName(path) ? null : content];
    }),
  );
}

function grey(value: (x: number, y: number) => number): Uint8Array {
  return encodePng({
    width: WIDTH,
    height: HEIGHT,
    channels: 1,
    depth: 8,
    data: pixels(1, (x, y) => [value(x, y)]),
  });
}

function pixels(channels: number, value: (x: number, y: number) => number[]): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * channels);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) data.set(value(x, y), (y * WIDTH + x) * channels);
  }
  return data;
}
