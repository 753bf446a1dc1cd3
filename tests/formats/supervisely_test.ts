import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { type Files, readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

/** 3×2 pixels, of which the last is clear: a PNG, compressed once more. */
const BITMAP =
  "eJzrDPBz5+WS4mJgYOD19HAJAtLMQMzEwQYk55akSQEpMU8Xx5CKOcl//v//X8+mkdBkKCEpKckY+4uFZZ7krwtAFQyern4u65wSmgCSKhQg";
const annotation = (objects: unknown, tags: unknown = []) =>
  JSON.stringify({ description: "", tags, size: { height: 80, width: 100 }, objects });
const object = (classTitle: string, geometryType: string, more: object) => ({
  id: 1,
  classTitle,
  geometryType,
  tags: [],
  ...more,
});
const points = (exterior: unknown, interior: unknown = []) => ({ points: { exterior, interior } });
const META = JSON.stringify({
  classes: [
    { title: "cat", shape: "any", color: "#FF0000", geometry_config: {} },
    { title: "ring", shape: "polygon", color: "#00FF00", geometry_config: {} },
    {
      title: "pose",
      shape: "graph",
      color: "#0000FF",
      geometry_config: {
        nodes: { n1: { label: "head", loc: [0, 0] }, n2: { label: "foot", loc: [1, 1] } },
        edges: [{ src: "n1", dst: "n2" }],
      },
    },
  ],
  tags: [],
});
const files = (label: string): Files => ({
  "ds0/img/a.png": null,
  "ds0/ann/a.png.json": label,
  "meta.json": META,
});
const square = (
  x: number,
  y: number,
  size: number,
) => [[x, y], [x + size, y], [x + size, y + size], [x, y + size]];

Deno.test("supervisely: rectangles of pixels, holes, bitmaps and graphs", async () => {
  const read = await readFiles(files(annotation([
    object("cat", "rectangle", {
      ...points([[10, 20], [39, 59]]),
      tags: [{ name: "occluded", value: null }],
    }),
    object("ring", "polygon", points(square(50, 10, 20), [square(55, 15, 10)])),
    object("ring", "polygon", points(square(50, 10, 20))),
    object("cat", "bitmap", { bitmap: { data: BITMAP, origin: [4, 5] } }),
    object("pose", "graph", { nodes: { n2: { loc: [30, 40] }, n1: { loc: [10, 20], disabled: true } } }),
  ], [{ name: "night", value: null }, { name: "place", value: "street" }])));
  assert.equal(read.format, "supervisely");
  assert.deepEqual(read.classes.map(({ name }) => name), ["cat", "ring", "pose"]);
  assert.deepEqual(read.classes[2].extra, {
    color: "#0000FF",
    keypoints: ["head", "foot"],
    skeleton: [[1, 2]],
  });
  const { annotations, image, declaredWidth, declaredHeight } = read.labels["ds0/img/a.png"]!;
  const [cat, ring, whole, bitmap, pose] = annotations;
  assert.deepEqual(cat, {
    category: 0,
    x: 10,
    y: 20,
    width: 30,
    height: 40,
    attributes: { occluded: true },
    line: 1,
  });
  assert.deepEqual([ring.x, ring.y, ring.width, ring.height, ring.area], [50, 10, 20, 20, 300]);
  assert.deepEqual(whole.segmentation, [square(50, 10, 20).flat()]);
  assert.deepEqual([bitmap.x, bitmap.y, bitmap.width, bitmap.height, bitmap.area], [4, 5, 3, 2, 5]);
  const { counts } = bitmap.segmentation as { counts: string };
  assert.deepEqual(decodeCounts(counts), [325, 2, 78, 2, 78, 1, 7514]);
  assert.deepEqual(pose.keypoints, [10, 20, 1, 30, 40, 2]);
  assert.deepEqual([pose.x, pose.y, pose.width, pose.height], [10, 20, 20, 20]);
  assert.deepEqual(image, { tags: ["night"], attributes: { place: "street" } });
  assert.deepEqual([declaredWidth, declaredHeight], [100, 80]);
  assert.deepEqual(read.issues, []);
});

Deno.test("supervisely: older projects name a label like its image, without the extension", async () => {
  const read = await readFiles({
    "ds0/img/a.png": null,
    "ds0/ann/a.json": annotation([object("cat", "rectangle", points([[1, 2], [3, 4]]))]),
    "ds0/ann/gone.png.json": annotation([]),
    "meta.json": META,
  });
  assert.equal(read.labels["ds0/img/a.png"]?.annotations.length, 1);
  assert.deepEqual(read.orphans, ["ds0/img/gone.png"]);
  assert.deepEqual(read.issues, []);
});

const BAD_OBJECTS = [
  [object("cat", "rectangle", points([[10, 20]])), "coordinate-invalid"],
  [object("cat", "rectangle", {}), "coordinate-invalid"],
  [object("", "rectangle", points([[1, 2], [3, 4]])), "object-without-name"],
  [object("cat", "polygon", points([[1, 2], [3, 4]])), "annotation-invalid"],
  [object("cat", "polygon", points(square(0, 0, 9), [[[1, 1]]])), "annotation-invalid"],
  [object("cat", "bitmap", { bitmap: { data: "AAAA", origin: [4, 5] } }), "annotation-invalid"],
  [object("cat", "graph", { nodes: {} }), "annotation-invalid"],
  [object("cat", "point", points([[1, 2]])), "shape-without-area"],
  [object("cat", "line", points([[1, 2], [3, 4]])), "shape-without-area"],
  [object("cat", "cuboid", {}), "shape-unknown"],
  ["cat", "annotation-invalid"],
] as const;
for (const [bad, code] of BAD_OBJECTS) {
  Deno.test(`supervisely: ${JSON.stringify(bad).slice(0, 120)} is rejected, the next object is read`, async () => {
    const good = object("cat", "rectangle", points([[1, 2], [3, 4]]));
    const read = await readFiles(files(annotation([bad, good])), { format: "supervisely" });
    assert.deepEqual(read.labels["ds0/img/a.png"]!.annotations.map(({ line }) => line), [2]);
    assert.deepEqual(rejects(read), [code]);
  });
}

Deno.test("supervisely: damaged files are survived", async () => {
  const label = annotation([
    object("cat", "rectangle", points([[10, 20], [39, 59]])),
    object("ring", "polygon", points(square(50, 10, 20), [square(55, 15, 10)])),
    object("cat", "bitmap", { bitmap: { data: BITMAP, origin: [4, 5] } }),
    object("pose", "graph", { nodes: { n1: { loc: [10, 20] } } }),
  ]);
  await survives(files(label), "ds0/ann/a.png.json", "supervisely");
  await survives(files(label), "meta.json", "supervisely");
});
