import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const LABELS = [
  { name: "cat", parent: "animal", attributes: [] },
  { name: "dog", parent: "", attributes: [] },
];
const CATEGORIES = {
  label: { labels: LABELS, attributes: ["occluded"] },
  points: { items: [{ label_id: 1, labels: ["nose", "tail"], joints: [[1, 2]] }] },
};
const item = (id: string, annotations: unknown[], more = {}) => ({
  id,
  annotations,
  attr: { frame: 3 },
  image: { path: `${id}.png`, size: [80, 100] },
  ...more,
});
const subset = (items: unknown[], more = {}) =>
  JSON.stringify({ info: {}, categories: CATEGORIES, items, ...more });

Deno.test("datumaro: every kind of annotation", async () => {
  const read = await readFiles({
    "images/train/a.png": null,
    "annotations/train.json": subset([item("a", [
      {
        id: 0,
        type: "bbox",
        label_id: 1,
        group: 0,
        z_order: 2,
        attributes: { occluded: false },
        bbox: [10, 20, 30, 40],
      },
      { id: 1, type: "mask", label_id: 0, group: 0, rle: { counts: "724000g0", size: [6, 8] } },
      { id: 2, type: "polygon", label_id: 0, attributes: { is_crowd: true }, points: [0, 0, 10, 0, 10, 5] },
      { id: 3, type: "points", label_id: 1, points: [5, 6, 9, 8, 1, 1], visibility: [2, 1, 0] },
      { id: 4, type: "label", label_id: 1 },
      { id: 5, type: "caption", caption: "A cat." },
      { id: 6, type: "polyline", label_id: 0, points: [0, 0, 1, 1] },
      { id: 7, type: "cuboid_3d", label_id: 0, position: [0, 0, 0] },
      { id: 8, type: "bbox", label_id: 9, bbox: [1, 2, 3, 4] },
      { id: 9, type: "bbox", bbox: [1, 2, 3, 4] },
      { id: 10, type: "bbox", label_id: 0, bbox: [1, 2, 3] },
      { id: 11, type: "ellipse", label_id: 0, points: [10, 20, 30, 60] },
      7,
    ])]),
  });
  assert.equal(read.format, "datumaro");
  assert.deepEqual(read.classes, [
    { name: "cat", supercategory: "animal", extra: undefined },
    { name: "dog", supercategory: undefined, extra: { keypoints: ["nose", "tail"], skeleton: [[1, 2]] } },
  ]);
  const labels = read.labels["images/train/a.png"]!;
  assert.deepEqual(labels.annotations.slice(0, 4), [
    {
      category: 1,
      x: 10,
      y: 20,
      width: 30,
      height: 40,
      line: 1,
      attributes: { occluded: false, z_order: 2 },
    },
    {
      category: 0,
      x: 1,
      y: 1,
      width: 3,
      height: 2,
      area: 6,
      segmentation: { size: [6, 8], counts: "724000g0" },
      line: 2,
    },
    {
      category: 0,
      x: 0,
      y: 0,
      width: 10,
      height: 5,
      segmentation: [[0, 0, 10, 0, 10, 5]],
      line: 3,
      iscrowd: 1,
      attributes: { is_crowd: true },
    },
    { category: 1, x: 5, y: 6, width: 4, height: 2, keypoints: [5, 6, 2, 9, 8, 1, 0, 0, 0], line: 4 },
  ]);
  const ellipse = labels.annotations[4];
  assert.deepEqual([ellipse.x, ellipse.y, ellipse.width, ellipse.height].map(Math.round), [10, 20, 20, 40]);
  assert.deepEqual([labels.declaredWidth, labels.declaredHeight, labels.classes], [100, 80, [1]]);
  assert.deepEqual(labels.image, { attributes: { frame: 3, captions: ["A cat."] } });
  assert.deepEqual(rejects(read), [
    "shape-without-area",
    "shape-unknown",
    "category-unknown",
    "object-without-name",
    "coordinate-invalid",
    "object-without-name",
  ]);
  assert.equal(read.splits["images/train/a.png"], "train");
});

Deno.test("datumaro: parts of one class in a group are one object; two objects of a group keep its number", async () => {
  const part = (type: string, label_id: number, group: number, more: object) => ({
    type,
    label_id,
    group,
    ...more,
  });
  const read = await readFiles({
    "images/default/a.png": null,
    "annotations/default.json": subset([item("a", [
      part("polygon", 0, 5, { points: [0, 0, 10, 0, 10, 5], attributes: { a: 1 } }),
      part("bbox", 0, 5, { bbox: [0, 0, 30, 20], attributes: { a: 2, b: 2 } }),
      part("polygon", 0, 5, { points: [20, 10, 30, 10, 30, 20] }),
      part("points", 0, 5, { points: [1, 1] }),
      part("bbox", 0, 6, { bbox: [1, 2, 3, 4] }),
      part("bbox", 0, 6, { bbox: [5, 6, 7, 8] }),
    ])]),
  });
  assert.deepEqual(read.labels["images/default/a.png"]!.annotations, [
    {
      category: 0,
      x: 0,
      y: 0,
      width: 30,
      height: 20,
      area: undefined,
      segmentation: [[0, 0, 10, 0, 10, 5], [20, 10, 30, 10, 30, 20]],
      keypoints: [1, 1, 2],
      line: 1,
      attributes: { a: 1, b: 2 },
    },
    { category: 0, x: 1, y: 2, width: 3, height: 4, line: 5, attributes: { group_id: 6 } },
    { category: 0, x: 5, y: 6, width: 7, height: 8, line: 6, attributes: { group_id: 6 } },
  ]);
  assert.deepEqual(read.issues, []);
});

Deno.test("datumaro: subsets with lists of their own are joined by name; an item without image is told", async () => {
  const label = (name: string) => ({ label: { labels: [{ name, parent: "" }] } });
  const box = [{ type: "bbox", label_id: 0, bbox: [1, 2, 3, 4] }];
  const read = await readFiles({
    "images/train/a.png": null,
    "images/my_test/a.png": null,
    "images/my_test/b.png": null,
    "annotations/train.json": subset([item("a", box)], { categories: label("dog") }),
    "annotations/my_test.json": subset(
      [item("a", box), item("gone", box), { id: "b", annotations: box }, { annotations: box }],
      { categories: label("cat") },
    ),
  });
  assert.deepEqual(read.names, ["cat", "dog"]);
  assert.deepEqual(
    Object.entries(read.labels).map(([path, labels]) => [path, labels?.annotations[0].category]),
    [
      ["images/my_test/a.png", 0],
      ["images/my_test/b.png", 0],
      ["images/train/a.png", 1],
    ],
  );
  assert.deepEqual(read.orphans, ["images/my_test/gone.png"]);
  assert.deepEqual(rejects(read), ["image-name-missing"]);
});

Deno.test("datumaro: a damaged file is read or refused", async () => {
  const annotations = [
    { id: 0, type: "bbox", label_id: 1, group: 2, attributes: { a: 1 }, bbox: [10, 20, 30, 40] },
    { id: 1, type: "mask", label_id: 0, group: 2, rle: { counts: "724000g0", size: [6, 8] } },
    { id: 2, type: "polygon", label_id: 0, points: [0, 0, 10, 0, 10, 5] },
    { id: 3, type: "points", label_id: 1, points: [5, 6], visibility: [2] },
    { id: 4, type: "label", label_id: 1 },
  ];
  const files = { "images/train/a.png": null, "annotations/train.json": subset([item("a", annotations)]) };
  await survives(files, "annotations/train.json", "datumaro");
});
