import assert from "node:assert/strict";
import fc from "../property.ts";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { encodePng, type PngPixels } from "../../src/image/png_pixels.ts";
import type { ParsedLabels } from "../../src/model/annotation.ts";
import { type Files, readFiles, rejects } from "./reading.ts";

/** 8×6 pixels: 1 in a block of 3×2 at (1, 1), 2 in one of 2×3 at (5, 3), 0 elsewhere; 255 at the lower left corner. */
const VALUES = [
  ...[0, 0, 0, 0, 0, 0, 0, 0],
  ...[0, 1, 1, 1, 0, 0, 0, 0],
  ...[0, 1, 1, 1, 0, 0, 0, 0],
  ...[0, 0, 0, 0, 0, 2, 2, 0],
  ...[0, 0, 0, 0, 0, 2, 2, 0],
  ...[255, 0, 0, 0, 0, 2, 2, 0],
];
const ONE = [7, 2, 4, 2, 4, 2, 27];
const TWO = [33, 3, 3, 3, 6];

const png = (data: Uint8Array | Uint16Array, more: Partial<PngPixels> = {}) =>
  encodePng({ width: 8, height: 6, channels: 1, depth: 8, data, ...more });
const grey = (of: (value: number) => number = (value) => value) => png(Uint8Array.from(VALUES, of));
const colours = (of: (value: number) => readonly number[]) =>
  png(Uint8Array.from(VALUES.flatMap((value) => [...of(value)])), { channels: 3 });
const CAMVID = new Map([[0, [0, 0, 0]], [1, [64, 128, 64]], [2, [192, 0, 128]], [255, [0, 0, 0]]]);

/** Names of the classes with the run lengths of their masks. */
function masks(labels: ParsedLabels | undefined, names: readonly string[]) {
  return labels?.annotations.map(({ category, segmentation }) =>
    [names[category], decodeCounts((segmentation as { counts: string }).counts)] as const
  );
}

async function readMasks(files: Files, image: string) {
  const read = await readFiles(files);
  return { ...read, masks: masks(read.labels[image], read.names) };
}

const LABEL_MAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:1,1,1::\ndog:2,2,2::\n";

Deno.test("mask-png: grey levels are classes of labelmap.txt; masks are no frames", async () => {
  const read = await readMasks(
    { "images/a.jpg": null, "masks/a.png": grey(), "labelmap.txt": LABEL_MAP },
    "images/a.jpg",
  );
  assert.equal(read.format, "mask-png");
  assert.deepEqual(Object.keys(read.labels), ["images/a.jpg"]);
  assert.deepEqual(read.masks, [["cat", ONE], ["dog", TWO]]);
  const { annotations: [cat], declaredWidth, declaredHeight } = read.labels["images/a.jpg"]!;
  assert.deepEqual([cat.x, cat.y, cat.width, cat.height, cat.area], [1, 1, 3, 2, 6]);
  assert.deepEqual([declaredWidth, declaredHeight], [8, 6]);
  assert.deepEqual(read.issues, []);
});

Deno.test("mask-png: colours are classes of class_dict.csv, in RGB as in a palette; others are told", async () => {
  const table = "name,r,g,b\nAnimal,64,128,64\nArchway,192,0,128\nVoid,0,0,0\n";
  const rgb = { "train/a.png": null, "train_labels/a_L.png": colours((value) => CAMVID.get(value)!) };
  const palette = Array.from({ length: 256 }, (_, i) => CAMVID.get(i) ?? [9, 9, 9]);
  const indexed = { "train/b.png": null, "train_labels/b_L.png": png(Uint8Array.from(VALUES), { palette }) };
  const read = await readMasks({ ...rgb, ...indexed, "class_dict.csv": table }, "train/a.png");
  assert.deepEqual(read.masks, [["Animal", ONE], ["Archway", TWO]]);
  assert.deepEqual(masks(read.labels["train/b.png"], read.names), read.masks);
  assert.deepEqual(read.splits["train/a.png"], "train");
  assert.deepEqual(read.issues, []);
  const other = await readMasks({ ...rgb, "class_dict.csv": table.replace("192", "193") }, "train/a.png");
  assert.deepEqual(other.masks, [["Animal", ONE]]);
  assert.deepEqual(rejects(other), ["mask-colour-unknown"]);
});

Deno.test("mask-png: Roboflow's masks beside the images, with the values of _classes.csv", async () => {
  const files: Files = {
    "train/a_jpg.rf.1.jpg": null,
    "train/a_jpg.rf.1_mask.png": grey(),
    "train/_classes.csv": "Pixel Value, Class\n0, background\n1, cat\n2, dog\n",
    "valid/b.jpg": null,
    "valid/_classes.csv": "Pixel Value, Class\n0, background\n1, cat\n2, dog\n",
    "valid/b_mask.png": grey(),
    "valid/c.jpg": null,
    "valid/d_mask.png": grey(),
  };
  const read = await readMasks(files, "train/a_jpg.rf.1.jpg");
  assert.deepEqual(read.format, "mask-png");
  assert.deepEqual(read.masks, [["cat", ONE], ["dog", TWO]]);
  assert.deepEqual(read.splits, {
    "train/a_jpg.rf.1.jpg": "train",
    "valid/b.jpg": "val",
    "valid/c.jpg": "val",
  });
  assert.deepEqual(read.orphans, ["valid/d.png"]);
});

Deno.test("mask-png: masks of 0 and 255 have one class; without a list, values are the names", async () => {
  const binary = grey((value) => value === 1 ? 255 : 0);
  const one = await readMasks({ "images/a.jpg": null, "masks/a.png": binary }, "images/a.jpg");
  assert.deepEqual(one.masks, [["foreground", ONE]]);
  const many = await readMasks({ "images/a.jpg": null, "masks/a.png": grey() }, "images/a.jpg");
  assert.deepEqual(many.masks, [["class_1", ONE], ["class_2", TWO]]);
});

Deno.test("mask-png: 16 bits, or a folder of that name, are instances", async () => {
  const deep = png(Uint16Array.from(VALUES, (value) => value === 255 ? 0 : value * 1000), { depth: 16 });
  const read = await readMasks({ "images/a.jpg": null, "masks/a.png": deep }, "images/a.jpg");
  assert.deepEqual(read.masks, [["object", ONE], ["object", TWO]]);
  const named = await readMasks({ "images/a.jpg": null, "instances/a.png": grey() }, "images/a.jpg");
  assert.deepEqual(named.masks?.length, 3);
});

Deno.test("mask-png: a folder of one mask for each object of the only image", async () => {
  const of = (wanted: number) => grey((value) => value === wanted ? 255 : 0);
  const read = await readMasks({
    "x/images/x.png": null,
    "x/masks/1.png": of(1),
    "x/masks/2.png": of(2),
    "y/images/y.png": null,
    "y/masks/9.png": of(1),
  }, "x/images/x.png");
  assert.deepEqual(Object.keys(read.labels), ["x/images/x.png", "y/images/y.png"]);
  assert.deepEqual(read.masks, [["object", ONE], ["object", TWO]]);
  assert.deepEqual(masks(read.labels["y/images/y.png"], read.names), [["object", ONE]]);
});

Deno.test("mask-png: the folder with the same split is taken where names repeat", async () => {
  const read = await readMasks({
    "images/train/1.jpg": null,
    "images/val/1.jpg": null,
    "masks/train/1.png": grey((value) => value === 1 ? 1 : 0),
    "masks/val/1.png": grey((value) => value === 2 ? 2 : 0),
    "masks/labelmap.txt": LABEL_MAP,
  }, "images/train/1.jpg");
  assert.deepEqual(read.masks, [["cat", ONE]]);
  assert.deepEqual(masks(read.labels["images/val/1.jpg"], read.names), [["dog", TWO]]);
});

Deno.test("mask-png: JPEGs and damaged PNGs are refused", async () => {
  const read = await readFiles({
    "images/a.jpg": null,
    "images/b.jpg": null,
    "masks/a.jpg": new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0]),
    "masks/b.png": grey().subarray(0, 60),
  });
  assert.deepEqual(Object.keys(read.labels), ["images/a.jpg", "images/b.jpg"]);
  assert.deepEqual(rejects(read), ["mask-unreadable", "mask-unreadable"]);
});

Deno.test("mask-png: images in folders of any name, and folders of colour images, are no masks", async () => {
  const photo = colours((value) => [value, 3, 200]);
  const trees: Files[] = [
    { "left/a.png": grey(), "right/a.png": grey() },
    { "images/a.png": photo, "labels/a.png": photo },
    { "masks/a.png": grey(), "masks/b.png": grey() },
    { "lq/a.jpg": null, "gt/a.jpg": new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0]) },
    { "images/a.png": null, "images/d.png": null, "masks/b.png": grey() },
  ];
  for (const files of trees) assert.ok(!(await readFiles(files)).formats.includes("mask-png"));
});

Deno.test("mask-png: other labels of the same images are read in their place", async () => {
  const read = await readFiles({
    "images/a.jpg": null,
    "labels/a.txt": "0 0.5 0.5 0.2 0.2\n",
    "masks/a.png": grey(),
  });
  assert.deepEqual(read.formats, ["yolo"]);
});

Deno.test("mask-png: damaged masks are survived", async () => {
  const bytes = grey();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(bytes.length)),
      async (changes, end) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        const files = {
          "images/a.jpg": null,
          "masks/a.png": damaged.subarray(0, end ?? undefined),
          "labelmap.txt": LABEL_MAP,
        };
        const { labels, names } = await readFiles(files, { format: "mask-png" });
        for (const { category } of labels["images/a.jpg"]?.annotations ?? []) assert.ok(names[category]);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("mask-png: masks beside labels of a surer format are no frames, and that they are not read is told", async () => {
  const files = {
    "images/a.jpg": null,
    "labels/a.txt": "0 0.5 0.5 0.2 0.2\n",
    "data.yaml": "names: [cat]\ntrain: images\nval: images\n",
  };
  const read = await readFiles({ ...files, "masks/a.png": grey() });
  assert.deepEqual(read.formats, ["yolo"]);
  assert.deepEqual(Object.keys(read.splits), ["images/a.jpg"]);
  assert.deepEqual(read.issues.map(({ code, severity }) => [code, severity]), [[
    "format-not-read",
    "warning",
  ]]);
  // What has labels itself is an image, whatever its folder is called.
  const labelled = await readFiles({ ...files, "masks/a.png": grey(), "masks/a.txt": "0 0.5 0.5 0.4 0.4\n" });
  assert.deepEqual(Object.keys(labelled.splits), ["images/a.jpg", "masks/a.png"]);
  assert.equal(labelled.labels["masks/a.png"]?.annotations.length, 1);
});
