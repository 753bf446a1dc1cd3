import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "../property.ts";
import { encodePng } from "../../src/image/png_pixels.ts";
import { loadReader } from "../../src/formats/table.ts";
import { readFiles, rejects } from "./reading.ts";

const IMAGES = [
  { id: 1, width: 100, height: 80, file_name: "a.jpg" },
  { id: 2, width: 100, height: 80, file_name: "b.jpg" },
];
const CATEGORIES = [{ id: 3, name: "cat" }, { id: 7, name: "dog" }];
const PICTURES = { "val2017/a.jpg": null, "val2017/b.jpg": null };
const json = JSON.stringify;

Deno.test("captions become a list among the attributes of their image", async () => {
  const read = await readFiles({
    ...PICTURES,
    "annotations/captions_val2017.json": json({
      info: {},
      licenses: [],
      images: [IMAGES[0], { ...IMAGES[1], attributes: { weather: "rain" } }],
      annotations: [
        { id: 1, image_id: 1, caption: "A cat." },
        { id: 2, image_id: 2, caption: "A dog." },
        { id: 3, image_id: 1, caption: 'A "cat"\non a mat.' },
        { id: 4, image_id: 1 },
        { id: 5, image_id: 9, caption: "Nothing." },
      ],
    }),
  });
  assert.equal(read.format, "coco-captions");
  assert.deepEqual(read.labels["val2017/a.jpg"], {
    annotations: [],
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { captions: ["A cat.", 'A "cat"\non a mat.'] } },
  });
  assert.deepEqual(read.labels["val2017/b.jpg"]?.image, {
    attributes: { weather: "rain", captions: ["A dog."] },
  });
  assert.deepEqual(rejects(read), ["image-unknown-id", "annotation-invalid"]);
  assert.equal(read.splits["val2017/a.jpg"], "val");
});

Deno.test("classes, tags and attributes of an image in a file of our own are read again", async () => {
  const read = await readFiles({
    "a.jpg": null,
    "unified_annotation.json": json({
      info: { description: "Packed by compact-uploader", version: "1" },
      licenses: [],
      images: [{
        ...IMAGES[0],
        frame: 0,
        split: "test",
        tags: ["sunny"],
        attributes: { captions: ["A cat."] },
        category_ids: [7, "3", 9],
      }],
      annotations: [],
      categories: CATEGORIES,
    }),
  });
  assert.deepEqual(read.labels["a.jpg"], {
    annotations: [],
    declaredWidth: 100,
    declaredHeight: 80,
    classes: [1, 0],
    image: { tags: ["sunny"], attributes: { captions: ["A cat."] } },
  });
  assert.deepEqual(rejects(read), ["category-unknown"]);
  assert.equal(read.splits["a.jpg"], "test");
});

Deno.test("a file in UTF-16 is one clear reject", async () => {
  const text = json({ images: [IMAGES[0]], annotations: [], categories: CATEGORIES });
  const read = await readFiles({ "a.jpg": null, "x.json": Buffer.from("\ufeff" + text, "utf16le") });
  assert.deepEqual(read.issues.map(({ code, severity, record }) => [code, severity, record]), [
    ["label-encoding", "reject", "label"],
  ]);
});

const RESULTS = [
  { image_id: 2, category_id: 7, bbox: [10, 20, 30, 40], score: 0.5 },
  { image_id: 1, category_id: 3, bbox: [1, 2, 3, 4], score: 0.25 },
  { image_id: 2, category_id: 3, bbox: [5, 6, 7, 8], score: 0.125 },
  { image_id: 2, category_id: 8, bbox: [5, 6, 7, 8], score: 0.1 },
  { image_id: 5, category_id: 3, bbox: [5, 6, 7, 8], score: 0.1 },
];

Deno.test("results take images and classes from the list of images beside them", async () => {
  const read = await readFiles({
    ...PICTURES,
    "annotations/image_info_val2017.json": json({ images: IMAGES, categories: CATEGORIES }),
    "annotations/image_info_other.json": json({ images: [{ ...IMAGES[0], file_name: "z.jpg" }] }),
    "results/boxes.json": json(RESULTS),
  });
  assert.equal(read.format, "coco-results");
  assert.deepEqual(read.names, ["cat", "dog"]);
  assert.deepEqual(read.labels["val2017/a.jpg"], {
    annotations: [{ category: 0, x: 1, y: 2, width: 3, height: 4, attributes: { score: 0.25 } }],
  });
  assert.deepEqual(read.labels["val2017/b.jpg"], {
    annotations: [
      { category: 1, x: 10, y: 20, width: 30, height: 40, attributes: { score: 0.5 } },
      { category: 0, x: 5, y: 6, width: 7, height: 8, attributes: { score: 0.125 } },
    ],
  });
  assert.deepEqual(rejects(read).toSorted(), ["category-unknown", "image-unknown-id"]);
});

Deno.test("results beside labels are left alone and told; --format reads them", async () => {
  const files = {
    ...PICTURES,
    "annotations/instances_val2017.json": json({
      images: IMAGES,
      annotations: [{ id: 1, image_id: 1, category_id: 3, bbox: [1, 1, 2, 2] }],
      categories: CATEGORIES,
    }),
    "results.json": json(RESULTS.slice(0, 3)),
  };
  const labels = await readFiles(files);
  assert.deepEqual(labels.formats, ["coco"]);
  assert.deepEqual(labels.issues.map(({ code, path }) => [code, path]), [[
    "coco-task-skipped",
    "results.json",
  ]]);
  const results = await readFiles(files, { format: "coco-results" });
  assert.deepEqual(results.names, ["cat", "dog"]);
  assert.equal(results.labels["val2017/b.jpg"]?.annotations.length, 2);
  assert.deepEqual(results.issues, []);
});

Deno.test("results without a list find their images by name, stem or number", async () => {
  const read = await readFiles({
    "images/000000000042.jpg": null,
    "images/frame_7.jpg": null,
    "images/street.png": null,
    "images/x.png": null,
    "predictions.json": json([
      { image_id: 42, category_id: 1, bbox: [1, 1, 2, 2], score: 0.9 },
      { image_id: 7, category_id: 10, bbox: [1, 1, 2, 2], score: 0.9 },
      { image_id: "street", category_id: 1, bbox: [1, 1, 2, 2], score: 0.9 },
      { image_id: "q", file_name: "x.png", category_id: 1, bbox: [1, 1, 2, 2], score: 0.9 },
      { image_id: "gone", category_id: 1, bbox: [1, 1, 2, 2], score: 0.9 },
    ]),
  });
  assert.deepEqual(Object.values(read.labels).map((labels) => labels?.annotations.length), [1, 1, 1, 1]);
  assert.deepEqual(read.names, ["class_1", "class_10"]);
  assert.deepEqual(read.orphans, ["gone.jpg"]);
  assert.deepEqual(read.issues.map(({ code }) => code), ["class-list-missing"]);
});

Deno.test("results of masks, keypoints and captions", async () => {
  const read = await readFiles({
    ...PICTURES,
    "image_info_val2017.json": json({ images: IMAGES, categories: CATEGORIES }),
    "all.json": json([
      // 6 × 8 px, rows 1–2 and columns 1–3 set.
      { image_id: 1, category_id: 3, segmentation: { size: [6, 8], counts: "724000g0" }, score: 0.5 },
      { image_id: 1, category_id: 7, keypoints: [10, 20, 1, 0, 0, 0, 30, 25, 2], score: 0.5 },
      { image_id: 1, category_id: 7, keypoints: [10, 20, 0.75, 40, 60, 0], score: 0.5 },
      { image_id: 1, category_id: 7, keypoints: [0, 0, 0], score: 0.5 },
      { image_id: 1, caption: "A cat." },
    ]),
  });
  const [mask, points, scored] = read.labels["val2017/a.jpg"]!.annotations;
  assert.deepEqual([mask.x, mask.y, mask.width, mask.height], [1, 1, 3, 2]);
  assert.deepEqual([points.x, points.y, points.width, points.height], [10, 20, 20, 5]);
  assert.deepEqual([points.keypoints, points.attributes], [[10, 20, 1, 0, 0, 0, 30, 25, 2], { score: 0.5 }]);
  assert.deepEqual([scored.width, scored.keypoints], [30, [10, 20, 2, 40, 60, 0]]);
  assert.deepEqual(scored.attributes, { score: 0.5, keypoint_scores: [0.75, 0] });
  assert.deepEqual(read.labels["val2017/a.jpg"]!.image, { attributes: { captions: ["A cat."] } });
  assert.deepEqual(rejects(read), ["annotation-invalid"]);
});

Deno.test("a list of results that is cut off is one reject, and nothing of it is used", async () => {
  const read = await readFiles({
    ...PICTURES,
    "image_info_val2017.json": json({ images: IMAGES, categories: CATEGORIES }),
    "all.json": json(RESULTS).slice(0, -10),
  });
  assert.deepEqual(rejects(read), ["json-truncated"]);
  assert.deepEqual(Object.values(read.labels), [undefined, undefined]);
});

/** 8 × 6 px: the segment 70000 covers columns 1–3 of rows 1–2, 300 columns 5–6 of rows 3–5, and 9 one pixel. */
function panopticPng(): Uint8Array {
  const data = new Uint8Array(8 * 6 * 3);
  const set = (id: number, left: number, top: number, right: number, bottom: number) => {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data.set([id & 255, id >> 8 & 255, id >> 16], (y * 8 + x) * 3);
    }
  };
  set(70000, 1, 1, 4, 3);
  set(300, 5, 3, 7, 6);
  set(9, 0, 0, 1, 1);
  return encodePng({ width: 8, height: 6, channels: 3, depth: 8, data });
}

const panoptic = (more: Record<string, unknown> = {}) =>
  json({
    images: [{ id: 1, width: 8, height: 6, file_name: "a.jpg" }],
    annotations: [{
      image_id: 1,
      file_name: "a.png",
      segments_info: [
        { id: 70000, category_id: 3, area: 6, bbox: [1, 1, 3, 2], iscrowd: 0 },
        { id: 300, category_id: 7, area: 1, bbox: [0, 0, 1, 1], iscrowd: 1 },
        { id: 301, category_id: 7, area: 1, bbox: [0, 0, 1, 1] },
        { id: 70000, category_id: 99 },
        {},
      ],
      ...more,
    }],
    categories: [{ ...CATEGORIES[0], isthing: 1 }, { ...CATEGORIES[1], isthing: 0, color: [1, 2, 3] }],
  });

Deno.test("panoptic: a segment is what its id covers in the PNG; ids that only one of both has are told", async () => {
  const read = await readFiles({
    "val2017/a.jpg": null,
    "annotations/panoptic_val2017.json": panoptic(),
    "annotations/panoptic_val2017/a.png": panopticPng(),
    "annotations/panoptic_val2017/unlisted.png": panopticPng(),
  });
  assert.equal(read.format, "coco-panoptic");
  assert.deepEqual(Object.keys(read.labels), ["val2017/a.jpg"]);
  assert.deepEqual(read.labels["val2017/a.jpg"], {
    annotations: [
      {
        category: 0,
        x: 1,
        y: 1,
        width: 3,
        height: 2,
        area: 6,
        segmentation: { size: [6, 8], counts: "724000g0" },
      },
      {
        category: 1,
        x: 5,
        y: 3,
        width: 2,
        height: 3,
        area: 6,
        iscrowd: 1,
        segmentation: { size: [6, 8], counts: "Q13303" },
      },
    ],
    declaredWidth: 8,
    declaredHeight: 6,
  });
  assert.deepEqual(read.classes.map(({ extra }) => extra), [{ isthing: 1 }, {
    isthing: 0,
    color: [1, 2, 3],
  }]);
  assert.deepEqual(rejects(read), [
    "segment-without-pixels",
    "category-unknown",
    "annotation-invalid",
    "segment-not-listed",
  ]);
});

for (const [title, png] of [["missing", undefined], ["damaged", "no PNG"]] as const) {
  Deno.test(`panoptic: of a ${title} PNG the boxes are kept`, async () => {
    const read = await readFiles({
      "a.jpg": null,
      "panoptic.json": panoptic(),
      ...png === undefined ? {} : { "panoptic/a.png": png },
    });
    const boxes = read.labels["a.jpg"]!.annotations.map(({ x, y, width, height }) => [x, y, width, height]);
    assert.deepEqual(boxes, [[1, 1, 3, 2], [0, 0, 1, 1], [0, 0, 1, 1]]);
    assert.equal(read.issues.filter(({ code }) => code === "mask-unreadable").length, 1);
  });
}

Deno.test("panoptic: PNGs beside the images are no frames, images are", async () => {
  const read = await readFiles({
    "a.jpg": null,
    "masks/a_mask.png": panopticPng(),
    "x.json": panoptic({ file_name: "masks/a_mask.png" }),
  });
  assert.equal(read.labels["a.jpg"]?.annotations[0].area, 6);
  assert.deepEqual(Object.keys(read.labels), ["a.jpg"]);
});

Deno.test("instances of the same images are read before panoptic segments", async () => {
  const files = {
    "val2017/a.jpg": null,
    "annotations/instances_val2017.json": json({
      images: IMAGES.slice(0, 1),
      annotations: [{ id: 1, image_id: 1, category_id: 3, bbox: [1, 1, 2, 2] }],
      categories: CATEGORIES,
    }),
    "annotations/panoptic_val2017.json": panoptic(),
    "annotations/panoptic_val2017/a.png": panopticPng(),
  };
  const instances = await readFiles(files);
  assert.deepEqual(instances.formats, ["coco"]);
  assert.deepEqual(Object.keys(instances.splits), ["val2017/a.jpg"], "the PNG of segments is no frame");
  const chosen = await readFiles(files, { format: "coco-panoptic" });
  assert.equal(chosen.labels["val2017/a.jpg"]?.annotations.length, 2);
});

const RECORDS = [...RESULTS, { image_id: 1, caption: "x" }, {
  image_id: 1,
  keypoints: [1, 2, 3],
  category_id: 3,
}];
for (const name of ["coco-captions", "coco-results", "coco-panoptic"]) {
  Deno.test(`the parser of ${name} takes any bytes without throwing`, async () => {
    const { parse } = await loadReader(name);
    const bytes = new TextEncoder().encode(
      [IMAGES[0], ...RECORDS].map((record) => json(record)).join("\n") + "\n",
    );
    const settings = { files: new Map([["x.json", { categories: new Map([[3, 0]]), licenses: new Map() }]]) };
    const context = {
      path: "x.json",
      image: "a.jpg",
      width: 100,
      height: 80,
      settings,
      declared: 1,
      file: () => panopticPng(),
      category: () => 1,
      issue: () => {},
    };
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      const copy = bytes.slice();
      for (const [at, byte] of changes) copy[at] = byte;
      assert.ok(Array.isArray(parse(copy, context).annotations));
    }));
  });
}
