import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const FILES = {
  "images/a.jpg": null,
  "images/b c.jpg": null,
  "images/d.jpg": null,
  "2007_train.txt": "images/a.jpg 10,20,40,60,0 50,20,80,40,1\nimages/b c.jpg 1,2,3,4,1\n",
  "val.txt": "/home/me/data/images/d.jpg\r\n/home/me/data/images/gone.jpg 1,2,3,4,0\r\n",
  "model_data/voc_classes.txt": "cat\ndog\n",
};

Deno.test("yolo-keras: a line for each image, paths may hold blanks, a path alone is background", async () => {
  const read = await readFiles(FILES);
  assert.deepEqual(read.formats, ["yolo-keras"]);
  assert.deepEqual(read.classes, [{ name: "cat" }, { name: "dog" }]);
  assert.deepEqual(read.labels["images/a.jpg"]?.annotations, [
    { category: 0, x: 10, y: 20, width: 30, height: 40, line: 1 },
    { category: 1, x: 50, y: 20, width: 30, height: 20, line: 1 },
  ]);
  assert.equal(read.labels["images/b c.jpg"]?.annotations.length, 1);
  assert.equal(read.splits["images/a.jpg"], "train");
  assert.deepEqual(rejects(read), []);
});

Deno.test("yolo-keras: a list whose first lines have no boxes is one of images, and names no labels", async () => {
  const { "2007_train.txt": _, ...files } = FILES;
  const read = await readFiles({ ...files, "val.txt": "images/a.jpg\nimages/d.jpg\n" });
  assert.deepEqual(read.formats, []);
});

Deno.test("yolo-keras: the list of backgrounds is read when it has one box", async () => {
  const read = await readFiles({ ...FILES, "2007_train.txt": "images/a.jpg\nimages/b c.jpg 1,2,3,4,1\n" });
  assert.deepEqual(read.labels["images/a.jpg"], { annotations: [] });
  assert.deepEqual(read.orphans, ["home/me/data/images/gone.jpg"]);
  assert.deepEqual(read.labels["images/d.jpg"], { annotations: [] });
});

Deno.test("yolo-keras: broken boxes are left out, classes without a name are called by their number", async () => {
  const { "model_data/voc_classes.txt": _, ...files } = FILES;
  const read = await readFiles({
    ...files,
    "2007_train.txt": "images/a.jpg 10,20,40,60,7 50,20,50,40,1\nimages/d.jpg 1,2,3,4,0 \n",
  });
  const { annotations } = read.labels["images/a.jpg"]!;
  assert.deepEqual(annotations.map(({ category }) => read.names[category]), ["class_7"]);
  assert.deepEqual(rejects(read).filter((code) => code === "label-row-invalid"), ["label-row-invalid"]);
  assert.ok(read.issues.some(({ code }) => code === "class-list-missing"));
});

Deno.test("yolo-keras: damaged lists are survived", () => survives(FILES, "2007_train.txt", "yolo-keras"));
