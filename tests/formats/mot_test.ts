import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const GT = "1,7,10,20,30,40,1,1,0.8\n2,7,12,20,30,40,1,1,0.5\n1,8,50,20,30,20,0,12,1\n";
const INFO =
  "[Sequence]\nname=S\nimDir=img1\nframeRate=30\nseqLength=2\nimWidth=100\nimHeight=80\nimExt=.jpg\n";
const FILES = {
  "S/gt/gt.txt": GT,
  "S/seqinfo.ini": INFO,
  "S/img1/000001.jpg": null,
  "S/img1/000002.jpg": null,
};

Deno.test("mot: the rows of a frame, with track and visibility; a confidence of 0 is not to be judged", async () => {
  const read = await readFiles(FILES);
  assert.equal(read.format, "mot");
  assert.deepEqual(read.labels["S/img1/000001.jpg"], {
    annotations: [
      {
        category: 0,
        x: 10,
        y: 20,
        width: 30,
        height: 40,
        attributes: { track_id: 7, visibility: 0.8 },
        line: 1,
      },
      {
        category: 11,
        x: 50,
        y: 20,
        width: 30,
        height: 20,
        attributes: { track_id: 8, visibility: 1 },
        ignore: true,
        line: 2,
      },
    ],
    declaredWidth: 100,
    declaredHeight: 80,
  });
  assert.deepEqual(read.labels["S/img1/000002.jpg"]?.annotations.map(({ x }) => x), [12]);
  assert.equal(read.classes.length, 12);
  assert.deepEqual(read.issues, []);
});

Deno.test("mot: frames are found by their number in each sequence; those that are not there are told", async () => {
  const read = await readFiles({
    "train/A/gt/gt.txt": "1,1,10,20,30,40,1,-1,-1,-1\n3,1,10,20,30,40,1,-1,-1,-1\n",
    "train/A/img1/00000001.png": null,
    "train/A/img1/00000002.png": null,
    "train/B/gt/gt.txt": GT,
    "train/B/seqinfo.ini": INFO.replace("img1", "frames").replace(".jpg", ".png"),
    "train/B/frames/1.png": null,
    "train/B/frames/3.png": null,
  });
  const seen = Object.entries(read.labels).map(([path, labels]) => [path, labels?.annotations.length]);
  assert.deepEqual(Object.fromEntries(seen), {
    "train/A/img1/00000001.png": 1,
    "train/A/img1/00000002.png": undefined,
    "train/B/frames/1.png": 2,
    "train/B/frames/3.png": undefined,
  });
  assert.deepEqual(read.orphans, ["train/A/img1/000003.jpg", "train/B/frames/000002.png"]);
  assert.equal(read.splits["train/A/img1/00000002.png"], "train");
});

Deno.test("mot: detections are read where there is no ground truth, else left alone and told", async () => {
  const det = { "S/det/det.txt": "1,-1,10.5,20,30,40,-0.5,-1,-1,-1\n", "S/img1/000001.jpg": null };
  const alone = await readFiles(det);
  assert.deepEqual(
    alone.labels["S/img1/000001.jpg"]?.annotations.map(({ x, attributes }) => [x, attributes]),
    [
      [10.5, { score: -0.5 }],
    ],
  );
  const beside = await readFiles({ ...FILES, ...det });
  assert.deepEqual(beside.labels["S/img1/000001.jpg"]?.annotations.length, 2);
  assert.deepEqual(beside.issues.map(({ code }) => code), ["mot-detections-skipped"]);
});

Deno.test("mot: CVAT's class names are taken", async () => {
  const read = await readFiles({
    "gt/gt.txt": "1,1,10,20,30,40,1,2,1.0\n1,2,10,20,30,40,1,3,1.0\n",
    "gt/labels.txt": "cat\ndog\n",
    "img1/000001.PNG": null,
  });
  const { annotations } = read.labels["img1/000001.PNG"]!;
  assert.deepEqual(annotations.map(({ category }) => read.names[category]), ["dog", "class_3"]);
  assert.deepEqual(read.classes, [{ name: "cat" }, { name: "dog" }]);
});

Deno.test("mot: rows that cannot be read are left out, where there is a frame and where there is none", async () => {
  const read = await readFiles({
    ...FILES,
    "S/gt/gt.txt":
      `${GT}x,1,2,3\n1,2,3\n1,1,10,20,0,40,1,1,1\n1,1,10,20,a,40,1,1,1\n1,1,10,20,5,40,1,1.5,1\n`,
  });
  assert.equal(read.labels["S/img1/000001.jpg"]?.annotations.length, 2);
  assert.deepEqual(rejects(read), Array(5).fill("label-row-invalid"));
});

Deno.test("mot: damaged files are survived", () => survives(FILES, "S/gt/gt.txt", "mot"));
