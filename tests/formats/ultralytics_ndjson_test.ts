import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const lines = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join("\n") + "\n";
const DATASET = {
  type: "dataset",
  task: "detect",
  class_names: { 0: "cat", 1: "dog" },
  kpt_shape: [2, 3],
};
const image = (file: string, annotations: unknown, more = {}) => ({
  type: "image",
  file,
  url: `https://example.invalid/${file}`,
  width: 100,
  height: 80,
  split: "train",
  annotations,
  ...more,
});
const FILES = {
  "d.ndjson": lines(
    DATASET,
    image("a.png", { boxes: [[1, 0.25, 0.5, 0.2, 0.25]] }),
    image("b.png", {
      segments: [[0, 0.1, 0.1, 0.4, 0.1, 0.4, 0.5]],
      obb: [[1, 0.5, 0.25, 0.6, 0.375, 0.5, 0.5, 0.4, 0.375]],
      pose: [[0, 0.5, 0.5, 0.4, 0.5, 0.4, 0.4, 2, 0, 0, 0]],
      classification: [[1]],
    }, { split: "valid" }),
  ),
  "a.png": null,
  "b.png": null,
  "c.png": null,
};

Deno.test("ultralytics-ndjson: boxes, outlines, turned boxes, poses and classes", async () => {
  const read = await readFiles(FILES);
  assert.deepEqual(read.formats, ["ultralytics-ndjson"]);
  const keypoints = { keypoints: ["kpt0", "kpt1"], skeleton: [] };
  assert.deepEqual(read.classes, [{ name: "cat", extra: keypoints }, { name: "dog", extra: keypoints }]);
  assert.deepEqual(read.labels["a.png"], {
    annotations: [{ category: 1, x: 15, y: 30, width: 20, height: 20, line: 1 }],
    declaredWidth: 100,
    declaredHeight: 80,
  });
  const { annotations, classes } = read.labels["b.png"]!;
  assert.deepEqual(classes, [1]);
  const [segment, turned, pose] = annotations;
  assert.deepEqual(segment.segmentation, [[10, 8, 40, 8, 40, 40]]);
  assert.deepEqual([turned.x, turned.y, turned.width, turned.height], [40, 20, 20, 20]);
  assert.deepEqual(turned.attributes, { rotation: 45 });
  assert.deepEqual([pose.x, pose.keypoints], [30, [40, 32, 2, 0, 0, 0]]);
  assert.deepEqual(read.splits, { "a.png": "train", "b.png": "val", "c.png": undefined });
  assert.deepEqual(rejects(read), []);
});

Deno.test("ultralytics-ndjson: the same name in two splits means the image in the folder of each", async () => {
  const read = await readFiles({
    "d.ndjson": "\ufeff" + lines(
      DATASET,
      image("a.png", { boxes: [[0, 0.5, 0.5, 0.2, 0.2]] }),
      image("a.png", { boxes: [[1, 0.5, 0.5, 0.2, 0.2]] }, { split: "val" }),
      image("gone.png", { boxes: [] }),
    ),
    "images/train/a.png": null,
    "images/val/a.png": null,
  });
  const categories = Object.values(read.labels).map((labels) =>
    labels?.annotations.map(({ category }) => category)
  );
  assert.deepEqual(categories, [[0], [1]]);
  assert.deepEqual(read.orphans, ["gone.png"]);
});

Deno.test("ultralytics-ndjson: what cannot be read is left out, each with its reason", async () => {
  const bad = [[1, 0.5], ["1", 0.5, 0.5, 0.1, 0.1], [-1, 0.5, 0.5, 0.1, 0.1], null, [0, 0.5, 0.5, 0.1, 0.1]];
  const read = await readFiles({
    ...FILES,
    "d.ndjson": lines(DATASET, image("a.png", { boxes: bad, cubes: [[0, 1]], pose: [[0, 1, 1, 1, 1]] }), {
      type: "image",
    }) +
      '{"type":"image","file":"c.png","annotations":{"boxes":[[0,0.5,\n',
  });
  assert.equal(read.labels["a.png"]?.annotations.length, 1);
  const codes = rejects(read);
  assert.equal(codes.filter((code) => code === "annotation-invalid").length, 6);
  assert.equal(codes.filter((code) => code === "json-malformed").length, 2);
});

Deno.test("ultralytics-ndjson: damaged files are survived", () =>
  survives(FILES, "d.ndjson", "ultralytics-ndjson"));
