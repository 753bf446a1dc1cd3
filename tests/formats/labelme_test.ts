import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import type { Annotation } from "../../src/model/annotation.ts";
import { type Files, readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

/** A PNG of 3×2 pixels, of which the last is not set. */
const MASK =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGP8z8DAxMDACAAHEgEEQSpdZAAAAABJRU5ErkJggg==";
const shape = (label: string, shape_type: string, points: unknown, more: object = {}) => ({
  label,
  points,
  group_id: null,
  description: "",
  shape_type,
  flags: {},
  ...more,
});
const labelme = (shapes: unknown, more: object = {}) =>
  JSON.stringify({
    version: "5.5.0",
    flags: {},
    shapes,
    imagePath: "a.png",
    imageData: null,
    imageHeight: 80,
    imageWidth: 100,
    ...more,
  });

/** Reads the shapes of one image. */
async function readShapes(shapes: unknown, more: object = {}) {
  const read = await readFiles({ "a.png": null, "a.json": labelme(shapes, more) });
  return { ...read, one: read.labels["a.png"]! };
}

const boxOf = ({ x, y, width, height }: Annotation) => [x, y, width, height];
const square = (x: number, y: number) => [[x, y], [x + 10, y], [x + 10, y + 10], [x, y + 10]];

Deno.test("labelme: every kind of shape, parts of one object, and the class of a point", async () => {
  const { one, names, format, issues } = await readShapes([
    shape("cat", "rectangle", [[40, 60], [10, 20]], { mask: null }),
    shape("dog", "polygon", square(50, 10), { group_id: 1 }),
    shape("dog", "polygon", square(50, 30), { group_id: 1 }),
    shape("ball", "circle", [[80, 60], [85, 60]]),
    shape("ant", "mask", [[4, 5], [6, 6]], { mask: MASK }),
    shape("tip", "point", [[30, 30]]),
    shape("cat", "oriented_rectangle", [[20, 0], [20, 20], [10, 20], [10, 0]]),
  ]);
  assert.equal(format, "labelme");
  assert.deepEqual(names, ["cat", "dog", "ball", "ant", "tip"]);
  const [cat, dog, ball, ant, turned] = one.annotations;
  assert.deepEqual(cat, { category: 0, x: 10, y: 20, width: 30, height: 40, line: 1 });
  assert.deepEqual(dog.segmentation, [square(50, 10).flat(), square(50, 30).flat()]);
  assert.deepEqual([...boxOf(dog), dog.attributes], [50, 10, 10, 30, { group_id: 1 }]);
  const [circle] = ball.segmentation as number[][];
  assert.deepEqual(circle.length, 24);
  assert.deepEqual(circle.slice(0, 2), [85, 60]);
  assert.deepEqual(boxOf(ball), [75, 55, 10, 10]);
  assert.deepEqual(boxOf(ant), [4, 5, 3, 2]);
  const { counts } = ant.segmentation as { counts: string };
  assert.deepEqual(decodeCounts(counts), [325, 2, 78, 2, 78, 1, 7514]);
  assert.deepEqual([...boxOf(turned), turned.attributes], [10, 0, 10, 20, { rotation: 90 }]);
  assert.deepEqual(rejects({ issues } as never), ["shape-without-area"]);
  assert.deepEqual([one.declaredWidth, one.declaredHeight], [100, 80]);
});

Deno.test("labelme: shapes of one group that have different labels stay apart", async () => {
  const { one } = await readShapes([
    shape("cat", "polygon", square(0, 0), { group_id: 1 }),
    shape("dog", "polygon", square(0, 0), { group_id: 1 }),
    shape("cat", "rectangle", [[30, 30], [40, 40]], { group_id: 1 }),
    shape("cat", "polygon", square(60, 60)),
    shape("cat", "polygon", square(60, 60)),
  ]);
  assert.deepEqual(one.annotations.map(boxOf), [[0, 0, 40, 40], [0, 0, 10, 10], [60, 60, 10, 10], [
    60,
    60,
    10,
    10,
  ]]);
});

Deno.test("labelme: a mask and a polygon of one group are one mask", async () => {
  const { one: { annotations: [both, ...more] } } = await readShapes([
    shape("ant", "mask", [[4, 5], [6, 6]], { mask: MASK, group_id: 2 }),
    shape("ant", "polygon", square(50, 30), { group_id: 2 }),
  ]);
  assert.deepEqual(more, []);
  assert.deepEqual([...boxOf(both), both.area], [4, 5, 56, 35, 105]);
});

Deno.test("labelme: flags and descriptions are attributes, flags of the image its tags", async () => {
  const { one } = await readShapes(
    [shape("cat", "rectangle", [[0, 0], [1, 1]], {
      flags: { wet: true, __proto__: false },
      description: "x",
      score: 0.5,
    })],
    { flags: { night: true, rain: false } },
  );
  assert.deepEqual(one.annotations[0].attributes, { description: "x", score: 0.5, wet: true });
  assert.deepEqual(one.image, { tags: ["night"] });
});

Deno.test("labelme: an embedded image is not parsed", async () => {
  const { one, issues } = await readShapes([shape("cat", "rectangle", [[0, 0], [1, 1]])], {
    // What follows the quote would be damage if it were.
    imageData: "A".repeat(100_000),
  });
  assert.equal(one.annotations.length, 1);
  assert.deepEqual(issues, []);
});

Deno.test("labelme: labels of images that have another name, or lie elsewhere, are found by imagePath", async () => {
  const one = [shape("cat", "rectangle", [[0, 0], [1, 1]])];
  const read = await readFiles({
    "imgs/a.png": null,
    "imgs/b.png": null,
    "imgs/c.png": null,
    "json/a.json": labelme(one, { imagePath: "..\\imgs\\a.png" }),
    "json/0002.json": labelme([...one, ...one], {
      imagePath: "C:\\data\\imgs\\b.png",
      imageData: null,
    }),
    "json/0003.json": labelme([shape("x".repeat(70_000), "rectangle", [[0, 0], [1, 1]])], {
      imagePath: "../imgs/c.png",
    }),
    "json/0004.json": labelme(one, { imagePath: "../imgs/d.png" }),
  });
  assert.deepEqual(Object.values(read.labels).map((labels) => labels?.annotations.length), [1, 2, 1]);
  assert.equal(read.orphans.length, 1);
  assert.deepEqual(read.issues, []);
});

Deno.test("labelme: labels.txt gives the classes their order", async () => {
  const files: Files = {
    "a.png": null,
    "a.json": labelme([shape("dog", "rectangle", [[0, 0], [1, 1]])]),
    "labels.txt": "__ignore__\n_background_\nzebra\ndog\n",
  };
  assert.deepEqual((await readFiles(files)).classes, [{ name: "zebra" }, { name: "dog" }]);
  assert.deepEqual((await readFiles({ ...files, "labels.txt": "something\nelse\n" })).classes, []);
});

const BAD_SHAPES = [
  [shape("", "polygon", square(0, 0)), "object-without-name"],
  [shape("cat", "polygon", [[0, 0], [1, 1]]), "annotation-invalid"],
  [shape("cat", "polygon", [[0, 0], [1, "x"], [1, 1]]), "annotation-invalid"],
  [shape("cat", "rectangle", [[0, 0]]), "annotation-invalid"],
  [shape("cat", "rectangle", null), "annotation-invalid"],
  [shape("cat", "mask", [[4, 5], [6, 6]], { mask: "AAAA" }), "annotation-invalid"],
  [shape("cat", "mask", [[4, 5], [6, 6]]), "annotation-invalid"],
  [shape("cat", "blob", square(0, 0)), "shape-unknown"],
  ["cat", "annotation-invalid"],
] as const;
for (const [bad, code] of BAD_SHAPES) {
  Deno.test(`labelme: ${JSON.stringify(bad).slice(0, 100)} is rejected, the next shape is read`, async () => {
    const read = await readShapes([bad, shape("dog", "rectangle", [[0, 0], [1, 1]])]);
    assert.deepEqual(read.one.annotations.map(({ line }) => line), [2]);
    assert.deepEqual(rejects(read), [code]);
  });
}

Deno.test("labelme: files that are no JSON, or end early, are rejects; the others are read", async () => {
  const good = labelme([shape("dog", "rectangle", [[0, 0], [1, 1]])]);
  const read = await readFiles({
    "a.png": null,
    "a.json": good.slice(0, -10),
    "b.png": null,
    "b.json": good.replace('"shapes"', "shapes"),
    "c.png": null,
    "c.json": new Uint8Array([
      0xff,
      0xfe,
      ...new Uint8Array(Uint16Array.from(good, (char) => char.charCodeAt(0)).buffer),
    ]),
    "d.png": null,
    "d.json": "[1]",
    "e.png": null,
    "e.json": labelme({}),
  }, { format: "labelme" });
  assert.equal(read.labels["c.png"]?.annotations.length, 1);
  assert.deepEqual(read.issues.map(({ code, path }) => [code, path]), [
    ["json-truncated", "a.json"],
    ["json-malformed", "b.json"],
    ["label-encoding", "c.json"],
    ["json-malformed", "d.json"],
    ["json-malformed", "e.json"],
  ]);
});

Deno.test("labelme: damaged files are survived", () =>
  survives(
    {
      "a.png": null,
      "a.json": labelme([
        shape("cat", "rectangle", [[40, 60], [10, 20]]),
        shape("dog", "polygon", square(50, 10), { group_id: 1 }),
        shape("ant", "mask", [[4, 5], [6, 6]], { mask: MASK, group_id: 1 }),
        shape("ball", "circle", [[80, 60], [85, 60]]),
      ]),
    },
    "a.json",
    "labelme",
  ));

Deno.test("labelme: an image that is in the label file alone is told once", async () => {
  const picture = labelme([shape("cat", "rectangle", [[1, 1], [9, 9]])], { imageData: "iVBORw0KGgo=" });
  const alone = await readFiles({ "a.json": picture, "b.json": picture });
  assert.deepEqual(alone.issues.map(({ code, path }) => [code, path]), [["image-in-label", "a.json"]]);
  assert.deepEqual((await readFiles({ "a.json": picture, "a.png": null })).issues, []);
});
