import assert from "node:assert/strict";
import { join } from "node:path";
import { pairs, scanned, withFiles } from "../tree/temp_tree.ts";

const ROW = "0 0.5 0.5 0.2 0.2\n";

Deno.test("labels lie beside the image, or in the folder that stands for labels", async () => {
  const files = {
    "beside/a.jpg": "",
    "beside/a.txt": ROW,
    "images/train/b.jpg": "",
    "labels/train/b.txt": ROW,
    "x/images/images/c.v2.jpg": "",
    "x/images/labels/c.v2.txt": ROW,
    "images/d.jpg.png": "",
    "labels/d.jpg.txt": ROW,
    "classes.txt": "cat\n",
  };
  await withFiles(files, async (root) => {
    const { found, codes } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), {
      "beside/a.jpg": "beside/a.txt",
      "images/d.jpg.png": "labels/d.jpg.txt",
      "images/train/b.jpg": "labels/train/b.txt",
      "x/images/images/c.v2.jpg": "x/images/labels/c.v2.txt",
    });
    assert.deepEqual([...found.orphans()], []);
    assert.deepEqual(codes(), []);
  });
});

Deno.test("where exact names fail, case, Unicode form, extension and other folders are tried, and told", async () => {
  const files = {
    "images/IMG1.JPG": "",
    "labels/img1.TXT": ROW,
    "images/caf\u00e9.jpg": "",
    "labels/cafe\u0301.txt": ROW,
    "images/b.jpg": "",
    "labels/b.jpg.txt": ROW,
    "images/deep/c.jpg": "",
    "elsewhere/c.txt": ROW,
    "classes.txt": "cat\n",
  };
  await withFiles(files, async (root) => {
    const { found, codes } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), {
      "images/IMG1.JPG": "labels/img1.TXT",
      "images/b.jpg": "labels/b.jpg.txt",
      "images/caf\u00e9.jpg": "labels/cafe\u0301.txt",
      "images/deep/c.jpg": "elsewhere/c.txt",
    });
    assert.equal(codes().filter((code) => code.startsWith("label-name-differs")).length, 4);
    assert.deepEqual([...found.orphans()], []);
  });
});

Deno.test("a label is not lent to an image of the same name in another split, or to a twin by case", async () => {
  const files = {
    "images/train/1.jpg": "",
    "labels/train/1.txt": ROW,
    "images/val/1.jpg": "",
    "images/train/A.jpg": "",
    "images/train/a.jpg": "",
    "labels/train/A.txt": ROW,
    "classes.txt": "cat\n",
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), {
      "images/train/1.jpg": "labels/train/1.txt",
      "images/train/A.jpg": "labels/train/A.txt",
      "images/train/a.jpg": undefined,
      "images/val/1.jpg": undefined,
    });
  });
});

Deno.test("two roots pair by relative path, also when one begins deeper in its layout", async () => {
  const files = {
    "images/train/a.jpg": "",
    "images/val/a.jpg": "",
    "labels/train/a.txt": ROW,
    "labels/val/a.txt": ROW,
    "data.yaml": "names: [cat]\ntrain: images/train\nval: images/val\n",
  };
  await withFiles(files, async (root) => {
    const inner = { "train/a.jpg": "train/a.txt", "val/a.jpg": "val/a.txt" };
    const cases = [
      ["images", "labels", inner],
      ["images", "", { "train/a.jpg": "labels/train/a.txt", "val/a.jpg": "labels/val/a.txt" }],
      ["", "labels", { "images/train/a.jpg": "train/a.txt", "images/val/a.jpg": "val/a.txt" }],
    ] as const;
    for (const [images, labels, expected] of cases) {
      const { found } = await scanned({
        images: join(root, images),
        labels: join(root, labels),
        format: "yolo",
      });
      assert.deepEqual(pairs(found), expected);
      // The data.yaml is found at the root of the labels, or one level above.
      assert.deepEqual(found.plan?.classes, [{ name: "cat" }]);
      assert.deepEqual([...found.frames()].map((frame) => frame.split), ["train", "val"]);
    }
  });
});

Deno.test("a text file named like a split is the label of an image of that name, and no orphan without one", async () => {
  const files = {
    "images/test.jpg": "",
    "labels/test.txt": ROW,
    "val.txt": "images/test.jpg\n",
    "classes.txt": "cat\n",
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), { "images/test.jpg": "labels/test.txt" });
    assert.deepEqual([...found.orphans()], []);
  });
});

Deno.test("labels whose image is not there are orphans, with the path the image would have", async () => {
  const files = {
    "images/a.jpg": "",
    "labels/a.txt": ROW,
    "labels/b.txt": ROW,
    "labels/c.txt": "",
    "labels/classes.txt": "cat\n",
    "README.txt": "hello",
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), { "images/a.jpg": "labels/a.txt" });
    assert.deepEqual([...found.orphans()], [
      { label: { path: "labels/b.txt" }, imagePath: "images/b.png", part: 0 },
      { label: { path: "labels/c.txt" }, imagePath: "images/c.png", part: 0 },
    ]);
  });
});
