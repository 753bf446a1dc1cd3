/** Formats of labelling tools, and those of trainers that no package reads as a whole: what others read of ours. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { python, runOk, testWith } from "../tools.ts";
import { convertRich, IMAGES, type RichObject } from "./rich_set.ts";

/** What tools_read.py found of an object. */
interface Found {
  readonly class: string;
  /** x1, y1, x2, y2. */
  readonly box: number[];
  readonly outlines?: number[][];
  /** Set pixels of a mask. */
  readonly pixels?: number;
  /** Pixels that its outlines cover, their borders too. */
  readonly filled?: number;
  /** x, y; null if not labelled. */
  readonly keypoints?: (number[] | null)[];
}

/** What a reader finds of a format beside classes and boxes. */
interface Reading {
  readonly format: string;
  readonly modules: readonly string[];
  /** Outline of an object of one part, or of a turned box. */
  readonly outlines?: "all" | "turned";
  readonly filled?: true;
  readonly pixels?: true;
  readonly keypoints?: "of their object" | "as points of the image";
  /** Images without objects are not named. */
  readonly noBackground?: true;
}

const READINGS: readonly Reading[] = [
  { format: "labelme", modules: ["supervision", "PIL"], outlines: "turned", filled: true, pixels: true },
  {
    format: "label-studio",
    modules: ["label_studio_converter"],
    outlines: "all",
    pixels: true,
    keypoints: "as points of the image",
  },
  { format: "via2", modules: ["globox"], outlines: "all" },
  { format: "createml", modules: ["supervision"] },
  { format: "tf-csv", modules: ["pandas", "PIL"], noBackground: true },
  { format: "darknet", modules: ["globox"] },
  { format: "yolo-pose", modules: ["supervision", "sleap_io"], keypoints: "of their object" },
];

for (const reading of READINGS) {
  const { format, modules } = reading;
  testWith(
    modules.map((module) => `python:${module}`),
    `${modules.join(" and ")} read${modules.length > 1 ? "" : "s"} the same objects from ${format}`,
    async () => {
      const images = await readFormat(format);
      const wanted = Object.entries(IMAGES)
        .filter(([, { objects }]) => objects.length > 0 || !reading.noBackground);
      assert.deepEqual(Object.keys(images).sort(), wanted.map(([name]) => name));
      for (const [name, { objects }] of wanted) compare(images[name], objects, reading);
    },
  );
}

function readFormat(format: string): Promise<Record<string, Found[]>> {
  const program = fileURLToPath(new URL("tools_read.py", import.meta.url));
  return convertRich(format, (folder) => JSON.parse(runOk([python, program, format, folder])));
}

/** Readers list objects by kind, so each is looked for by its class and box. */
function compare(found: readonly Found[], objects: readonly RichObject[], reading: Reading): void {
  const left = new Set(found);
  const take = (name: string, box: readonly number[]) => {
    const match = [...left].find((each) => each.class === name && near(each.box, box));
    assert.ok(match, `no ${name} at ${box} in ${JSON.stringify([...left])}`);
    left.delete(match);
    return match;
  };
  for (const object of objects) {
    const match = take(object.class, object.box);
    const { outlines, keypoints } = object;
    if (outlines?.length === 1 && (reading.outlines === "all" || object.rotation && reading.outlines)) {
      assert.ok(match.outlines?.length === 1 && near(match.outlines[0], outlines[0]), `${match.outlines}`);
    }
    if (outlines && !object.rotation && reading.filled) {
      const wanted = outlines.reduce((sum, outline) => sum + areaOf(outline), 0);
      assert.ok(
        match.filled! >= wanted && match.filled! <= wanted * 1.25,
        `${match.filled}, not ${wanted} px`,
      );
    }
    if (object.pixels && reading.pixels) assert.equal(match.pixels, object.pixels);
    if (reading.keypoints === "of their object") {
      const points = pointsOf(keypoints ?? Array(9).fill(0));
      assert.equal(match.keypoints!.length, points.length);
      points.forEach((point, i) => {
        const other = match.keypoints![i];
        assert.ok(point && other ? near(other, point) : point === other, `${other} is not ${point}`);
      });
    } else if (reading.keypoints && keypoints) {
      const [left_eye, right_eye] = pointsOf(keypoints);
      take("left_eye", [...left_eye!, ...left_eye!]);
      take("right_eye", [...right_eye!, ...right_eye!]);
    }
  }
  assert.deepEqual([...left], []);
}

/** Single precision, and fractions of eight digits. */
function near(found: readonly number[], wanted: readonly number[]): boolean {
  return found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]) <= 1e-3);
}

function pointsOf(keypoints: readonly number[]): (readonly number[] | null)[] {
  return [0, 3, 6].map((i) => keypoints[i + 2] > 0 ? [keypoints[i], keypoints[i + 1]] : null);
}

/** Area inside an outline, px². */
function areaOf(outline: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const [x, y, nextX, nextY] = [0, 1, 2, 3].map((step) => outline[(i + step) % outline.length]);
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}
