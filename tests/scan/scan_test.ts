import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../src/model/issue.ts";
import { detect } from "../../src/scan/detect.ts";
import { readSplitList } from "../../src/formats/split_list.ts";
import { View } from "../../src/scan/view.ts";
import { ListedTree } from "../../src/tree/file_tree.ts";
import { pairs, scanned, splits, withFiles } from "../tree/temp_tree.ts";
import { readFiles } from "../formats/reading.ts";

const ROW = "0 0.5 0.5 0.2 0.2\n";
const YOLO = {
  "images/train/a.jpg": "",
  "images/val/b.png": "",
  "labels/train/a.txt": ROW,
  "labels/val/b.txt": ROW,
  "data.yaml": "names: [cat]\ntrain: images/train\nval: images/val\n",
};

Deno.test("frames come in byte order with their label and split, and their number is known before", async () => {
  await withFiles(YOLO, async (root) => {
    const { found } = await scanned({ images: root, labels: root });
    assert.equal(found.total, 2);
    assert.equal(found.plan?.parts[0].format, "yolo");
    assert.deepEqual([...found.frames()], [
      { fileName: "images/train/a.jpg", label: { path: "labels/train/a.txt" }, part: 0, split: "train" },
      { fileName: "images/val/b.png", label: { path: "labels/val/b.txt" }, part: 0, split: "val" },
    ]);
  });
});

Deno.test("a pattern takes images by their path, and does not make orphans of the others' labels", async () => {
  await withFiles(YOLO, async (root) => {
    const { found } = await scanned({ images: root, labels: root, pattern: ["**/val/*", "none/**"] });
    assert.equal(found.total, 1);
    assert.deepEqual(pairs(found), { "images/val/b.png": "labels/val/b.txt" });
    assert.deepEqual([...found.orphans()], []);
  });
});

Deno.test("a pattern that fits no image makes up no frames", async () => {
  await withFiles(YOLO, async (root) => {
    const { found } = await scanned({ images: root, labels: root, pattern: ["*.gif"] });
    assert.equal(found.total, 0);
    assert.equal(found.placeholders, false);
  });
});

Deno.test("a manifest's order replaces the listing, also when the images are gone", async () => {
  await withFiles(YOLO, async (root) => {
    rmSync(join(root, "images"), { recursive: true });
    const order = ["images/val/b.png", "images/train/a.jpg", "images/train/new.jpg"];
    for (const given of [order, () => order, new Set(order)]) {
      const { found } = await scanned({ images: root, labels: root, order: given });
      assert.equal(found.total, 3);
      assert.deepEqual(Object.entries(pairs(found)), [
        ["images/val/b.png", "labels/val/b.txt"],
        ["images/train/a.jpg", "labels/train/a.txt"],
        ["images/train/new.jpg", undefined],
      ]);
    }
    const { found } = await scanned({
      images: join(root, "images"),
      labels: join(root, "labels"),
      order: ["train/a.jpg"],
    });
    assert.deepEqual(pairs(found), { "train/a.jpg": "train/a.txt" });
  });
});

Deno.test("labels without any image become placeholder frames in byte order, unless they are not wanted", async () => {
  const files = { "labels/a.txt": ROW, "labels/a.r.txt": ROW, "labels/a.TXT": ROW, "classes.txt": "cat\n" };
  await withFiles(files, async (root) => {
    const { found, codes } = await scanned({ images: root, labels: root });
    assert.equal(found.placeholders, true);
    assert.equal(found.total, 2);
    assert.deepEqual([...found.frames()].map((frame) => [frame.fileName, frame.placeholder]), [
      ["images/a.png", true],
      ["images/a.r.png", true],
    ]);
    assert.deepEqual(codes(), ["frame-name-taken labels/a.txt"]);
    const without = await scanned({ images: root, labels: root, placeholders: false });
    assert.equal(without.found.total, 0);
    assert.equal([...without.found.orphans()].length, 3);
  });
});

Deno.test("images without labels are frames with the split their folder tells, and a note says so", async () => {
  await withFiles(
    { "train/cat/a.jpg": "", "valid/b.WEBP": "", "c.gif": "", "notes.txt": "x" },
    async (root) => {
      const { found, codes } = await scanned({ images: root, labels: root });
      assert.equal(found.plan, undefined);
      assert.deepEqual(splits(found), {
        "c.gif": undefined,
        "train/cat/a.jpg": "train",
        "valid/b.WEBP": "val",
      });
      assert.deepEqual(codes(), ["labels-missing "]);
      assert.deepEqual((await scanned({ images: root, labels: false })).issues, []);
      assert.deepEqual((await scanned({ images: root, labels: root, format: "none" })).issues, []);
      assert.deepEqual((await scanned({ images: root, labels: root, expectLabels: false })).issues, []);
    },
  );
});

Deno.test("two formats that fit equally well are reported with their reasons and the option that decides", async () => {
  const darknet = { "obj.data": "classes = 1\ntrain = train.txt\nnames = obj.names\n", "obj.names": "dog\n" };
  await withFiles({ ...YOLO, ...darknet }, async (root) => {
    await assert.rejects(scanned({ images: root, labels: root }), (error) => {
      assert.ok(error instanceof PackError);
      assert.equal(error.exitCode, 2);
      assert.match(error.message, /yolo in "\." \("data\.yaml".*darknet in "\." \("obj\.data"/);
      assert.match(error.suggestion ?? "", /--format yolo or --format darknet/);
      return true;
    });
    const { found } = await scanned({ images: root, labels: root, format: "darknet" });
    assert.deepEqual(found.plan?.classes, [{ name: "dog" }]);
  });
});

Deno.test("a file that cannot be opened does not end the detection, and is remembered", async () => {
  await withFiles({ "a.txt/x": "", "b.txt": ROW, "c.json/x": "" }, async (root) => {
    // The listing is older than the folders that took the files' places.
    const folder = { path: "", files: ["a.txt", "b.txt", "c.json", "train.txt"], folders: [] };
    const tree = new ListedTree(root, new Map([["", folder]]));
    const view = new View(tree, tree, { pattern: [], vocOffset: "auto", issue: () => {} });
    const [best] = await detect(view, "auto");
    assert.equal(best.format, "yolo");
    assert.deepEqual([...view.unreadable.keys()].sort(), ["a.txt", "c.json"]);
    const told: string[] = [];
    const reporting = new View(tree, tree, {
      pattern: [],
      vocOffset: "auto",
      issue: ({ code, path }) => told.push(`${code} ${path}`),
    });
    assert.equal(readSplitList(reporting, "train.txt").length, 0);
    assert.deepEqual(told, ["split-not-found train.txt"]);
  });
});

Deno.test("an unknown format is a usage error that names the known ones", async () => {
  await withFiles(YOLO, async (root) => {
    await assert.rejects(
      scanned({ images: root, labels: root, format: "yolov9" }),
      (error) =>
        error instanceof PackError && error.exitCode === 2 && /"yolov9"/.test(error.message) &&
        /auto, yolo, .*darknet, .*voc, coco/.test(error.suggestion ?? ""),
    );
  });
});

Deno.test("formats of different images are read together, classes joined by name", async () => {
  const coco = JSON.stringify({
    images: [{ id: 1, file_name: "c.jpg", width: 100, height: 80 }],
    annotations: [{ id: 1, image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] }],
    categories: [{ id: 7, name: "dog" }, { id: 8, name: "cow" }],
  });
  const read = await readFiles({
    "yolo/data.yaml": "names: [cat, dog]",
    "yolo/images/a.jpg": null,
    "yolo/labels/a.txt": "1 0.5 0.5 0.2 0.2",
    "coco/c.jpg": null,
    "coco/instances.json": coco,
    "coco/unlabelled.jpg": null,
  });
  assert.deepEqual(read.formats.toSorted(), ["coco", "yolo"]);
  assert.deepEqual(read.classes.map(({ name }) => name), ["cat", "dog", "cow"]);
  const classOf = (image: string) => read.names[read.labels[image]!.annotations[0].category];
  assert.equal(classOf("yolo/images/a.jpg"), "dog");
  assert.equal(classOf("coco/c.jpg"), "dog");
  assert.equal(read.labels["coco/unlabelled.jpg"], undefined);
  assert.deepEqual(read.issues.map(({ code }) => code), ["class-lists-joined"]);
});

Deno.test("of two formats for the same images the surer is read, and the other one told", async () => {
  const coco = JSON.stringify({
    images: [{ id: 1, file_name: "a.jpg", width: 100, height: 80 }],
    annotations: [{ id: 1, image_id: 1, category_id: 7, bbox: [1, 2, 3, 4] }],
    categories: [{ id: 7, name: "dog" }],
  });
  const files = { "data.yaml": "names: [cat]", "a.jpg": null, "a.txt": "0 0.5 0.5 0.2 0.2", "x.json": coco };
  const read = await readFiles(files);
  assert.deepEqual(read.formats, ["yolo"]);
  assert.deepEqual(read.issues.map(({ code }) => code), ["format-not-read"]);
  assert.deepEqual((await readFiles(files, { format: "coco" })).formats, ["coco"]);
});
