import assert from "node:assert/strict";
import { encodePng } from "../../src/image/png_pixels.ts";
import { readFiles, rejects } from "./reading.ts";

/** 4 × 3 px: class 0, class 1 in the two right columns, one pixel that is not to be judged. */
const MASK = png([0, 0, 1, 1, 0, 0, 1, 1, 255, 0, 1, 1]);

function png(values: number[], channels: 1 | 3 = 1): Uint8Array {
  return encodePng({ width: 4, height: 3, channels, depth: 8, data: Uint8Array.from(values) });
}

const FILES = {
  "data.yaml": "names: {0: road, 1: sky}\ntrain: images/train\nval: images/val\nmasks_dir: masks\n",
  "images/train/a.jpg": null,
  "images/val/b.jpg": null,
  "masks/train/a.png": MASK,
};

Deno.test("yolo-masks: each class of an image is one mask, 255 is none; masks are no frames", async () => {
  const read = await readFiles(FILES);
  assert.deepEqual(read.formats, ["yolo-masks"]);
  assert.deepEqual(Object.keys(read.labels), ["images/train/a.jpg", "images/val/b.jpg"]);
  const labels = read.labels["images/train/a.jpg"]!;
  assert.deepEqual(
    labels.annotations.map((
      { category, x, y, width, height, area },
    ) => [category, x, y, width, height, area]),
    [[0, 0, 0, 2, 3, 5], [1, 2, 0, 2, 3, 6]],
  );
  assert.deepEqual([labels.declaredWidth, labels.declaredHeight], [4, 3]);
  assert.equal(read.labels["images/val/b.jpg"], undefined);
  assert.deepEqual(read.splits, { "images/train/a.jpg": "train", "images/val/b.jpg": "val" });
});

Deno.test("yolo-masks: the masks go before rows that are there, too", async () => {
  const read = await readFiles({ ...FILES, "labels/train/a.txt": "0 0.5 0.5 0.2 0.2\n" });
  assert.deepEqual(read.formats, ["yolo-masks"]);
  assert.ok(read.issues.some(({ code }) => code === "format-not-read"));
});

Deno.test("yolo-masks: a mask that is none, and one without its image, are rejects; a class without a name is kept", async () => {
  const read = await readFiles({
    ...FILES,
    "masks/val/b.png": png(Array(36).fill(1), 3),
    "masks/val/gone.png": MASK,
    "masks/train/a.png": png(Array(12).fill(9)),
  });
  assert.deepEqual(rejects(read), ["mask-unreadable"]);
  assert.deepEqual(read.orphans, ["images/val/gone.png"]);
  assert.deepEqual(
    read.labels["images/train/a.jpg"]?.annotations.map(({ category }) => read.names[category]),
    ["class_9"],
  );
  assert.deepEqual(
    (await readFiles({ ...FILES, "masks/train/a.png": "no PNG" })).issues.map(({ code }) => code),
    [
      "mask-unreadable",
    ],
  );
});
