import assert from "node:assert/strict";
import { type TextKind, textKind } from "../../src/formats/txt/kinds.ts";
import { type Files, readFiles, rejects } from "./reading.ts";

const ROWS: Record<string, [path: string, text: string]> = {
  yolo: ["labels/a.txt", "0 0.5 0.5 0.2 0.2\n"],
  dota: ["labelTxt/a.txt", "20.0 20.0 40.0 20.0 40.0 40.0 20.0 40.0 plane 0\n"],
  kitti: ["label_2/a.txt", "Car 0.25 1 -1.57 10 20 40 60 1.5 1.6 3.9 1 1.5 8 -1.45\n"],
  oidv4: ["Label/a.txt", "Traffic light 10.5 20 40 60\n"],
  visdrone: ["annotations/a.txt", "10,20,30,40,1,4,0,1\n"],
  "visdrone-vid": ["annotations/seq.txt", "1,7,10,20,30,40,1,4,0,1\n"],
  mot: ["seq/gt/gt.txt", "1,7,10,20,30,40,1,1,0.8\n"],
  "wider-face": ["split/wider_face_val_bbx_gt.txt", "0--Parade/a.jpg\n1\n10 20 30 40 2 0 0 0 1 0 \n"],
  "yolo-keras": ["train.txt", "images/a.jpg 10,20,40,60,0 50,20,80,40,1\n"],
};

function kind(text: string, path = "a.txt"): TextKind | undefined {
  return textKind(new TextEncoder().encode(text), path);
}

Deno.test("the first rows of a text file tell its format", () => {
  for (const [expected, [path, text]] of Object.entries(ROWS)) {
    assert.equal(kind(text, path), expected);
    assert.equal(kind("\ufeff\r\n" + text.replaceAll("\n", "\r\n"), path), expected);
  }
  const others: [text: string, expected: TextKind | undefined][] = [
    ["", undefined],
    ["\n \r\n", undefined],
    ["imagesource:GoogleEarth\ngsd:0.1\n", "dota"],
    ["1 2 3 4 5 6 7 8 large vehicle 1", "dota"],
    ["0 0.1 0.1 0.4 0.1 0.4 0.3 0.1 0.3", "yolo"],
    ["cat 0.5 0.5 0.2 0.2", "yolo"],
    ["cat 5 5 20 20", "oidv4"],
    ["cat 20 20 5 5", "other"],
    ["a photo of a cat", "other"],
    ["a.jpg\nb.jpg\n", "other"],
    ["a.jpg\n3\nb.jpg\n", "other"],
    ["a.jpg\nb c.jpg 1,2,3,4,0\n", "yolo-keras"],
    ["10,20,30,40,1,4,0,1,", "visdrone"],
    ["10,20,30,40,1,99,0,1", "other"],
    ["10,20,30,40,0.9,4,-1,-1", "visdrone"],
    ["1,7,10,20,30,40,1,1,0.8", "other"],
    ["10,20,30,40,50,60,70,80,STOP", "other"],
    ["0 nan 0.5 0.2 0.2", "other"],
  ];
  for (const [text, expected] of others) assert.equal(kind(text), expected, text);
});

Deno.test("text labels of one format are claimed by no other", async () => {
  for (const [expected, [path, text]] of Object.entries(ROWS)) {
    const read = await readFiles({ [path]: text, "images/a.jpg": null });
    assert.deepEqual(read.formats, [expected]);
  }
});

Deno.test("folders of different text formats in one tree are read each in its own way", async () => {
  const files: Files = {
    "one/images/a.jpg": null,
    "one/labels/a.txt": ROWS.yolo[1],
    "two/images/b.jpg": null,
    "two/labelTxt/b.txt": ROWS.dota[1],
    "two/labelTxt/gone.txt": ROWS.dota[1],
    "three/image_2/c.png": null,
    "three/label_2/c.txt": ROWS.kitti[1],
    "four/img1/000001.jpg": null,
    "four/gt/gt.txt": ROWS.mot[1],
  };
  const read = await readFiles(files);
  assert.deepEqual(read.formats.toSorted(), ["dota", "kitti", "mot", "yolo"]);
  const names = Object.entries(read.labels).map(([path, labels]) => [
    path,
    labels?.annotations.map(({ category }) => read.names[category]),
  ]);
  assert.deepEqual(Object.fromEntries(names), {
    "one/images/a.jpg": ["class_0"],
    "two/images/b.jpg": ["plane"],
    "three/image_2/c.png": ["Car"],
    "four/img1/000001.jpg": ["pedestrian"],
  });
  assert.deepEqual(read.orphans, ["two/images/gone.png"]);
  assert.deepEqual(rejects(read), []);
});

Deno.test("a folder of broken labels beside a clear one is read, and its files are rejects", async () => {
  const read = await readFiles({
    "images/train/a.jpg": null,
    "images/val/b.jpg": null,
    "labels/train/a.txt": ROWS.yolo[1],
    "labels/val/b.txt": "0 nan 0.5 0.2 0.2\n",
  });
  assert.deepEqual(read.formats, ["yolo"]);
  assert.deepEqual(rejects(read), ["label-row-invalid"]);
});

Deno.test("with more folders than are looked into, the few that are told apart are found when the sample is mixed", async () => {
  const files: Record<string, string | null> = {};
  for (let i = 0; i < 150; i++) {
    const [path, text] = i % 3 === 0 ? ROWS.dota : ROWS.yolo;
    files[`${i}/images/a${i}.jpg`] = null;
    files[`${i}/${path.replace("a.txt", `a${i}.txt`)}`] = text;
  }
  const read = await readFiles(files);
  assert.deepEqual(read.formats.toSorted(), ["dota", "yolo"]);
  assert.equal(Object.values(read.labels).filter((labels) => labels?.annotations.length === 1).length, 150);
});
