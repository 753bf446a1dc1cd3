import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const slot = (more = {}) => ({
  type: "image",
  slot_name: "0",
  width: 8,
  height: 6,
  source_files: [{ file_name: "a.png", url: "" }],
  ...more,
});
const file = (annotations: unknown[], item = {}, more = {}) =>
  JSON.stringify({
    version: "2.0",
    schema_ref: "https://example.invalid/schema",
    item: { name: "a.png", path: "/sub", slots: [slot()], ...item },
    annotations,
    ...more,
  });
const points = (...flat: number[]) => {
  const list = [];
  for (let i = 0; i < flat.length; i += 2) list.push({ x: flat[i], y: flat[i + 1] });
  return list;
};
const ANNOTATIONS = [
  {
    id: "1",
    name: "cat",
    slot_names: ["0"],
    bounding_box: { x: 1, y: 2, w: 3, h: 4 },
    properties: [{ name: "size", value: "s" }, { name: "size", value: "m" }, { name: "wild", value: "no" }],
    instance_id: { value: 7 },
    inference: { confidence: 0.5 },
    text: { text: "hello" },
  },
  {
    id: "2",
    name: "two parts",
    polygon: { paths: [points(0, 0, 2, 0, 2, 2, 0, 2), points(4, 4, 6, 4, 6, 6, 4, 6)] },
    bounding_box: { x: 0, y: 0, w: 6, h: 6 },
  },
  // A square of 4×4 px with a hole of 2×2.
  {
    id: "3",
    name: "hole",
    polygon: { paths: [points(1, 1, 5, 1, 5, 5, 1, 5), points(2, 2, 4, 2, 4, 4, 2, 4)] },
  },
  { id: "4", name: "m", mask: {} },
  { id: "5", name: "unpainted", mask: {} },
  {
    id: "6",
    name: "__raster_layer__",
    raster_layer: {
      dense_rle: [0, 9, 1, 3, 0, 5, 1, 3, 0, 27, 9, 1],
      mask_annotation_ids_mapping: { 4: 1, 5: 2 },
      total_pixels: 48,
    },
  },
  {
    id: "7",
    name: "pose",
    skeleton: { nodes: [{ name: "head", x: 1, y: 1 }, { name: "tail", x: 5, y: 3, occluded: true }] },
  },
  { id: "8", name: "pose", skeleton: { nodes: [{ name: "tail", x: 2, y: 2, occluded: false }] } },
  { id: "9", name: "sunny", tag: {} },
  { id: "10", name: "p", keypoint: { x: 1, y: 1 } },
  { id: "11", name: "l", line: { path: points(1, 1, 2, 2) } },
  { id: "12", name: "c", cuboid: {} },
  // A quarter of a turn: the longer half axis stands upright.
  { id: "13", name: "e", ellipse: { center: { x: 4, y: 3 }, radius: { x: 2, y: 1 }, angle: Math.PI / 2 } },
  { id: "14", name: "cat", bounding_box: { x: 1, y: null, w: 3, h: 4 } },
];

Deno.test("darwin: every kind of annotation", async () => {
  const read = await readFiles({
    "images/sub/a.png": null,
    "images/other/a.png": null,
    "releases/r/annotations/a.json": file(ANNOTATIONS, {}, {
      properties: [{ name: "weather", value: "rain" }],
    }),
  });
  assert.equal(read.format, "darwin");
  assert.equal(read.labels["images/other/a.png"], undefined);
  const labels = read.labels["images/sub/a.png"]!;
  const [box, parts, hole, mask, pose, second, ellipse] = labels.annotations;
  assert.deepEqual(box, {
    category: read.names.indexOf("cat"),
    x: 1,
    y: 2,
    width: 3,
    height: 4,
    line: 1,
    attributes: { size: ["s", "m"], wild: "no", text: "hello", score: 0.5, track_id: 7 },
  });
  assert.deepEqual(parts.segmentation, [[0, 0, 2, 0, 2, 2, 0, 2], [4, 4, 6, 4, 6, 6, 4, 6]]);
  assert.deepEqual([hole.x, hole.y, hole.width, hole.height, hole.area], [1, 1, 4, 4, 12]);
  assert.deepEqual([mask.area, mask.segmentation], [6, { size: [6, 8], counts: "724000g0" }]);
  assert.deepEqual([pose.keypoints, pose.width, pose.height], [[1, 1, 2, 5, 3, 1], 4, 2]);
  assert.deepEqual(second.keypoints, [0, 0, 0, 2, 2, 2]);
  assert.deepEqual(
    [ellipse.x, ellipse.y, ellipse.width, ellipse.height].map((v) => Math.round(v * 100) / 100),
    [
      3,
      1,
      2,
      4,
    ],
  );
  assert.deepEqual(labels.image, { tags: ["sunny"], attributes: { weather: "rain" } });
  assert.deepEqual([labels.declaredWidth, labels.declaredHeight], [8, 6]);
  assert.deepEqual(read.classes, [{ name: "pose", extra: { keypoints: ["head", "tail"], skeleton: [] } }]);
  assert.deepEqual(rejects(read).toSorted(), [
    "coordinate-invalid",
    "segment-not-listed",
    "segment-without-pixels",
    "shape-unknown",
    "shape-without-area",
    "shape-without-area",
  ]);
});

Deno.test("darwin: frames of a video are interpolated between keyframes, within their ranges", async () => {
  const video = file([
    {
      id: "t",
      name: "car",
      interpolated: true,
      ranges: [[1, 4]],
      frames: {
        1: { bounding_box: { x: 0, y: 0, w: 2, h: 2 }, keyframe: true },
        3: { bounding_box: { x: 4, y: 2, w: 2, h: 4 }, keyframe: true },
      },
    },
    { id: "u", name: "sign", ranges: [[0, 2]], frames: { 0: { bounding_box: { x: 5, y: 5, w: 1, h: 1 } } } },
  ], { name: "film.mp4", path: "/", slots: [slot({ type: "video", frame_count: 5 })] });
  const frames = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`images/film.mp4/000000${i}.png`, null]));
  const read = await readFiles({ ...frames, "releases/latest/annotations/film.json": video });
  const seen = Object.values(read.labels).map((labels) =>
    labels!.annotations.map(({ category, x, y, width, height, attributes }) => [
      read.names[category],
      x,
      y,
      width,
      height,
      attributes?.track_id,
    ])
  );
  assert.deepEqual(seen, [
    [["sign", 5, 5, 1, 1, "u"]],
    [["car", 0, 0, 2, 2, "t"], ["sign", 5, 5, 1, 1, "u"]],
    [["car", 2, 1, 2, 3, "t"]],
    [["car", 4, 2, 2, 4, "t"]],
    [],
  ]);
  assert.deepEqual(read.issues, []);
});

Deno.test("darwin: version 1.0", async () => {
  const read = await readFiles({
    "images/a.png": null,
    "annotations/a.json": JSON.stringify({
      dataset: "d",
      image: { width: 100, height: 80, filename: "a.png", url: "" },
      annotations: [
        {
          name: "cat",
          polygon: { path: points(0, 0, 10, 0, 10, 10), additional_paths: [points(50, 50, 60, 50, 60, 60)] },
        },
        { name: "dog", bounding_box: { x: 1, y: 2, w: 3, h: 4 } },
      ],
    }),
  });
  assert.equal(read.format, "darwin");
  const labels = read.labels["images/a.png"]!;
  assert.deepEqual(labels.annotations[0].segmentation, [[0, 0, 10, 0, 10, 10], [50, 50, 60, 50, 60, 60]]);
  assert.deepEqual([labels.annotations[1].x, labels.declaredWidth], [1, 100]);
});

Deno.test("darwin: several slots, items without extension, two releases, missing images, a damaged file", async () => {
  const box = (x: number, slot_name: string) => ({
    id: "1",
    name: "cat",
    slot_names: [slot_name],
    bounding_box: { x, y: 2, w: 3, h: 4 },
  });
  const read = await readFiles({
    "images/left.png": null,
    "images/right.png": null,
    "images/plain.jpg": null,
    "releases/a/annotations/stereo.json": file([box(1, "0"), box(2, "1")], {
      name: "stereo",
      path: "/",
      slots: [
        slot({ source_files: [{ file_name: "left.png" }] }),
        slot({
          slot_name: "1",
          source_files: [{ file_name: "right.png" }],
        }),
      ],
    }),
    "releases/a/annotations/plain.json": file([box(3, "0")], {
      name: "plain",
      path: "/",
      slots: [slot({ source_files: [{ file_name: "plain" }] })],
    }),
    "releases/b/annotations/plain.json": file([box(3, "0")], { name: "plain.jpg", path: "/" }),
    "releases/a/annotations/gone.json": file([box(3, "0")], { name: "gone.png", path: "/sub" }),
    "releases/a/annotations/cut.json": file([box(3, "0")]).slice(0, -5),
    "releases/a/.v7/metadata.json": '{"classes":[]}',
  });
  assert.equal(read.format, "darwin");
  assert.deepEqual(
    Object.entries(read.labels).map(([path, labels]) => [path, labels?.annotations.map(({ x }) => x)]),
    [["images/left.png", [1]], ["images/plain.jpg", [3]], ["images/right.png", [2]]],
  );
  assert.deepEqual(read.orphans, ["images/sub/gone.png"]);
  assert.deepEqual(rejects(read).toSorted(), ["image-listed-twice", "json-truncated"]);
});

Deno.test("darwin: a file in which many annotations stand before the item", async () => {
  const annotations = Array.from({ length: 2000 }, (_, i) => ({
    id: String(i),
    name: "cat",
    slot_names: ["0"],
    bounding_box: { x: i, y: 1, w: 1, h: 1 },
  }));
  const read = await readFiles({
    "images/a.png": null,
    "annotations/a.json": JSON.stringify({
      annotations,
      item: { name: "a.png", path: "/", slots: [slot()] },
    }),
  });
  assert.equal(read.labels["images/a.png"]?.annotations.length, 2000);
});

Deno.test("darwin: a damaged file is read or refused", async () => {
  await survives(
    { "images/sub/a.png": null, "annotations/a.json": file(ANNOTATIONS) },
    "annotations/a.json",
    "darwin",
  );
});
