import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PackError } from "../../src/model/issue.ts";
import { type Files, pairs, scanned, splits, withFiles } from "../tree/temp_tree.ts";
import { readFiles, rejects } from "./reading.ts";

const ROW = "0 0.5 0.5 0.2 0.2\n";
const IMAGES = {
  "images/train/a.jpg": "",
  "images/val/b.jpg": "",
  "labels/train/a.txt": ROW,
  "labels/val/b.txt": ROW,
};

async function classesOf(files: Files): Promise<{ names: string[]; told: string[] }> {
  let names: string[] = [];
  let told: string[] = [];
  await withFiles({ "a.jpg": "", "a.txt": ROW, ...files }, async (root) => {
    const { found, issues } = await scanned({ images: root, labels: root, format: "yolo" });
    names = found.plan!.classes.map((each) => each.name);
    told = issues.map((issue) => issue.code);
  });
  return { names, told };
}

Deno.test("class names of a data.yaml stay the text that was written", async () => {
  const cases: [yaml: string, names: string[]][] = [
    ["names: [no, yes, on, off, 0x10, 012, 1:30, ~]", ["no", "yes", "on", "off", "0x10", "012", "1:30", "~"]],
    ["names:\n  0: cat\n  1: 'dog # x'\n", ["cat", "dog # x"]],
    ['names:\n- cat # tame\n- "d\\u00e9j\\xe0"\n', ["cat", "déjà"]],
    ["names: {1: dog, 0: cat}", ["cat", "dog"]],
    ["names:\r\n  - 1_000\r\n  - 2024-01-01\r\n", ["1_000", "2024-01-01"]],
    ["\ufeffnc: 2\ntrain: x", ["class_0", "class_1"]],
  ];
  for (const [yaml, names] of cases) {
    const { told, ...got } = await classesOf({ "data.yaml": yaml });
    assert.deepEqual(got, { names });
    assert.deepEqual(told.filter((code) => code !== "split-not-found"), []);
  }
});

Deno.test("gaps are filled, twins merged and blanks cut, each with a warning", async () => {
  const gap = await classesOf({ "data.yaml": "names: {0: cat, 2: dog}" });
  assert.deepEqual(gap, { names: ["cat", "class_1", "dog"], told: ["class-list-gap"] });
  const short = await classesOf({ "data.yaml": "nc: 3\nnames: [cat, dog]" });
  assert.deepEqual(short, { names: ["cat", "dog", "class_2"], told: ["class-list-gap"] });
  const twins = await classesOf({ "data.yaml": "names: [' cat', dog, cat]" });
  assert.deepEqual(twins, { names: ["cat", "dog"], told: ["class-name-duplicate"] });
  const alike = await classesOf({ "data.yaml": "names: [car, Car]" });
  assert.deepEqual(alike, { names: ["car", "Car"], told: [] });
});

Deno.test("lists of images that a data.yaml names are no label files, whatever they are called", async () => {
  const files = {
    ...IMAGES,
    "data.yaml": "names: [cat]\ntrain: first.txt\nval: [sets/second.txt]\n",
    "first.txt": "./images/train/a.jpg\n",
    "sets/second.txt": "../images/val/b.jpg\nimages/val/b.jpg\n",
    "other.txt": ROW,
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root });
    assert.deepEqual(splits(found), { "images/train/a.jpg": "train", "images/val/b.jpg": "val" });
    assert.deepEqual([...found.orphans()].map(({ label }) => label.path), ["other.txt"]);
  });
});

Deno.test("a classes.txt serves where there is no data.yaml; with neither, a warning says so", async () => {
  assert.deepEqual(await classesOf({ "classes.txt": "\ufeffcat\r\nbig dog\r\n\r\n" }), {
    names: ["cat", "big dog"],
    told: [],
  });
  assert.deepEqual(await classesOf({ "data.yaml": "names: [cat]", "classes.txt": "bird\n" }), {
    names: ["cat"],
    told: [],
  });
  assert.deepEqual(await classesOf({}), { names: [], told: ["class-list-missing"] });
  // Roboflow's export for Darknet has one in each split.
  const list = "RBC\nWBC\n";
  assert.deepEqual(await classesOf({ "train/_darknet.labels": list, "valid/_darknet.labels": list }), {
    names: ["RBC", "WBC"],
    told: [],
  });
});

Deno.test("a data.yaml that cannot be read, or asks for a billion classes, is warned of", async () => {
  for (
    const yaml of ["\tnames: [cat]", "names: {99999999: cat}", "names: {a: cat}", "a: !!python/tuple [1]"]
  ) {
    assert.deepEqual((await classesOf({ "data.yaml": yaml })).told, [
      "class-list-invalid",
      "class-list-missing",
    ]);
  }
});

Deno.test("a dataset of which many label files are broken is read, and the broken ones are listed", async () => {
  const row = (i: number) => i % 3 === 0 ? "not a row\n" : ROW;
  const xml = (i: number) =>
    i % 3 === 0
      ? "<annotation><obj"
      : "<annotation><size><width>9</width><height>9</height></size></annotation>";
  for (const [format, extension, text] of [["yolo", "txt", row], ["voc", "xml", xml]] as const) {
    const files: Files = {};
    for (let i = 0; i < 9; i++) Object.assign(files, { [`${i}.jpg`]: "", [`${i}.${extension}`]: text(i) });
    await withFiles({ ...files, [`other.${extension}`]: "<other/>" }, async (root) => {
      const { found } = await scanned({ images: root, labels: root });
      assert.equal(found.plan?.parts[0].format, format);
      assert.equal(Object.values(pairs(found)).filter((label) => label !== undefined).length, 9);
    });
  }
});

Deno.test("Roboflow's ../train is found beside its data.yaml, wherever that lies", async () => {
  for (const folder of ["", "birds/", "a/b/"]) {
    const files = {
      [`${folder}data.yaml`]: "names: [cat]\ntrain: ../train/images\nval: ../holdout/images\n",
      [`${folder}train/images/a.jpg`]: "",
      [`${folder}train/labels/a.txt`]: ROW,
      [`${folder}holdout/images/b.jpg`]: "",
    };
    await withFiles(files, async (root) => {
      const { found, issues } = await scanned({ images: root, labels: root });
      assert.deepEqual(splits(found), {
        [`${folder}train/images/a.jpg`]: "train",
        [`${folder}holdout/images/b.jpg`]: "val",
      });
      assert.deepEqual(issues, []);
    });
  }
});

Deno.test("a data.yaml does not name the classes of another dataset beside its own", async () => {
  const beside = { "b/data.yaml": "names: [cat]", "b/c.txt": ROW, "b/c.jpg": "" };
  await assert.rejects(classesOf({ ...beside, "other/classes.txt": "bird\n" }), {
    name: "PackError",
    message: 'The class lists "b/data.yaml" and "other/classes.txt" disagree.',
  });
  const copies = await classesOf({ ...beside, "other/classes.txt": "cat\n", "b/old/classes.txt": "bird\n" });
  assert.deepEqual(copies, { names: ["cat"], told: [] });
});

Deno.test("a label folder named apart from the images needs no data.yaml beside it, and an empty one says nothing", async () => {
  for (const files of [{}, { "data.yaml": "" }] as Files[]) {
    await withFiles({ "img/a.jpg": "", "lab/a.txt": ROW, ...files }, async (root) => {
      const { issues } = await scanned({ images: join(root, "img"), labels: join(root, "lab") });
      assert.deepEqual(issues.map(({ code }) => code), ["class-list-missing"]);
    });
  }
});

Deno.test("class lists of folders side by side must agree; one that goes on where the other ends is taken", async () => {
  const both = (one: string, two: string) => ({ "x/classes.txt": one, "y/classes.txt": two });
  assert.deepEqual((await classesOf(both("cat\n", "cat\ndog\n"))).names, ["cat", "dog"]);
  await assert.rejects(
    classesOf(both("cat\n", "dog\n")),
    (error) => error instanceof PackError && /"x\/classes.txt" and "y\/classes.txt"/.test(error.message),
  );
});

Deno.test("folders with class lists of their own are read with these, and their classes are joined by name", async () => {
  const rows = "0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2\n";
  const lists = (x: string, y: string) => ({
    [`${x}/classes.txt`]: "cat\ndog\n",
    [`${y}/classes.txt`]: "owl\ncat\n",
  });
  const besideImages = { "x/a.jpg": "", "x/a.txt": rows, "y/b.jpg": "", "y/b.txt": rows };
  const inFolders = {
    ...{ "x/images/a.jpg": "", "x/labels/a.txt": rows },
    ...{ "y/images/b.jpg": "", "y/labels/b.txt": rows },
  };
  for (
    const files of [
      { ...besideImages, ...lists("x", "y") },
      { ...inFolders, ...lists("x/labels", "y/labels"), "z/classes.txt": "left over\n" },
    ]
  ) {
    const { labels, names, issues } = await readFiles(files);
    const classes = Object.values(labels).map((each) =>
      each!.annotations.map(({ category }) => names[category])
    );
    assert.deepEqual(classes, [["cat", "dog"], ["owl", "cat"]]);
    assert.deepEqual(issues.map(({ code }) => code), ["class-lists-joined"]);
  }
  // Images of both folders in one: nobody can tell whose list counts.
  const mirrored = {
    "images/x/a.jpg": "",
    "labels/x/a.txt": rows,
    "images/y/b.jpg": "",
    "labels/y/b.txt": rows,
  };
  await assert.rejects(readFiles({ ...mirrored, ...lists("labels/x", "labels/y") }), PackError);
  // Beside a data.yaml, too.
  const { labels, names } = await readFiles({
    ...besideImages,
    "x/data.yaml": "names: [ant, bee]",
    "y/classes.txt": "owl\ncat\n",
  });
  const classes = Object.values(labels).map((each) =>
    each!.annotations.map(({ category }) => names[category])
  );
  assert.deepEqual(classes, [["ant", "bee"], ["owl", "cat"]]);
});

Deno.test("a list without labels is passed over, and so are lists beside labels of another format", async () => {
  const coco = JSON.stringify({
    images: [{ id: 1, file_name: "a.jpg", width: 100, height: 100 }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4] }],
    categories: [{ id: 1, name: "cat" }],
  });
  const { names } = await readFiles({
    ...{ "x/a.jpg": "", "x/_annotations.coco.json": coco },
    ...{ "x/classes.txt": "cat\n", "y/classes.txt": "dog\n", "y/b.jpg": "" },
  });
  assert.deepEqual(names, ["cat"]);
});

Deno.test("splits are found in every documented layout of data.yaml", async () => {
  const yamls = [
    "path: .\ntrain: images/train\nval: images/val",
    "train: ./images/train/\nvalidation: images/val",
    "path: ../datasets/mine\ntrain: images/train\nval: images/val",
    "path: /elsewhere/mine\ntrain: images/train\nvalid: [images/val]",
    "train: ../images/train\nval: ../images/val",
    "train: mine/images/train\nval: C:\\data\\images\\val",
    "train: train.txt\nval: val.txt",
    "train: [train.txt]\nval: images/val",
  ];
  for (const yaml of yamls) {
    const files = {
      ...IMAGES,
      "data.yaml": `names: [cat]\n${yaml}\n`,
      "train.txt": "./images/train/a.jpg\n",
      "val.txt": "/data/mine/images/val/b.jpg\r\n",
    };
    await withFiles(files, async (root) => {
      const { found, issues } = await scanned({ images: root, labels: root, format: "yolo" });
      assert.deepEqual(splits(found), { "images/train/a.jpg": "train", "images/val/b.jpg": "val" }, yaml);
      assert.deepEqual(issues, [], yaml);
    });
  }
});

Deno.test("what data.yaml says of splits goes before what folders are called", async () => {
  const files = {
    ...IMAGES,
    "data.yaml": "names: [cat]\ntrain: images/val\nval: images/train\ntest: images/test\n",
  };
  await withFiles(files, async (root) => {
    const { found, codes } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(splits(found), { "images/train/a.jpg": "val", "images/val/b.jpg": "train" });
    assert.deepEqual(codes(), ["split-not-found data.yaml"]);
  });
});

Deno.test("one folder for two splits is no split", async () => {
  const files = {
    "images/a.jpg": "",
    "labels/a.txt": ROW,
    "data.yaml": "names: [cat]\ntrain: images\nval: images\n",
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(splits(found), { "images/a.jpg": undefined });
  });
});

Deno.test("Roboflow's layout, a split above images and labels, is read", async () => {
  const files = {
    "train/images/a.jpg": "",
    "train/labels/a.txt": ROW,
    "valid/images/b.jpg": "",
    "valid/labels/b.txt": ROW,
    "data.yaml":
      "train: ../train/images\nval: ../valid/images\ntest: ../test/images\nnc: 1\nnames: ['cat']\n",
    "README.dataset.txt": "0 0 0 0 0",
  };
  await withFiles(files, async (root) => {
    const { found } = await scanned({ images: root, labels: root, format: "yolo" });
    assert.deepEqual(pairs(found), {
      "train/images/a.jpg": "train/labels/a.txt",
      "valid/images/b.jpg": "valid/labels/b.txt",
    });
    assert.deepEqual(splits(found), { "train/images/a.jpg": "train", "valid/images/b.jpg": "val" });
    assert.deepEqual([...found.orphans()], []);
  });
});

Deno.test("rows decide whether text files are labels: numbers do, captions do not", async () => {
  const cases: [files: Files, confidence: number | undefined][] = [
    [{ "data.yaml": "names: [cat]", "a.txt": ROW }, 3],
    [{ "a.txt": ROW }, 2],
    [{ "a.txt": "" }, 1],
    [{ "a.txt": "a photo of a cat on a mat\n" }, undefined],
    [{ "a.txt": "000001 1\n000002 -1\n" }, undefined],
    [
      { "a.txt": "Car 0.00 0 -1.58 587.01 173.33 614.12 200.12 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59\n" },
      undefined,
    ],
    [{ "a.txt": "100,200,30,40,1,4,0,0\n" }, undefined],
  ];
  for (const [files, confidence] of cases) {
    await withFiles({ "a.jpg": "", ...files }, async (root) => {
      const { yolo } = await import("../../src/formats/yolo/yolo.ts");
      const { View } = await import("../../src/scan/view.ts");
      const { walk } = await import("../../src/tree/walk.ts");
      const tree = await walk(root, { issue() {} });
      const view = new View(tree, tree, { pattern: [], vocOffset: "auto", issue() {} });
      const [candidate] = await yolo.detect(view);
      assert.equal(candidate?.confidence, confidence, JSON.stringify(files));
    });
  }
});

const samples = fileURLToPath(new URL("../../../shared/formats/samples/", import.meta.url));
const absent = !existsSync(samples);

Deno.test({
  name: "the broken samples come out as their table says" +
    (absent ? " (skipped: no sample folder here)" : ""),
  ignore: absent,
  async fn() {
    const { parseRows } = await import("./parse_rows.ts");
    const dropped = ["yolo_nan", "yolo_negative", "yolo_comma_decimal", "yolo_pixels"];
    const two = ["yolo_mixed", "yolo_out_of_range"];
    for (const file of readdirSync(join(samples, "_bad")).filter((name) => name.startsWith("yolo_"))) {
      const name = file.replace(".txt", "");
      const { annotations, issues } = parseRows(readFileSync(join(samples, "_bad", file)));
      assert.equal(annotations.length, dropped.includes(name) ? 0 : two.includes(name) ? 2 : 1, name);
      const rejects = issues.filter((issue) => issue.severity === "reject").length;
      assert.equal(rejects, dropped.includes(name) ? 1 : 0, name);
    }
  },
});

Deno.test("datasets beside one another, each with a data.yaml, keep their own classes", async () => {
  const read = await readFiles({
    "a/data.yaml": "names: [cat, dog]\ntrain: images\n",
    "a/images/x.jpg": null,
    "a/labels/x.txt": "1 0.5 0.5 0.2 0.2\n",
    "b/data.yaml": "names: [dog, bird]\nval: images\n",
    "b/images/x.jpg": null,
    "b/labels/x.txt": "0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.4 0.4\n",
  });
  assert.deepEqual(read.formats, ["yolo", "yolo"]);
  assert.deepEqual(read.classes.map(({ name }) => name), ["cat", "dog", "bird"]);
  const named = (path: string) => read.labels[path]?.annotations.map(({ category }) => read.names[category]);
  assert.deepEqual(named("a/images/x.jpg"), ["dog"]);
  assert.deepEqual(named("b/images/x.jpg"), ["dog", "bird"]);
  assert.deepEqual(read.splits, { "a/images/x.jpg": "train", "b/images/x.jpg": "val" });
  assert.deepEqual(rejects(read), []);
});

Deno.test("labels outside of datasets that disagree end the run: nobody can tell their classes", async () => {
  await assert.rejects(
    readFiles({
      "a/data.yaml": "names: [cat]\n",
      "a/x.jpg": null,
      "a/x.txt": ROW,
      "b/data.yaml": "names: [dog]\n",
      "b/y.jpg": null,
      "b/y.txt": ROW,
      "c/z.txt": ROW,
    }),
    { name: "PackError", message: 'The class lists "a/data.yaml" and "b/data.yaml" disagree.' },
  );
});

Deno.test("names of key points and their bones are taken from the data.yaml", async () => {
  const cases: [yaml: string, extra: unknown][] = [
    ["kpt_shape: [2, 3]", { keypoints: ["kpt0", "kpt1"], skeleton: [] }],
    ["kpt_shape: [2, 2]\nkpt_names: {0: [nose, tail]}\nskeleton: [[0, 1]]", {
      keypoints: ["nose", "tail"],
      skeleton: [[1, 2]],
    }],
    ["kpt_shape: [2, 2]\nkpt_names: [nose]\nskeleton: [[1, 2]]", {
      keypoints: ["nose", "kpt1"],
      skeleton: [[1, 2]],
    }],
    ["kpt_shape: [2, 2]\nskeleton: [[1, 5]]", { keypoints: ["kpt0", "kpt1"], skeleton: [] }],
  ];
  for (const [yaml, extra] of cases) {
    const read = await readFiles({ "data.yaml": `names: [cat]\n${yaml}\n`, "a.jpg": null, "a.txt": ROW });
    assert.deepEqual(read.classes, [{ name: "cat", extra }]);
  }
});

Deno.test("rows of four corners are turned boxes where the task or a name says so", async () => {
  const row = "0 0.5 0.25 0.6 0.375 0.5 0.5 0.4 0.375\n";
  const files = { "a.jpg": null, "a.txt": row };
  const of = async (more: Record<string, string>) =>
    (await readFiles({ ...files, ...more })).labels["a.jpg"]!.annotations[0].attributes;
  assert.deepEqual(await of({ "data.yaml": "names: [cat]\n" }), undefined);
  assert.deepEqual(await of({ "data.yaml": "names: [cat]\ntask: obb\n" }), { rotation: 45 });
  assert.deepEqual(await of({ "dota8-obb.yaml": "names: [cat]\n" }), { rotation: 45 });
});

Deno.test("the last column of a tracker's rows is the track", async () => {
  const attributes = async (text: string) =>
    (await readFiles({ "a.jpg": null, "a.txt": text, "classes.txt": "cat\n" })).labels["a.jpg"]!.annotations
      .map((each) => each.segmentation ? "triangle" : each.attributes);
  const box = "0 0.5 0.5 0.2 0.2";
  assert.deepEqual(await attributes(`${box} 0.9\n${box} 0.5\n`), [{ score: 0.9 }, { score: 0.5 }]);
  assert.deepEqual(await attributes(`${box} 0.9 1\n${box} 0.8 2\n`), [
    { score: 0.9, track_id: 1 },
    { score: 0.8, track_id: 2 },
  ]);
  assert.deepEqual(await attributes(`${box} 1\n${box} 2\n`), [{ track_id: 1 }, { track_id: 2 }]);
  assert.deepEqual(await attributes("0 0.5 0.5 0.2 0.2 0.9 1\n"), ["triangle"]);
});
