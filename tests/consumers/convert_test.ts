import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert } from "../../src/convert/convert.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree } from "../pack/small_dataset.ts";
import { blackPng } from "./black_png.ts";
import { python, runOk, testWith } from "../tools.ts";

/** What the Python program found of an object. */
interface Found {
  readonly class: string;
  /** x1, y1, x2, y2. */
  readonly box: number[];
  /** Set pixels of its mask. */
  readonly pixels?: number;
  readonly corners?: number[][];
}

/** Two images of 100 × 80 px: boxes, an outline, a rotated box; the second has none. */
function tree(folder: string): void {
  const annotation = (id: number, category_id: number, bbox: number[], more: object = {}) => ({
    ...{ id, image_id: 1, category_id, bbox, area: bbox[2] * bbox[3], iscrowd: 0, segmentation: [] },
    ...more,
  });
  const picture = blackPng(100, 80);
  writeTree(folder, {
    "train/a.png": picture,
    "train/b.png": picture,
    "train/_annotations.coco.json": JSON.stringify({
      images: ["a", "b"].map((name, i) => ({ id: i + 1, file_name: `${name}.png`, width: 100, height: 80 })),
      annotations: [
        annotation(1, 1, [10, 20, 30, 40]),
        annotation(2, 2, [50.5, 10.25, 20, 30.5]),
        annotation(3, 2, [50, 40, 20, 20], { segmentation: [[60, 40, 70, 50, 60, 60, 50, 50]], area: 200 }),
      ],
      categories: [{ id: 1, name: "no" }, { id: 2, name: "traffic light" }],
    }),
  });
}

/** Boxes of the tree. */
const BOXES: Found[] = [
  { class: "no", box: [10, 20, 40, 60] },
  { class: "traffic light", box: [50.5, 10.25, 70.5, 40.75] },
  { class: "traffic light", box: [50, 40, 70, 60] },
];

/** Reads what the tree becomes in a format. */
async function read(to: string): Promise<{ classes: string[]; images: Record<string, Found[]> }> {
  using folder = tempDir();
  tree(join(folder.path, "in"));
  const output = join(folder.path, "out");
  await convert({
    dataset: join(folder.path, "in"),
    to,
    output,
    images: "copy",
    allowLoss: true,
    workers: 1,
  });
  const program = fileURLToPath(new URL("converted_read.py", import.meta.url));
  return JSON.parse(runOk([python, program, to, output, "train"]));
}

function near(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  assert.equal(found.length, wanted.length);
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - wanted[i]) <= tolerance, `${found} is not ${wanted}`)
  );
}

for (
  const [format, module, shift] of [
    ["yolo", "supervision", 0],
    ["yolo-segment", "supervision", 0],
    ["yolo-obb", "supervision", 0],
    // This reader takes VOC's corners to count from 1.
    ["voc", "supervision", 1],
    ["coco", "pycocotools", 0],
  ] as const
) {
  testWith([`python:${module}`], `${module} reads the same classes and boxes from ${format}`, async () => {
    const { classes, images } = await read(format);
    // A list of classes of its own: VOC has none.
    assert.deepEqual([...classes].sort(), ["no", "traffic light"]);
    assert.deepEqual(images["b.png"], []);
    const found = images["a.png"];
    assert.deepEqual(found.map((each) => each.class), BOXES.map((each) => each.class));
    // Single precision, and whole pixels for boxes around masks.
    const tolerance = format === "yolo-segment" ? 1 : 1e-3;
    found.forEach(({ box }, i) => {
      const [x1, y1, x2, y2] = BOXES[i].box;
      near(box, [x1 - shift, y1 - shift, x2, y2], tolerance);
    });
    if (format === "coco") assert.ok(Math.abs(found[2].pixels! - 200) <= 20);
    if (format === "yolo-segment") {
      assert.ok(Math.abs(found[0].pixels! - 1200) <= 80);
      assert.ok(Math.abs(found[2].pixels! - 200) <= 40);
    }
    if (format === "yolo-obb") {
      found[2].corners!.forEach((point, i) => near(point, [[60, 40], [70, 50], [60, 60], [50, 50]][i], 1e-3));
    }
  });
}

for (
  const [format, module] of [
    ["cvat", "datumaro"],
    ["datumaro", "datumaro"],
    ["dota", "datumaro"],
    ["kitti", "datumaro"],
    ["hf-imagefolder", "datasets"],
    ["hf-parquet", "datasets"],
  ] as const
) {
  testWith([`python:${module}`], `${module} reads the same classes and boxes from ${format}`, async () => {
    const { classes, images } = await read(format);
    // Columns divided by blanks hold no names with blanks.
    const name = (each: string) => ["dota", "kitti"].includes(format) ? each.replace(" ", "_") : each;
    assert.deepEqual([...classes].sort(), ["no", name("traffic light")]);
    assert.deepEqual(images["b.png"], []);
    const found = images["a.png"];
    assert.deepEqual(found.map((each) => each.class), BOXES.map((each) => name(each.class)));
    // Datumaro rounds to two decimals.
    found.forEach(({ box }, i) => near(box, BOXES[i].box, 0.01));
  });
}

testWith(
  ["python:PIL"],
  "Pillow reads the classes of the pixels from mask-png by their colours",
  async () => {
    const { classes, images } = await read("mask-png");
    assert.deepEqual(classes, ["no", "traffic light"]);
    assert.deepEqual(images["b.png"], []);
    const pixels = Object.fromEntries(images["a.png"].map((each) => [each.class, each.pixels!]));
    assert.equal(pixels.no, 1200);
    // A box of 20 × 30.5 px and a rhombus of 200 px² that share a corner.
    assert.ok(Math.abs(pixels["traffic light"] - 810) <= 40, `${pixels["traffic light"]} px`);
  },
);
