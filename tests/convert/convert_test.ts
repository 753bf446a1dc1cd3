import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { convert } from "../../src/convert/convert.ts";
import { LossError } from "../../src/convert/loss.ts";
import type { ConvertOptions } from "../../src/convert/options.ts";
import { pack } from "../../src/pack/pack.ts";
import type { Issue } from "../../src/model/issue.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

/** Two images of 100 × 80 and 64 × 48 px with COCO annotations: a box, a polygon, a mask, a crowd; `val` is empty. */
function cocoTree(folder: string): void {
  const images = [
    { id: 1, file_name: "a.jpg", width: 100, height: 80 },
    { id: 2, file_name: "b.jpg", width: 8, height: 6 },
  ];
  const box = { iscrowd: 0, area: 200, bbox: [10, 20, 20, 10], category_id: 3 };
  const counts = [7, 2, 4, 2, 4, 2, 27];
  const annotations = [
    { ...box, id: 1, image_id: 1 },
    {
      ...box,
      id: 2,
      image_id: 1,
      category_id: 7,
      area: 1200,
      bbox: [10, 20, 30, 40],
      segmentation: [[
        10,
        20,
        40,
        20,
        40,
        60,
        10,
        60,
      ]],
    },
    { ...box, id: 3, image_id: 2, area: 6, bbox: [1, 1, 3, 2], segmentation: { size: [6, 8], counts } },
    {
      ...box,
      id: 4,
      category_id: 7,
      image_id: 2,
      area: 6,
      bbox: [1, 1, 3, 2],
      iscrowd: 1,
      segmentation: { size: [6, 8], counts },
    },
  ];
  const categories = [{ id: 3, name: "cat" }, { id: 7, name: "no" }];
  writeTree(folder, {
    "train/a.jpg": jpeg(100, 80),
    "train/b.jpg": jpeg(8, 6),
    "val/c.jpg": jpeg(20, 20),
    "train/_annotations.coco.json": JSON.stringify({ images, annotations, categories }),
    "val/_annotations.coco.json": JSON.stringify({
      images: [{ id: 1, file_name: "c.jpg", width: 20, height: 20 }],
      annotations: [],
      categories,
    }),
  });
}

/** Converts the tree above in a new folder. */
async function withTree(
  run: (
    folder: string,
    convertTree: (options: Partial<ConvertOptions>) => ReturnType<typeof convert>,
  ) => Promise<void>,
  make = cocoTree,
): Promise<void> {
  using folder = tempDir();
  make(join(folder.path, "in"));
  await run(
    folder.path,
    (options) =>
      convert({
        dataset: join(folder.path, "in"),
        to: "yolo",
        output: join(folder.path, "out"),
        workers: 1,
        ...options,
      }),
  );
}

/** Files below a folder, sorted. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile()).map((name) => name.replaceAll("\\", "/")).sort();
}

const text = (...parts: string[]) => readFileSync(join(...parts), "utf8");

Deno.test("what a format cannot hold is counted, and nothing is written without leave", () =>
  withTree(async (folder, convertTree) => {
    const error = await convertTree({}).then(() => undefined, (error) => error);
    assert.ok(error instanceof LossError);
    assert.equal(error.exitCode, 2);
    assert.deepEqual(error.losses, [
      { capability: "polygons", count: 1, becomes: "become their boxes" },
      { capability: "masks", count: 1, becomes: "become their boxes" },
      { capability: "crowds", count: 1, becomes: "are left out" },
    ]);
    assert.ok(!existsSync(join(folder, "out")));
    const report = await convertTree({ allowLoss: true });
    assert.deepEqual(report.losses, error.losses);
    assert.equal(report.annotations, 3);
  }));

Deno.test("labels alone: Ultralytics' layout, an empty file for an image without objects, names quoted", () =>
  withTree(async (folder, convertTree) => {
    const report = await convertTree({ allowLoss: true });
    assert.deepEqual(files(join(folder, "out")), [
      "data.yaml",
      "labels/train/a.txt",
      "labels/train/b.txt",
      "labels/val/c.txt",
    ]);
    assert.equal(text(folder, "out/labels/train/a.txt"), "0 0.2 0.3125 0.2 0.125\n1 0.25 0.5 0.3 0.5\n");
    assert.equal(text(folder, "out/labels/train/b.txt"), "0 0.3125 0.33333333 0.375 0.33333333\n");
    assert.equal(text(folder, "out/labels/val/c.txt"), "");
    assert.equal(
      text(folder, "out/data.yaml"),
      'train: images/train\nval: images/val\nnc: 2\nnames:\n  0: "cat"\n  1: "no"\n',
    );
    assert.deepEqual(report.splits, { train: 2, val: 1 });
    assert.deepEqual([report.labelFiles, report.imageFiles, report.images], [4, 0, 3]);
  }));

Deno.test("boxes become outlines in a dataset with outlines, so that no file mixes them", () =>
  withTree(async (folder, convertTree) => {
    await convertTree({ to: "yolo-segment", allowLoss: true });
    assert.equal(
      text(folder, "out/labels/train/a.txt"),
      "0 0.1 0.25 0.3 0.25 0.3 0.375 0.1 0.375\n1 0.1 0.25 0.4 0.25 0.4 0.75 0.1 0.75\n",
    );
    // Columns 1 to 3, rows 1 and 2 of 8 × 6.
    assert.equal(
      text(folder, "out/labels/train/b.txt"),
      "0 0.5 0.16666667 0.5 0.5 0.125 0.5 0.125 0.16666667\n",
    );
  }));

Deno.test("images are copied byte for byte, or linked", () =>
  withTree(async (folder, convertTree) => {
    for (const images of ["copy", "link"] as const) {
      const output = join(folder, images);
      const report = await convertTree({ to: "voc", images, output, allowLoss: true });
      assert.equal(report.imageFiles, 3);
      assert.ok(readFileSync(join(output, "JPEGImages/a.jpg")).equals(jpeg(100, 80)));
      assert.equal(statSync(join(output, "JPEGImages/a.jpg")).nlink, images === "link" ? 2 : 1);
      assert.deepEqual(text(output, "ImageSets/Main/train.txt"), "a\nb\n");
    }
  }));

Deno.test("COCO is written without our own keys, split by split, and loses nothing", () =>
  withTree(async (folder, convertTree) => {
    const { losses } = await convertTree({ to: "coco" });
    assert.deepEqual(losses, []);
    const train = JSON.parse(text(folder, "out/annotations/instances_train.json"));
    assert.deepEqual(train.images, [
      { id: 1, width: 100, height: 80, file_name: "a.jpg" },
      { id: 2, width: 8, height: 6, file_name: "b.jpg" },
    ]);
    assert.deepEqual(train.annotations.map((each: { iscrowd: number }) => each.iscrowd), [0, 0, 0, 1]);
    assert.deepEqual(train.categories.map((each: { name: string }) => each.name), ["cat", "no"]);
    const val = JSON.parse(text(folder, "out/annotations/instances_val.json"));
    assert.deepEqual([val.images.length, val.annotations.length], [1, 0]);
  }));

Deno.test("a set is converted with its images as a folder is", () =>
  withTree(async (folder, convertTree) => {
    await pack({ dataset: join(folder, "in"), output: join(folder, "set"), workers: 1 });
    await convertTree({ to: "coco", images: "copy" });
    await convertTree({
      to: "coco",
      images: "copy",
      dataset: join(folder, "set"),
      output: join(folder, "from set"),
    });
    assert.deepEqual(files(join(folder, "from set")), files(join(folder, "out")));
    for (const name of files(join(folder, "out"))) {
      assert.ok(
        readFileSync(join(folder, "from set", name)).equals(readFileSync(join(folder, "out", name))),
        name,
      );
    }
    await assert.rejects(
      convertTree({ to: "coco", images: "link", dataset: join(folder, "set") }),
      /inside its bundle/,
    );
  }));

Deno.test("a set for a trainer that counts classes from 0 gives the same labels", () =>
  withTree(async (folder, convertTree) => {
    await pack({ dataset: join(folder, "in"), output: join(folder, "set"), profile: "dfine", workers: 1 });
    await convertTree({ dataset: join(folder, "set"), allowLoss: true });
    assert.equal(text(folder, "out/labels/train/a.txt"), "0 0.2 0.3125 0.2 0.125\n1 0.25 0.5 0.3 0.5\n");
  }));

Deno.test("a dry run writes nothing and tells what would be lost", () =>
  withTree(async (folder, convertTree) => {
    const report = await convertTree({ dryRun: true });
    assert.equal(report.losses.length, 3);
    assert.deepEqual(readdirSync(folder), ["in"]);
  }));

Deno.test("a folder that is not empty stays as it is, unless it is to be written over; other files in it stay", () =>
  withTree(async (folder, convertTree) => {
    writeTree(join(folder, "out"), { "labels/train/a.txt": "mine", "labels/mine.txt": "mine" });
    await assert.rejects(convertTree({ allowLoss: true }), /is not empty: it holds "labels"/);
    assert.equal(text(folder, "out/labels/train/a.txt"), "mine");
    await convertTree({ allowLoss: true, overwrite: true });
    assert.match(text(folder, "out/labels/train/a.txt"), /^0 0\.2 /);
    assert.equal(text(folder, "out/labels/mine.txt"), "mine");
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["data.yaml", "labels"]);
  }));

Deno.test("links in the output folder are not followed", () =>
  withTree(async (folder, convertTree) => {
    mkdirSync(join(folder, "elsewhere"));
    mkdirSync(join(folder, "out"));
    symlinkSync(join(folder, "elsewhere"), join(folder, "out", "labels"), "dir");
    await assert.rejects(convertTree({ allowLoss: true, overwrite: true }), /not a folder, or a link/);
    assert.deepEqual(readdirSync(join(folder, "elsewhere")), []);
    assert.deepEqual(readdirSync(join(folder, "out")), ["labels"]);
  }));

Deno.test("what cannot be read is listed beside the labels, and the output is never read as input", () =>
  withTree(
    async (folder, convertTree) => {
      const inside = join(folder, "in", "converted");
      for (let run = 0; run < 2; run++) {
        const report = await convertTree({ output: inside, overwrite: true });
        assert.deepEqual([report.images, report.annotations], [1, 1]);
        assert.equal(report.source!.rejects.annotation, 1);
        assert.equal(text(inside, "rejects.jsonl").trim().split("\n").length, 1);
      }
      await assert.rejects(convertTree({ maxRejects: 0 }), /--max-rejects/);
      assert.ok(!existsSync(join(folder, "out")));
      await assert.rejects(
        convertTree({ output: join(folder, "in"), overwrite: true }),
        /is the folder that is read/,
      );
    },
    (folder) =>
      writeTree(folder, {
        "a.jpg": jpeg(100, 80),
        "a.txt": "0 0.5 0.5 0.2 0.2\n0 x\n",
        "classes.txt": "cat\n",
      }),
  ));

Deno.test("two images of one name are both written, and the second one is told", () =>
  withTree(async (folder, convertTree) => {
    const issues: Issue[] = [];
    const report = await convertTree({ images: "copy", onIssue: (issue) => issues.push(issue) });
    assert.deepEqual(files(join(folder, "out")), [
      "data.yaml",
      "images/a.jpg",
      "images/a_2.png",
      "labels/a.txt",
      "labels/a_2.txt",
    ]);
    assert.equal(report.renamed, 1);
    assert.deepEqual(issues.filter(({ code }) => code === "image-renamed").map(({ path }) => path), [
      "images/a.png",
    ]);
  }, (folder) => writeTree(folder, { "a.jpg": jpeg(10, 10), "images/a.png": jpeg(12, 12) })));

Deno.test("a format of class folders wants images, and leaves out those without a class", () =>
  withTree(async (folder, convertTree) => {
    await assert.rejects(convertTree({ to: "class-folders" }), /the folders of the images are the labels/);
    const error = await convertTree({ to: "class-folders", images: "copy" }).then(
      () => undefined,
      (error) => error,
    );
    assert.deepEqual(error.losses.at(-1), {
      capability: "background",
      count: 1,
      becomes: "are not mentioned",
    });
    const report = await convertTree({ to: "class-folders", images: "copy", allowLoss: true });
    assert.deepEqual([report.images, existsSync(join(folder, "out", "train"))], [0, false]);
  }));

Deno.test("labels without images keep their sizes only where a format states them", () =>
  withTree(async (folder, convertTree) => {
    const report = await convertTree({ to: "voc", images: "copy" });
    assert.deepEqual([report.losses, report.missingImages, report.imageFiles], [[], 1, 0]);
    await assert.rejects(convertTree({ to: "yolo", output: join(folder, "other") }), /image sizes of images/);
  }, (folder) =>
    writeTree(folder, {
      "a.xml": "<annotation><size><width>100</width><height>80</height></size><object><name>cat</name>" +
        "<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>",
    })));

Deno.test("a signal ends a conversion and leaves nothing", () =>
  withTree(async (folder, convertTree) => {
    const controller = new AbortController();
    const onProgress = ({ phase }: { phase: string }) => phase === "convert" && controller.abort();
    await assert.rejects(
      convertTree({ allowLoss: true, signal: controller.signal, onProgress }),
      /Interrupted/,
    );
    assert.deepEqual(readdirSync(folder), ["in"]);
  }, (folder) => {
    cocoTree(folder);
    for (let i = 0; i < 300; i++) writeFileSync(join(folder, "train", `${i}.jpg`), jpeg(9, 9));
  }));

Deno.test("a conversion that is killed leaves nothing that looks done, and the next one takes its place", () =>
  withTree(async (folder, convertTree) => {
    const out = join(folder, "out");
    const main = new URL("../../main.ts", import.meta.url).pathname;
    const args = [
      "run",
      "-A",
      "--no-check",
      main,
      "convert",
      join(folder, "in"),
      "--to",
      "coco",
      "--output",
      out,
    ];
    const child = spawn(process.execPath, [...args, "--images", "copy"], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    while (!existsSync(join(out, ".convert.partial", "files")) && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill("SIGKILL");
    await ended;
    const left = existsSync(out) ? readdirSync(out) : [];
    if (!left.includes("annotations")) {
      assert.deepEqual(left.filter((name) => name !== ".convert.partial"), []);
    }
    await convertTree({ to: "coco", overwrite: left.includes("annotations") });
    assert.ok(!existsSync(join(out, ".convert.partial")));
  }, (folder) => {
    cocoTree(folder);
    for (let i = 0; i < 2000; i++) writeFileSync(join(folder, "train", `${i}.jpg`), jpeg(9, 9));
  }));
