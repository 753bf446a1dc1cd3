import assert from "node:assert/strict";
import { pairs, scanned, splits, withFiles } from "../tree/temp_tree.ts";

const ROW = "0 0.5 0.5 0.2 0.2\n";
const CVAT = {
  "obj.data":
    "classes = 2\n# a comment\ntrain=data/train.txt\n valid = data/valid.txt \nnames = data/obj.names\nbackup = backup/\n",
  "obj.names": "cat\ndog\n",
  "train.txt": "data/obj_train_data/a.png\ndata/obj_train_data/gone.png\n",
  "valid.txt": "data/obj_valid_data/b.png\r\n",
  "obj_train_data/a.png": "",
  "obj_train_data/a.txt": ROW,
  "obj_valid_data/b.png": "",
  "obj_valid_data/c.png": "",
};

Deno.test("names, lists and labels are found though the written paths begin with a folder that is not here", async () => {
  await withFiles(CVAT, async (root) => {
    const { found, issues } = await scanned({ images: root, labels: root, format: "darknet" });
    assert.deepEqual(found.plan?.classes, [{ name: "cat" }, { name: "dog" }]);
    assert.deepEqual(found.candidates.map((each) => [each.format, each.confidence, each.files]), [[
      "darknet",
      3,
      1,
    ]]);
    assert.deepEqual(pairs(found), {
      "obj_train_data/a.png": "obj_train_data/a.txt",
      "obj_valid_data/b.png": undefined,
      "obj_valid_data/c.png": undefined,
    });
    assert.deepEqual(splits(found), {
      "obj_train_data/a.png": "train",
      "obj_valid_data/b.png": "val",
      "obj_valid_data/c.png": undefined,
    });
    assert.deepEqual([...found.orphans()], []);
    assert.deepEqual(issues, []);
  });
});

Deno.test("a class list that is not here is warned of", async () => {
  const { "obj.names": _, ...files } = CVAT;
  await withFiles(files, async (root) => {
    const { found, codes } = await scanned({ images: root, labels: root, format: "darknet" });
    assert.deepEqual(found.plan?.classes, []);
    assert.deepEqual(codes(), ["class-list-missing obj.data"]);
  });
});

Deno.test("without obj.data it is not Darknet", async () => {
  const { "obj.data": _, ...files } = CVAT;
  await withFiles(files, async (root) => {
    const { darknet } = await import("../../src/formats/yolo/darknet.ts");
    const { View } = await import("../../src/scan/view.ts");
    const { walk } = await import("../../src/tree/walk.ts");
    const tree = await walk(root, { issue() {} });
    assert.deepEqual(
      await darknet.detect(new View(tree, tree, { pattern: [], vocOffset: "auto", issue() {} })),
      [],
    );
  });
});
