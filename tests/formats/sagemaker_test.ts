import assert from "node:assert/strict";
import { encodePng } from "../../src/image/png_pixels.ts";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const line = (name: string, more: object) =>
  JSON.stringify({ "source-ref": `s3://bucket/pfx/${name}`, ...more });
const boxes = (annotations: unknown[], map: object, objects: unknown[] = []) => ({
  "my job": { image_size: [{ width: 100, height: 80, depth: 3 }], annotations },
  "my job-metadata": { objects, "class-map": map, type: "groundtruth/object-detection" },
});
const box = (class_id: unknown, more = {}) => ({
  class_id,
  left: 10,
  top: 20,
  width: 30,
  height: 40,
  ...more,
});
const LINES = [
  line("a.png", boxes([box(1), box(7, { left: null })], { 1: "dog" }, [{ confidence: 0.5 }])),
  line("b%20c.png", boxes([box(0), box(3)], { 0: "cat" })),
  line("none.png", boxes([], {})),
  line("gone.png", boxes([box(0)], { 0: "cat" })),
];

Deno.test("sagemaker: boxes; classes are gathered from all lines, in the order of their numbers", async () => {
  const read = await readFiles({
    "a.png": null,
    "b c.png": null,
    "none.png": null,
    "output.manifest": LINES.join("\n"),
  });
  assert.equal(read.format, "sagemaker");
  assert.deepEqual(read.names, ["cat", "dog", "class_3"]);
  assert.deepEqual(read.labels["a.png"], {
    annotations: [{ category: 1, x: 10, y: 20, width: 30, height: 40, line: 1, attributes: { score: 0.5 } }],
    declaredWidth: 100,
    declaredHeight: 80,
  });
  assert.deepEqual(read.labels["b c.png"]?.annotations.map(({ category }) => category), [0, 2]);
  assert.deepEqual(read.labels["none.png"]?.annotations, []);
  assert.deepEqual(read.orphans, ["pfx/gone.png"]);
  assert.deepEqual(rejects(read), ["coordinate-invalid"]);
});

Deno.test("sagemaker: classes of whole images, one or several, and two jobs on a line", async () => {
  const read = await readFiles({
    "a.png": null,
    "m.manifest": line("a.png", {
      "sport": 0,
      "sport-metadata": {
        "class-name": "football",
        confidence: 0.8,
        type: "groundtruth/image-classification",
      },
      "things": [2, 5, 9],
      "things-metadata": {
        "class-map": { 2: "ball", 5: "net" },
        type: "groundtruth/image-classification-multilabel",
      },
      "other": "x",
      "text-metadata": {},
      "odd": 1,
      "odd-metadata": { type: "groundtruth/text" },
    }),
  });
  const { classes, image } = read.labels["a.png"]!;
  assert.deepEqual(classes?.map((each) => read.names[each]), ["football", "ball", "net"]);
  assert.deepEqual(image, { attributes: { score: 0.8 } });
  assert.deepEqual(rejects(read), ["object-without-name", "shape-unknown"]);
});

const COLOURS = {
  0: { "class-name": "BACKGROUND", "hex-color": "#ffffff" },
  1: { "class-name": "road", "hex-color": "#2ca02c", confidence: 0.75 },
  2: { "class-name": "sky", "hex-color": "#1f77b4" },
};
const segmentation = line("a.jpg", {
  "seg-ref": "s3://bucket/job/annotations/output/0_mask.png",
  "seg-ref-metadata": { "internal-color-map": COLOURS, type: "groundtruth/semantic-segmentation" },
});
/** 8 × 6 px: road in columns 1–3 of rows 1–2, one pixel of an unknown colour. */
const palette = [[255, 255, 255], [0x2c, 0xa0, 0x2c], [1, 2, 3]];
const indices = new Uint8Array(48);
for (const at of [9, 10, 11, 17, 18, 19]) indices[at] = 1;
indices[0] = 2;
const MASKS = {
  palette: encodePng({ width: 8, height: 6, channels: 1, depth: 8, data: indices, palette }),
  colours: encodePng({
    width: 8,
    height: 6,
    channels: 3,
    depth: 8,
    data: Uint8Array.from([...indices].flatMap((index) => palette[index])),
  }),
};
for (const [kind, png] of Object.entries(MASKS)) {
  Deno.test(`sagemaker: a mask of ${kind} gives an object for each class`, async () => {
    const read = await readFiles({
      "a.jpg": null,
      "labels/output.manifest": segmentation,
      "labels/annotations/output/0_mask.png": png,
    });
    assert.deepEqual(Object.keys(read.labels), ["a.jpg"]);
    assert.deepEqual(read.names, ["road", "sky"]);
    assert.deepEqual(read.labels["a.jpg"]?.annotations, [{
      category: 0,
      x: 1,
      y: 1,
      width: 3,
      height: 2,
      area: 6,
      segmentation: { size: [6, 8], counts: "724000g0" },
      line: 1,
      attributes: { score: 0.75 },
    }]);
    assert.deepEqual(rejects(read), ["segment-not-listed"]);
  });
}

Deno.test("sagemaker: a mask that is not there is told", async () => {
  const read = await readFiles({ "a.jpg": null, "output.manifest": segmentation });
  assert.deepEqual(rejects(read), ["mask-unreadable"]);
});

Deno.test("sagemaker: a damaged file is read or refused", async () => {
  const files = {
    "a.png": null,
    "a.jpg": null,
    "0_mask.png": MASKS.colours,
    "output.manifest": [...LINES, segmentation].join("\n"),
  };
  await survives(files, "output.manifest", "sagemaker");
});
