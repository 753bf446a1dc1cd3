import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const DET = "10,20,30,40,1,4,0,1\n50,20,30,20,0,0,0,0,\n1,2,3,4,1,11,1,2\n5,5,9,9,0,1,0,0\n";
const files = (text: string) => ({ "images/0000001.jpg": null, "annotations/0000001.txt": text });

Deno.test("visdrone: boxes, classes as declared, a score or a category of 0 is not to be judged", async () => {
  const read = await readFiles(files(DET));
  assert.equal(read.format, "visdrone");
  assert.equal(read.classes.length, 10);
  const { annotations } = read.labels["images/0000001.jpg"]!;
  assert.deepEqual(annotations[0], {
    category: 3,
    x: 10,
    y: 20,
    width: 30,
    height: 40,
    attributes: { truncation: 0, occlusion: 1 },
    line: 1,
  });
  assert.deepEqual(annotations.map(({ ignore }) => ignore), [undefined, "ignored regions", undefined, true]);
  assert.equal(read.names[annotations[2].category], "others");
  assert.deepEqual(rejects(read), []);
});

Deno.test("visdrone: detections have a score; rows that cannot be read are left out", async () => {
  const read = await readFiles(
    files("1,2,3,4,0.5,4,-1,-1\n1,2,3,4,0.5,4\n1,2,0,4,1,4,0,0\n1,2,3,4,1,12,0,0\n1,2,a,4,1,1,0,0\n"),
  );
  const { annotations } = read.labels["images/0000001.jpg"]!;
  assert.deepEqual(annotations.map(({ attributes }) => attributes), [{ score: 0.5 }]);
  assert.equal(rejects(read).length, 4);
});

Deno.test("visdrone: a sequence has one file, its rows begin with frame and track", async () => {
  const read = await readFiles({
    "sequences/uav1/0000001.jpg": null,
    "sequences/uav1/0000002.jpg": null,
    "sequences/uav2/0000001.jpg": null,
    "annotations/uav1.txt":
      "2,0,10,20,30,40,1,4,0,1\n1,0,11,20,30,40,1,4,0,1\n2,3,1,2,3,4,1,1,0,0\n9,0,1,2,3,4,1,4,0,0\n",
    "annotations/uav2.txt": "1,5,1,2,3,4,1,10,0,0\n",
  });
  assert.equal(read.format, "visdrone-vid");
  const seen = Object.entries(read.labels).map(([path, labels]) => [
    path,
    labels?.annotations.map(({ category, x, attributes }) => [read.names[category], x, attributes?.track_id]),
  ]);
  assert.deepEqual(Object.fromEntries(seen), {
    "sequences/uav1/0000001.jpg": [["car", 11, 0]],
    "sequences/uav1/0000002.jpg": [["car", 10, 0], ["pedestrian", 1, 3]],
    "sequences/uav2/0000001.jpg": [["motor", 1, 5]],
  });
  assert.deepEqual(read.orphans, ["sequences/uav1/0000009.jpg"]);
});

Deno.test("visdrone: damaged files are survived", async () => {
  await survives(files(DET), "annotations/0000001.txt", "visdrone");
  const video = {
    "sequences/u/0000001.jpg": null,
    "annotations/u.txt": "1,0,10,20,30,40,1,4,0,1\n1,1,1,2,3,4,0,0,0,0\n",
  };
  await survives(video, "annotations/u.txt", "visdrone-vid");
});
