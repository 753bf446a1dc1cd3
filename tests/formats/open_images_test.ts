import assert from "node:assert/strict";
import { encodePng } from "../../src/image/png_pixels.ts";
import { readFiles, rejects } from "./reading.ts";

const BOXES =
  "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n" +
  "01,xclick,/m/01yrx,1,0.1,0.4,0.25,0.75,0,1,0,0,0\n01,xclick,/m/0bt9lr,0.5,0.5,0.8,0.25,0.5,-1,0,1,0,0\n";
const FILES = {
  "validation-annotations-bbox.csv": BOXES,
  "class-descriptions-boxable.csv": "/m/01yrx,Cat\n/m/0bt9lr,Dog\n/m/00,Unused\n",
  "validation/01.jpg": null,
};

Deno.test("boxes are fractions with the edges in their own order, groups become crowds", async () => {
  const read = await readFiles(FILES);
  assert.equal(read.format, "open-images");
  assert.deepEqual(read.classes.map(({ name }) => name), ["Cat", "Dog", "Unused"]);
  assert.equal(read.splits["validation/01.jpg"], "val");
  const [cat, dog] = read.labels["validation/01.jpg"]!.annotations;
  assert.deepEqual([cat.x, cat.y, cat.width, cat.height], [10, 20, 30.000000000000004, 40]);
  assert.deepEqual(cat.attributes, { occluded: 0, truncated: 1, depiction: 0, inside: 0 });
  assert.equal(cat.iscrowd, undefined);
  assert.equal(dog.iscrowd, 1);
  assert.equal(dog.attributes!.score, 0.5);
});

Deno.test("masks and labels of whole images lie in files of their own, and are read with the boxes", async () => {
  // 2 × 2 px, stretched to 100 × 80: the lower right quarter.
  const mask = encodePng({
    width: 2,
    height: 2,
    channels: 1,
    depth: 8,
    data: new Uint8Array([0, 0, 0, 255]),
  });
  const read = await readFiles({
    ...FILES,
    "masks/m1.png": mask,
    "validation-annotations-object-segmentation.csv":
      "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks\n" +
      "m1.png,01,/m/01yrx,b,0.5,1,0.5,1,0,\ngone.png,01,/m/01yrx,b,0.5,1,0.5,1,0,\n",
    "validation-annotations-human-imagelabels.csv":
      "ImageID,Source,LabelName,Confidence\n01,verification,/m/0bt9lr,1\n01,verification,/m/01yrx,0\n",
  });
  const labels = read.labels["validation/01.jpg"]!;
  assert.equal(labels.annotations.length, 3);
  const { x, y, width, height, area } = labels.annotations[2];
  assert.deepEqual([x, y, width, height, area], [50, 40, 50, 40, 2000]);
  assert.deepEqual(labels.classes!.map((number) => read.names[number]), ["Dog"]);
  assert.deepEqual(rejects(read), ["mask-missing"]);
  assert.deepEqual(Object.keys(read.labels), ["validation/01.jpg"], "a mask is no frame");
});
