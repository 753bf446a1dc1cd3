import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { encodePng, type PngPixels } from "../../src/image/png_pixels.ts";
import { vocPalette } from "../../src/image/voc_palette.ts";
import { type Files, readFiles, rejects } from "./reading.ts";

/** 8×6 pixels: object 1 in a block of 3×2 at (1, 1), object 2 in one of 2×3 at (5, 3); 255 where the two would touch. */
const OBJECTS = [
  ...[0, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 1, 1, 1, 0, 0, 0, 0],
  ...[0, 1, 1, 1, 255, 0, 0, 0],
  ...[0, 0, 0, 0, 255, 2, 2, 0],
  ...[0, 0, 0, 0, 0, 2, 2, 0],
  ...[0, 0, 0, 0, 0, 2, 2, 0],
];
const ONE = [7, 2, 4, 2, 4, 2, 27];
const TWO = [33, 3, 3, 3, 6];
const CLASS_OF = new Map([[0, 0], [1, 1], [2, 15], [255, 255]]);

const palette = vocPalette();
const png = (values: readonly number[], more: Partial<PngPixels> = { palette }) =>
  encodePng({ width: 8, height: 6, channels: 1, depth: 8, data: Uint8Array.from(values), ...more });
const objects = png(OBJECTS);
const classes = png(OBJECTS.map((value) => CLASS_OF.get(value)!));
const ROOT = "VOCdevkit/VOC2012";
const IMAGE = `${ROOT}/JPEGImages/s1.jpg`;
const files = (more: Files = {}): Files => ({
  [IMAGE]: null,
  [`${ROOT}/SegmentationClass/s1.png`]: classes,
  [`${ROOT}/SegmentationObject/s1.png`]: objects,
  [`${ROOT}/ImageSets/Segmentation/train.txt`]: "s1\n",
  ...more,
});

async function readMasks(given: Files) {
  const read = await readFiles(given);
  const masks = read.labels[IMAGE]?.annotations.map(({ category, segmentation }) => [
    read.names[category],
    segmentation && decodeCounts((segmentation as { counts: string }).counts),
  ]);
  return { ...read, masks };
}

Deno.test("voc: objects of the PNG have the class most of their pixels have, by number", async () => {
  const read = await readMasks(files());
  assert.equal(read.format, "voc");
  assert.deepEqual(Object.keys(read.labels), [IMAGE]);
  assert.deepEqual(read.masks, [["aeroplane", ONE], ["person", TWO]]);
  assert.equal(read.classes.length, 20);
  assert.deepEqual(read.splits, { [IMAGE]: "train" });
  assert.deepEqual(read.issues, []);
});

Deno.test("voc: without a PNG of objects each class is one mask; without one of classes objects have none", async () => {
  const { [`${ROOT}/SegmentationObject/s1.png`]: _, ...semantic } = files();
  assert.deepEqual((await readMasks(semantic)).masks, [["aeroplane", ONE], ["person", TWO]]);
  const { [`${ROOT}/SegmentationClass/s1.png`]: __, ...instances } = files();
  assert.deepEqual((await readMasks(instances)).masks, [["object", ONE], ["object", TWO]]);
});

Deno.test("voc: colours of CVAT's labelmap.txt take the place of VOC's", async () => {
  const colour = new Map([[0, [0, 0, 0]], [1, [250, 50, 83]], [2, [51, 221, 255]], [255, [224, 224, 192]]]);
  const rgb = (of: (value: number) => readonly number[]) =>
    png(OBJECTS.flatMap((value) => [...of(value)]), { channels: 3 });
  const read = await readMasks({
    [IMAGE]: null,
    [`${ROOT}/SegmentationClass/s1.png`]: rgb((value) => colour.get(value)!),
    [`${ROOT}/SegmentationObject/s1.png`]: rgb((value) => palette[value]),
    [`${ROOT}/ImageSets/Segmentation/default.txt`]: "s1\n",
    [`${ROOT}/labelmap.txt`]:
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\ndog:51,221,255::\ncat:250,50,83::\n",
  });
  assert.deepEqual(read.masks, [["cat", ONE], ["dog", TWO]]);
  assert.deepEqual(read.classes, [{ name: "dog" }, { name: "cat" }]);
  assert.deepEqual(read.splits, { [IMAGE]: undefined });
  assert.deepEqual(read.issues, []);
});

const object = (name: string, [xmin, ymin, xmax, ymax]: readonly number[]) =>
  `<object><name>${name}</name><pose>Left</pose><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax>` +
  `<ymax>${ymax}</ymax></bndbox></object>`;
const xml = (...parts: readonly string[]) => ({
  [`${ROOT}/Annotations/s1.xml`]: `<annotation>${parts.join("")}</annotation>`,
});

Deno.test("voc: boxes of the XML get the masks of the PNG, in any order; a mask without a box is an object", async () => {
  const read = await readMasks(files(xml(object("cow", [0, 0, 2, 2]), object("person", [5, 3, 7, 6]))));
  assert.deepEqual(read.masks, [["cow", undefined], ["person", TWO], ["aeroplane", ONE]]);
  const [, person] = read.labels[IMAGE]!.annotations;
  assert.deepEqual([person.x, person.y, person.width, person.height, person.area, person.attributes?.pose], [
    5,
    3,
    2,
    3,
    6,
    "Left",
  ]);
  assert.deepEqual(read.classes, []);
  assert.deepEqual(read.issues, []);
});

Deno.test("voc: masks of different sizes, unknown classes and damage are told", async () => {
  const small = encodePng({ width: 1, height: 1, channels: 1, depth: 8, data: new Uint8Array(1), palette });
  const at = (folder: string) => `${ROOT}/Segmentation${folder}/s1.png`;
  assert.deepEqual(rejects(await readFiles(files({ [at("Object")]: small }))), ["mask-unreadable"]);
  const unknown = png(OBJECTS.map((value) => value === 1 ? 77 : CLASS_OF.get(value)!));
  const read = await readMasks(files({ [at("Class")]: unknown }));
  assert.deepEqual(read.masks, [["person", TWO]]);
  assert.deepEqual(rejects(read), ["category-unknown"]);
  assert.deepEqual(rejects(await readFiles(files({ [at("Class")]: "no" }))), ["mask-unreadable"]);
  const half = await readMasks(files({ [at("Object")]: "no" }));
  assert.deepEqual(half.masks, [["aeroplane", ONE], ["person", TWO]]);
  assert.deepEqual(half.issues.map(({ code, severity }) => [code, severity]), [[
    "mask-unreadable",
    "warning",
  ]]);
});

Deno.test("voc: a PNG whose image is not there is told once", async () => {
  const read = await readFiles(files({
    [`${ROOT}/SegmentationClass/s2.png`]: classes,
    [`${ROOT}/SegmentationObject/s2.png`]: objects,
  }));
  assert.deepEqual(read.orphans, [`${ROOT}/JPEGImages/s2.jpg`]);
});
