import assert from "node:assert/strict";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { loadReader } from "../../src/formats/table.ts";
import { tempDir } from "../dataset/temp.ts";
import { readFiles, readFolder, rejects } from "./reading.ts";

const image = (id: number | string, file_name: string, more = {}) => ({
  id,
  width: 100,
  height: 80,
  file_name,
  ...more,
});
const box = (id: number, image_id: number | string, category_id: number, bbox: number[], more = {}) => ({
  id,
  image_id,
  category_id,
  bbox,
  ...more,
});
const CATEGORIES = [{ id: 3, name: "cat", supercategory: "animal" }, { id: 7, name: "dog" }];
const coco = (images: unknown[], annotations: unknown[], more = {}) =>
  JSON.stringify({ info: {}, licenses: [], images, annotations, categories: CATEGORIES, ...more });

Deno.test("annotations come to their image in the order of the file, whatever the order of keys and ids", async () => {
  const annotations = [
    box(9, 20, 7, [1, 2, 3, 4]),
    box(8, 10, 3, [5, 6, 7, 8], { iscrowd: 1, area: 5.5, score: 0.25, attributes: { occluded: true } }),
    box(7, 20, 3, [9, 10, 11, 12], { keypoints: [1, 2, 2], num_keypoints: 1 }),
  ];
  const images = [
    image(20, "a.jpg", { license: 1, coco_url: "http://x/a.jpg", tag: "t", frame: 5, offset: 1 }),
    image(10, "b.jpg"),
  ];
  const { labels, names, issues } = await readFiles({
    "val2017/a.jpg": null,
    "val2017/b.jpg": null,
    "val2017/c.jpg": null,
    "annotations/instances_val2017.json": JSON.stringify(
      { annotations, categories: CATEGORIES, info: {}, images },
      null,
      2,
    ),
  });
  assert.deepEqual(labels, {
    "val2017/a.jpg": {
      annotations: [
        { category: 1, x: 1, y: 2, width: 3, height: 4 },
        { category: 0, x: 9, y: 10, width: 11, height: 12, keypoints: [1, 2, 2] },
      ],
      declaredWidth: 100,
      declaredHeight: 80,
      image: { license: 1, coco_url: "http://x/a.jpg", tag: "t" },
    },
    "val2017/b.jpg": {
      annotations: [{
        category: 0,
        x: 5,
        y: 6,
        width: 7,
        height: 8,
        area: 5.5,
        iscrowd: 1,
        attributes: { occluded: true, score: 0.25 },
      }],
      declaredWidth: 100,
      declaredHeight: 80,
    },
    "val2017/c.jpg": undefined,
  });
  assert.deepEqual([names, issues], [["cat", "dog"], []]);
});

Deno.test("a box that is missing is drawn around the polygons or the mask", async () => {
  const annotations = [
    { id: 1, image_id: 1, category_id: 3, segmentation: [[1, 2, 5, 2, 5, 9], [0, 3, 2, 3, 2, 4]] },
    // 6 × 8 px, rows 1–2 and columns 1–3 set.
    { id: 2, image_id: 1, category_id: 3, bbox: [], segmentation: { size: [6, 8], counts: "724000g0" } },
    { id: 3, image_id: 1, category_id: 3, bbox: null },
    { id: 4, image_id: 1, category_id: 3, bbox: [1, 2, 3] },
    { id: 5, image_id: 1, category_id: 3, bbox: { x: 1 } },
  ];
  const read = await readFiles({ "a.jpg": null, "x.json": coco([image(1, "a.jpg")], annotations) });
  const boxes = read.labels["a.jpg"]!.annotations.map(({ x, y, width, height }) => [x, y, width, height]);
  assert.deepEqual(boxes, [[0, 2, 5, 7], [1, 1, 3, 2]]);
  assert.deepEqual(rejects(read), ["annotation-invalid", "annotation-invalid", "annotation-invalid"]);
});

Deno.test("files of several splits become one: classes by name, ids by file, licences without clashes", async () => {
  const licenses = (name: string) => [{ id: 1, name: "CC0" }, { id: 2, name }];
  const read = await readFiles({
    "train/a.jpg": null,
    "valid/a.jpg": null,
    "train/_annotations.coco.json": coco([image(0, "a.jpg", { license: 2 })], [box(0, 0, 1, [1, 1, 2, 2])], {
      licenses: licenses("MIT"),
      categories: [
        { id: 0, name: "pets", supercategory: "none" },
        { id: 1, name: "cat", supercategory: "pets" },
      ],
    }),
    "valid/_annotations.coco.json": coco([image(0, "a.jpg", { license: 2 })], [
      box(0, 0, 1, [1, 1, 2, 2]),
      box(1, 0, 2, [5, 5, 2, 2]),
    ], {
      licenses: licenses("BSD"),
      categories: [
        { id: 0, name: "pets", supercategory: "none" },
        { id: 1, name: "dog", supercategory: "pets" },
        { id: 2, name: "cat", supercategory: "pets" },
      ],
    }),
  });
  assert.deepEqual(read.names, ["cat", "dog"]);
  assert.deepEqual(read.splits, { "train/a.jpg": "train", "valid/a.jpg": "val" });
  const classes = Object.values(read.labels).map((labels) =>
    labels!.annotations.map(({ category }) => category)
  );
  assert.deepEqual(classes, [[0], [1, 0]]);
  assert.deepEqual(read.licenses, [{ id: 1, name: "CC0" }, { id: 2, name: "MIT" }, { id: 3, name: "BSD" }]);
  assert.deepEqual(Object.values(read.labels).map((labels) => labels!.image), [{ license: 2 }, {
    license: 3,
  }]);
});

Deno.test("a parent category that has annotations stays, and so does an unused class without parent", async () => {
  const categories = [
    { id: 0, name: "pets", supercategory: "none" },
    { id: 1, name: "cat", supercategory: "pets" },
    { id: 2, name: "dog", supercategory: "none" },
  ];
  const read = await readFiles({
    "a.jpg": null,
    "x.json": coco([image(1, "a.jpg")], [box(1, 1, 0, [1, 1, 2, 2])], { categories }),
  });
  assert.deepEqual(read.names, ["pets", "cat", "dog"]);
});

Deno.test("categories keep supercategory, keypoints and skeleton; the same name twice becomes one class", async () => {
  const categories = [
    { id: 1, name: "person", supercategory: "being", keypoints: ["nose", "eye"], skeleton: [[1, 2]] },
    { id: 2, name: " cat ", supercategory: "none" },
    { id: 3, name: "cat" },
    { id: 3, name: "dog" },
    { id: 4 },
  ];
  const read = await readFiles({
    "a.jpg": null,
    "x.json": coco([image(1, "a.jpg")], [box(1, 1, 3, [1, 1, 2, 2])], { categories }),
  });
  assert.deepEqual(read.names, ["person", "cat"]);
  assert.deepEqual(read.classes, [
    { name: "person", supercategory: "being", extra: { keypoints: ["nose", "eye"], skeleton: [[1, 2]] } },
    { name: "cat", supercategory: undefined, extra: undefined },
  ]);
  assert.equal(read.labels["a.jpg"]!.annotations[0].category, 1);
  assert.deepEqual(read.issues.map(({ code }) => code), [
    "category-invalid",
    "class-name-duplicate",
    "category-invalid",
  ]);
});

const PLACES: readonly (readonly [json: string, fileName: string, image: string])[] = [
  ["annotations/instances_val2017.json", "a.jpg", "val2017/a.jpg"],
  ["annotations/instances_train.json", "a.jpg", "images/train/a.jpg"],
  ["annotations/instances_default.json", "a.jpg", "images/a.jpg"],
  ["x.json", "sub/a.jpg", "sub/a.jpg"],
  ["x.json", "./images/../images/a.jpg", "images/a.jpg"],
  ["deep/x.json", "a.jpg", "deep/images/a.jpg"],
  ["x.json", "C:\\data\\pets\\a.jpg", "pets/a.jpg"],
  ["x.json", "/home/me/set/train/a.jpg", "train/a.jpg"],
  ["x.json", "https://host/bucket/pets/a.jpg?version=2", "pets/a.jpg"],
  ["x.json", "a.jpg", "somewhere/else/a.jpg"],
  ["x.json", "A.JPG", "somewhere/a.jpg"],
  ["x.json", "e\u0301.jpg", "\u00e9.jpg"],
];
for (const [json, fileName, path] of PLACES) {
  Deno.test(`file_name ${JSON.stringify(fileName)} in "${json}" finds the image "${path}"`, async () => {
    const read = await readFiles({
      [path]: null,
      "b/other.jpg": null,
      [json]: coco([image(1, fileName)], [box(1, 1, 3, [1, 1, 2, 2])]),
    });
    assert.equal(read.labels[path]?.annotations.length, 1);
    assert.deepEqual(read.orphans, []);
    assert.deepEqual(rejects(read), []);
  });
}

Deno.test("a bare name that two images have finds neither", async () => {
  const read = await readFiles({ "p/a.jpg": null, "q/a.jpg": null, "x.json": coco([image(1, "a.jpg")], []) });
  assert.deepEqual(read.orphans, ["a.jpg"]);
});

Deno.test("images and labels may be in two folders", async () => {
  const read = await readFiles({
    "raw_images/val2017/a.jpg": null,
    "raw_labels/annotations/instances_val2017.json": coco([image(1, "a.jpg")], [box(1, 1, 3, [1, 1, 2, 2])]),
  }, { images: "raw_images", labels: "raw_labels" });
  assert.equal(read.labels["val2017/a.jpg"]?.annotations.length, 1);
});

Deno.test("an image that is not there is an orphan; one that --pattern leaves out is not", async () => {
  const json = coco([image(1, "a.jpg"), image(2, "b.jpg"), image(3, "c.jpg")], []);
  const read = await readFiles({
    "train/a.jpg": null,
    "train/b.jpg": null,
    "train/_annotations.coco.json": json,
  }, { pattern: ["**/a.jpg"] });
  assert.deepEqual(Object.keys(read.labels), ["train/a.jpg"]);
  assert.deepEqual(read.orphans, ["train/c.jpg"]);
});

Deno.test("without images the declared names become frames, in their split", async () => {
  const read = await readFiles({
    "annotations/instances_train2017.json": coco([image(1, "b.jpg"), image(2, "a.jpg")], [
      box(1, 1, 3, [1, 1, 2, 2]),
    ]),
  });
  assert.deepEqual(read.splits, { "train2017/a.jpg": "train", "train2017/b.jpg": "train" });
  assert.equal(read.labels["train2017/b.jpg"]!.annotations.length, 1);
});

Deno.test("of two image records with the same id the first is kept, the other rejected", async () => {
  const json = coco([image(1, "a.jpg"), image(1, "b.jpg"), { id: 5 }, 7], [box(1, 1, 3, [1, 1, 2, 2])]);
  const read = await readFiles({ "a.jpg": null, "b.jpg": null, "x.json": json });
  assert.equal(read.labels["a.jpg"]!.annotations.length, 1);
  assert.equal(read.labels["b.jpg"], undefined);
  assert.deepEqual(rejects(read), ["image-id-duplicate", "coco-image-invalid", "coco-image-invalid"]);
});

Deno.test("records of one image in a file are put together; those of a second file are rejected", async () => {
  const read = await readFiles({
    "a.jpg": null,
    "x.json": coco([image(1, "a.jpg"), image(2, "./a.jpg"), image(3, "a.jpg")], [
      box(1, 1, 3, [1, 1, 2, 2]),
      box(2, 2, 3, [5, 1, 2, 2]),
      box(3, 3, 3, [9, 1, 2, 2]),
    ]),
    "y.json": coco([image(1, "a.jpg")], [box(1, 1, 3, [7, 7, 2, 2])]),
  });
  assert.deepEqual(read.labels["a.jpg"]!.annotations.map(({ x }) => x), [1, 5, 9]);
  assert.deepEqual(read.issues.map(({ code, severity, path }) => [code, severity, path]), [
    ["image-listed-twice", "warning", "x.json"],
    ["image-listed-twice", "warning", "x.json"],
    ["image-listed-twice", "reject", "y.json"],
  ]);
});

Deno.test("ids too long for a double stay apart", async () => {
  const json = coco([image("9007199254740993", "a.jpg"), image("9007199254740992", "b.jpg")], [
    box(1, "9007199254740993", 3, [1, 1, 2, 2]),
  ]).replaceAll(/"(90071992547409\d\d)"/g, "$1");
  const read = await readFiles({ "a.jpg": null, "b.jpg": null, "x.json": json });
  assert.deepEqual(Object.values(read.labels).map((labels) => labels!.annotations.length), [1, 0]);
  assert.deepEqual(read.issues, []);
});

Deno.test("captions, panoptic and key points beside the instances are left alone, and told", async () => {
  const images = [image(1, "a.jpg")];
  const read = await readFiles({
    "val/a.jpg": null,
    "annotations/instances_val.json": coco(images, [box(1, 1, 3, [1, 1, 2, 2])]),
    "annotations/person_keypoints_val.json": coco(images, [
      box(1, 1, 3, [1, 1, 2, 2], { keypoints: [1, 1, 2] }),
    ]),
    "annotations/captions_val.json": coco(images, [{ id: 1, image_id: 1, caption: "a cat" }]),
    "annotations/panoptic_val.json": coco(images, [{ image_id: 1, file_name: "a.png", segments_info: [] }]),
  });
  assert.equal(read.labels["val/a.jpg"]!.annotations.length, 1);
  assert.deepEqual(read.issues.map(({ code, path }) => [code, path]), [
    ["coco-task-skipped", "annotations/panoptic_val.json"],
    ["coco-task-skipped", "annotations/captions_val.json"],
    ["coco-task-skipped", "annotations/person_keypoints_val.json"],
  ]);
});

const OTHERS = {
  "LabelMe": '{"shapes":[],"imagePath":"a.jpg","imageData":null}',
  "a list of other records": '[{"image_id":1,"bbox":[1,1,2,2],"score":1}]',
  "no JSON": "hello",
  "an empty file": "",
};
for (const [title, text] of Object.entries(OTHERS)) {
  Deno.test(`${title} is not taken for COCO`, async () => {
    const { formats } = await readFiles({ "a.jpg": null, "a.json": text });
    assert.deepEqual(formats.filter((format) => format.startsWith("coco")), []);
  });
}

Deno.test("a COCO file is found among many others, and not because of them", async () => {
  const files: Record<string, string | null> = { "a.jpg": null };
  for (let i = 0; i < 200; i++) files[`meta/${i}.json`] = '{"weather":"rain"}';
  assert.equal((await readFiles(files)).format, undefined);
  for (let i = 0; i < 200; i++) files[`coco/${i}.json`] = coco([image(1, `${i}.jpg`)], []);
  const read = await readFiles({ ...files, "coco/57.jpg": null });
  assert.deepEqual(read.labels["coco/57.jpg"]?.annotations, []);
});

Deno.test("the parser takes any records without throwing", async () => {
  const { parse } = await loadReader("coco");
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(1, "1", 3, [1, 2, 3, 4], ["1", "2", "3", "4"], [[1, 2, 3, 4, 5, 6]], {
      size: [2, 2],
      counts: "04",
    }, {
      size: [-1, 1e9],
      counts: [1, 1e300],
    }),
  );
  const record = fc.dictionary(
    fc.constantFrom(
      "id",
      "category_id",
      "bbox",
      "segmentation",
      "area",
      "iscrowd",
      "keypoints",
      "attributes",
      "__proto__",
    ),
    values,
  );
  const context = {
    path: "x.json",
    width: 1,
    height: 1,
    settings: { files: new Map([["x.json", { categories: new Map([[1, 0]]), licenses: new Map() }]]) },
    declared: 1,
    image: "a.jpg",
    file: () => undefined,
    category: () => 0,
    issue: () => {},
  };
  const text = fc.oneof(
    fc.array(fc.oneof(record, values).map((value) => JSON.stringify(value))).map((lines) =>
      lines.join("\n") + "\n"
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (lines) => {
      assert.ok(Array.isArray(parse(new TextEncoder().encode(lines), context).annotations));
    }),
    { numRuns: 500 },
  );
});

const SAMPLES = new URL("../../../shared/formats/samples", import.meta.url).pathname;
const absent = !existsSync(SAMPLES);
for (const [sample, count] of [["coco-instances", 4], ["roboflow-coco", 1]] as const) {
  Deno.test({
    name: `the sample ${sample} has ${count} annotations and no issue${
      absent ? " (skipped: ../shared is absent)" : ""
    }`,
    ignore: absent,
    fn: async () => {
      using folder = tempDir();
      cpSync(join(SAMPLES, sample), folder.path, {
        recursive: true,
        filter: (path) => !path.endsWith("expected.json"),
      });
      const read = await readFolder(folder.path);
      assert.equal(Object.values(read.labels).flatMap((labels) => labels!.annotations).length, count);
      assert.deepEqual(read.issues, []);
    },
  });
}
