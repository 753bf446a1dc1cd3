import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Issue, PackError } from "../../src/model/issue.ts";
import { pack } from "../../src/pack/pack.ts";
import { tempDir } from "../dataset/temp.ts";
import { verify } from "../../src/verify/verify.ts";
import { png, webp } from "../image/make_image.ts";
import { tracks } from "../media/mp4_reader.ts";
import { jpeg, writeTree, yoloFiles } from "./small_dataset.ts";

const SET = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];

/** Bytes of every file in a folder. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

Deno.test("the set is the same from 1, 2, 4 and 7 workers and from two orders of file creation", async () => {
  using temp = tempDir();
  const files = yoloFiles(600);
  const names = Object.keys(files);
  writeTree(join(temp.path, "a"), files, names);
  writeTree(join(temp.path, "b"), files, names.toReversed());
  const sets = [];
  for (const [dataset, workers] of [["a", 1], ["a", 2], ["b", 4], ["b", 7]] as const) {
    const output = join(temp.path, `set-${dataset}${workers}`);
    const report = await pack({ dataset: join(temp.path, dataset), output, workers });
    assert.equal(report.frames, 600);
    sets.push(contents(output));
  }
  assert.deepEqual(Object.keys(sets[0]), [...SET].sort());
  for (const set of sets.slice(1)) assert.deepEqual(set, sets[0]);
});

Deno.test("every image lies byte for byte at its offset, and the labels at their image", async () => {
  using temp = tempDir();
  const files = yoloFiles(40);
  writeTree(temp.path + "/data", files);
  for (const media of ["zip", "tar", "mp4"] as const) {
    const output = join(temp.path, media);
    await pack({ dataset: temp.path + "/data", output, media });
    const coco = JSON.parse(readFileSync(join(output, "unified_annotation.json"), "utf8"));
    const bundle = readFileSync(join(output, `media_bundle.${media}`));
    const images = Object.keys(files).filter((name) => name.endsWith(".jpg")).sort();
    assert.deepEqual(coco.images.map((image: { file_name: string }) => image.file_name), images);
    for (const { id, file_name, offset, size, width, height, split } of coco.images) {
      assert.deepEqual(new Uint8Array(bundle.subarray(offset, offset + size)), files[file_name]);
      assert.equal(split, file_name.split("/")[1]);
      const label = (files[file_name.replace("images", "labels").replace("jpg", "txt")] ?? "") as string;
      const rows = label.split("\n").filter(Boolean).map((row) => row.split(" ").map(Number));
      const annotations = coco.annotations.filter((a: { image_id: number }) => a.image_id === id);
      assert.deepEqual(
        annotations.map((a: { category_id: number; bbox: number[] }) => [
          coco.categories[a.category_id - 1].name,
          ...a.bbox.map((v) => Math.round(v * 1e4) / 1e4),
        ]),
        rows.map(([c, x, y, w, h]) => [
          ["zebra", "ant", "moth", , , "class_5"][c],
          ...[(x - w / 2) * width, (y - h / 2) * height, w * width, h * height].map((v) =>
            Math.round(v * 1e4) / 1e4
          ),
        ]),
      );
    }
    assert.deepEqual(
      coco.annotations.map((a: { id: number }) => a.id),
      coco.annotations.map((_: unknown, i: number) => i + 1),
    );
    assert.deepEqual(
      coco.categories.map((c: { name: string }) => c.name),
      ["zebra", "ant", "moth", "class_5"],
    );
  }
});

Deno.test("an mp4 is the same from any number of workers, and in two steps, with its frame rate in the manifest", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  const files = yoloFiles(600);
  Object.keys(files).filter((name) => name.endsWith(".jpg")).forEach((name, i) => {
    if (i % 5 === 0) files[name] = png(64 + i % 50, 48 + i % 30);
  });
  writeTree(dataset, files);
  const sets = [];
  for (const workers of [1, 2, 5]) {
    const output = join(temp.path, `set-${workers}`);
    const report = await pack({ dataset, output, workers, media: "mp4", fps: 12.5 });
    assert.equal(report.frames, 600);
    assert.deepEqual((await verify(output, { deep: true })).problems, []);
    sets.push(contents(output));
  }
  const output = join(temp.path, "steps");
  await pack({ dataset, output, media: "mp4", fps: 12.5, stage: "bundle" });
  await pack({ dataset, output, stage: "annotate" });
  sets.push(contents(output));
  assert.deepEqual(Object.keys(sets[0]), [
    "frame_manifest.json",
    "media_bundle.mp4",
    "unified_annotation.json",
  ]);
  for (const set of sets.slice(1)) assert.deepEqual(set, sets[0]);
  assert.match(sets[0]["frame_manifest.json"], /"media":"mp4","fps":12.5,/);
  const found = tracks(readFileSync(join(output, "media_bundle.mp4")));
  assert.deepEqual(found.map(({ objectType, samples }) => [objectType, samples.length]), [[0x6c, 480], [
    0x6d,
    120,
  ]]);
  assert.deepEqual(found.map(({ timescale, delta }) => timescale / delta), [12.5, 12.5]);
  await assert.rejects(pack({ dataset, output: join(temp.path, "x"), fps: 10 }), { exitCode: 2 });
  for (const fps of [0, 1001, 1 / 3, NaN]) {
    await assert.rejects(pack({ dataset, output: join(temp.path, "x"), media: "mp4", fps }), { exitCode: 2 });
  }
});

Deno.test("images that an mp4 cannot hold are left out with the remedy, and in zip and inspection they are not", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, { "a.jpg": jpeg(40, 30), "b.jpg": webp(40, 30, 1), "b.txt": "0 0.5 0.5 0.2 0.2\n" });
  const output = join(temp.path, "set");
  const report = await pack({ dataset, output, media: "mp4", format: "yolo" });
  assert.deepEqual([report.frames, report.rejects], [1, { image: 1, label: 1, annotation: 0 }]);
  const [line] = readFileSync(join(output, "rejects.jsonl"), "utf8").split("\n");
  const { code, path, message, suggestion } = JSON.parse(line);
  assert.deepEqual([code, path], ["image-not-for-media", "b.jpg"]);
  assert.equal(message, '"b.jpg" is a WEBP, and an mp4 bundle holds JPEG and PNG only.');
  assert.match(suggestion, /--media zip/);
  assert.deepEqual((await verify(output)).problems, []);
  const zip = await pack({ dataset, output, overwrite: true, format: "yolo" });
  assert.deepEqual([zip.frames, zip.rejects.image], [2, 0]);
  assert.deepEqual(readdirSync(output).sort(), [...SET].sort());
});

Deno.test("bundle and then annotate give the same three files as run", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, {
    ...yoloFiles(50),
    "images/train/broken.jpg": "no image",
    "labels/train/broken.txt": "0 .5 .5 .1 .1",
  });
  await pack({ dataset, output: temp.path + "/run" });
  await pack({ dataset, output: temp.path + "/two", stage: "bundle" });
  await pack({ dataset, output: temp.path + "/two", stage: "annotate" });
  const [one, two] = [contents(temp.path + "/run"), contents(temp.path + "/two")];
  for (const name of SET) assert.equal(two[name], one[name], name);
  const lines = (text: string) => text.split("\n").filter(Boolean).sort();
  assert.deepEqual(lines(one["rejects.jsonl"]).length, 2);
  assert.deepEqual(lines(two["rejects.jsonl"]), lines(one["rejects.jsonl"]));
});

Deno.test("annotate with a manifest refuses a pattern: the manifest says which frames there are", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(9));
  const output = join(temp.path, "out");
  await pack({ dataset, output, stage: "bundle" });
  const before = contents(output);
  const pattern = ["**/val/*"];
  await assert.rejects(
    pack({ dataset, output, stage: "annotate", pattern }),
    (error) =>
      error instanceof PackError && error.exitCode === 2 && /"\*\*\/val\/\*"/.test(error.message) &&
      /Leave out --pattern/.test(error.suggestion ?? ""),
  );
  assert.deepEqual(contents(output), before);
  const alone = join(temp.path, "alone");
  assert.equal((await pack({ dataset, output: alone, stage: "annotate", pattern })).frames, 3);
});

Deno.test("classes that no list declares get ids by their sorted names, whatever was met first", async () => {
  using temp = tempDir();
  const voc = (name: string) =>
    `<annotation><size><width>64</width><height>48</height></size><object><name>${name}</name><bndbox>` +
    `<xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox></object></annotation>`;
  const names = ["pear", "apple", "quince", "fig", "apple"];
  writeTree(
    temp.path + "/data",
    Object.fromEntries(names.flatMap((name, i) => [[`${i}.jpg`, jpeg(64, 48)], [`${i}.xml`, voc(name)]])),
  );
  const { categories } = await pack({ dataset: temp.path + "/data", output: temp.path + "/out" });
  assert.deepEqual(categories, ["apple", "fig", "pear", "quince"]);
  const coco = JSON.parse(readFileSync(temp.path + "/out/unified_annotation.json", "utf8"));
  assert.deepEqual(
    coco.annotations.map((a: { category_id: number }) => coco.categories[a.category_id - 1].name),
    names,
  );
});

Deno.test("an image too large for memory is copied in pieces to the same set", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, { "a.jpg": jpeg(10, 10), "big.jpg": jpeg(640, 480), "c.jpg": jpeg(12, 12) });
  // A sparse file: 70 MiB of zeros after the header.
  truncateSync(join(dataset, "big.jpg"), 70 << 20);
  for (const media of ["zip", "tar", "mp4"] as const) {
    const output = join(temp.path, media);
    const report = await pack({ dataset, output, media, workers: 2 });
    assert.equal(report.frames, 3);
    const bundle = readFileSync(join(output, `media_bundle.${media}`));
    const coco = JSON.parse(readFileSync(join(output, "unified_annotation.json"), "utf8"));
    for (const { file_name, offset, size } of coco.images) {
      assert.ok(
        readFileSync(join(dataset, file_name)).equals(bundle.subarray(offset, offset + size)),
        file_name,
      );
    }
  }
});

Deno.test("labels without any image get grey frames, marked in the manifest", async () => {
  using temp = tempDir();
  const { "data.yaml": yaml, ...rest } = yoloFiles(6);
  const labels = Object.fromEntries(Object.entries(rest).filter(([name]) => name.endsWith(".txt")));
  writeTree(temp.path + "/data", { "data.yaml": yaml, ...labels });
  const report = await pack({ dataset: temp.path + "/data", output: temp.path + "/out" });
  assert.equal(report.placeholders, Object.keys(labels).length);
  assert.equal(report.frames, report.placeholders);
  const manifest = JSON.parse(readFileSync(temp.path + "/out/frame_manifest.json", "utf8"));
  for (const frame of manifest.frames) {
    assert.deepEqual([frame.placeholder, frame.width, frame.height], [true, 640, 480]);
  }
  await assert.rejects(
    pack({ dataset: temp.path + "/data", output: temp.path + "/no", placeholders: false }),
    /no images were found/,
  );
  assert.deepEqual(readdirSync(temp.path).sort(), ["data", "out"]);
});

Deno.test("bundle makes grey frames of the size the labels declare, and annotate labels them as run would", async () => {
  using temp = tempDir();
  const xml = "<annotation><size><width>20</width><height>10</height></size><object><name>cat</name>" +
    "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>";
  writeTree(temp.path + "/data", { "a.xml": xml, "b.xml": xml });
  const [dataset, run, apart] = ["data", "run", "apart"].map((name) => join(temp.path, name));
  await pack({ dataset, output: run });
  const report = await pack({ dataset, output: apart, stage: "bundle" });
  assert.deepEqual([report.placeholders, report.annotations], [2, 0]);
  await pack({ dataset, output: apart, stage: "annotate" });
  assert.deepEqual(contents(apart), contents(run));
});

Deno.test("annotate lists an image that was left out once, though bundle listed it before", async () => {
  using temp = tempDir();
  writeTree(temp.path + "/data", { "a.jpg": jpeg(10, 10), "b.jpg": "" });
  symlinkSync("nowhere", temp.path + "/data/c.jpg");
  const [dataset, run, apart] = ["data", "run", "apart"].map((name) => join(temp.path, name));
  await pack({ dataset, output: run });
  for (const stage of ["bundle", "annotate"] as const) await pack({ dataset, output: apart, stage });
  const rejects = (folder: string) => contents(folder)["rejects.jsonl"].split("\n").sort();
  assert.deepEqual(rejects(apart), rejects(run));
});

Deno.test("annotate passes over the labels of images that bundle left out, and says how many", async () => {
  const coco = JSON.stringify({
    images: ["a", "b", "c"].map((name, i) => ({
      id: i + 1,
      file_name: `${name}.jpg`,
      width: 10,
      height: 10,
    })),
    annotations: [1, 2, 3].map((id) => ({ id, image_id: id, category_id: 1, bbox: [1, 2, 3, 4] })),
    categories: [{ id: 1, name: "cat" }],
  });
  const row = "0 0.5 0.5 0.2 0.2\n";
  const formats = {
    yolo: { "data.yaml": "names: [cat]", "a.txt": row, "b.txt": row, "c.txt": row, "gone.txt": row },
    coco: { "_annotations.coco.json": coco.replace("[{", '[{"id":9,"file_name":"gone.jpg"},{') },
  };
  for (const [format, labels] of Object.entries(formats)) {
    using temp = tempDir();
    const [dataset, run, apart] = ["data", "run", "apart"].map((name) => join(temp.path, name));
    writeTree(dataset, { "a.jpg": jpeg(10, 10), "b.jpg": jpeg(10, 10), "c.jpg": "", ...labels });
    const pattern = ["[ac].jpg"];
    await pack({ dataset, output: run, pattern });
    await pack({ dataset, output: apart, stage: "bundle", pattern });
    const issues: Issue[] = [];
    const onIssue = (issue: Issue) => void issues.push(issue);
    const report = await pack({ dataset, output: apart, stage: "annotate", onIssue });
    assert.equal(report.skippedLabels, 1, format);
    assert.equal(report.annotations, 1, format);
    const told = issues.filter(({ severity }) => severity === "warning").map(({ code }) => code);
    assert.deepEqual(told, ["image-not-in-set"], format);
    const rejects = (folder: string) => contents(folder)["rejects.jsonl"].split("\n").sort();
    assert.deepEqual(rejects(apart), rejects(run), format);
  }
});

Deno.test("a format that was named but is not here is a warning, not silence", async () => {
  using temp = tempDir();
  writeTree(temp.path + "/data", { "a.jpg": jpeg(10, 10), "a.txt": "0 0.5 0.5 0.2 0.2\n" });
  for (const format of ["coco", "voc"]) {
    const issues: Issue[] = [];
    const onIssue = (issue: Issue) => void issues.push(issue);
    await pack({ dataset: temp.path + "/data", output: join(temp.path, format), format, onIssue });
    assert.deepEqual(issues.map(({ code, severity }) => [code, severity]), [["labels-missing", "warning"]]);
  }
});

Deno.test("records in are records out and rejects, each with a reason", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, {
    "data.yaml": "names: [a]\n",
    "images/good.jpg": jpeg(64, 48),
    "labels/good.txt": "0 .5 .5 .1 .1\n0 nan .5 .1 .1\n0 .5 .5 .1 .1\n",
    "images/empty.jpg": new Uint8Array(0),
    "images/text.png": "hello",
    "labels/text.txt": "0 .5 .5 .1 .1\n",
    "labels/alone.txt": "0 .5 .5 .1 .1\n",
    "images/background.jpg": jpeg(64, 48),
  });
  const issues: Issue[] = [];
  const output = join(temp.path, "out");
  const report = await pack({ dataset, output, onIssue: (issue) => issues.push(issue) });
  assert.equal(report.frames, 2);
  assert.equal(report.annotations, 1);
  const rejects = readFileSync(join(output, "rejects.jsonl"), "utf8").trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(
    rejects.map(({ record, path, line }) => [record, path, line ?? 0]).sort(),
    [
      ["annotation", "labels/good.txt", 2],
      ["annotation", "labels/good.txt", 3],
      ["image", "images/empty.jpg", 0],
      ["image", "images/text.png", 0],
      ["label", "labels/alone.txt", 0],
      ["label", "labels/text.txt", 0],
    ],
  );
  for (const { code, message, suggestion } of rejects) {
    assert.ok(code && message && suggestion, JSON.stringify({ code, message }));
  }
  assert.deepEqual(report.rejects, { image: 2, label: 2, annotation: 2 });
  assert.equal(issues.filter(({ severity }) => severity === "reject").length, 6);

  const skipping = await pack({ dataset, output, overwrite: true, skipMissingImages: true });
  assert.equal(skipping.skippedLabels, 1);
  assert.equal(skipping.rejects.label, 1);
  await assert.rejects(
    pack({ dataset, output, overwrite: true, maxRejects: 3 }),
    /More than 3 inputs were rejected/,
  );
  assert.deepEqual(readdirSync(output).filter((name) => name.endsWith(".partial")), []);
});

Deno.test("an existing set is only replaced when asked, also by another kind of bundle", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(5));
  const output = join(temp.path, "out");
  await pack({ dataset, output });
  await assert.rejects(pack({ dataset, output }), { name: "PackError", exitCode: 2 });
  await pack({ dataset, output, media: "tar", overwrite: true });
  assert.deepEqual(readdirSync(output).sort(), [
    "frame_manifest.json",
    "media_bundle.tar",
    "unified_annotation.json",
  ]);
});

Deno.test("--skip-manifest does not replace files that a manifest describes", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(5));
  const output = join(temp.path, "out");
  await pack({ dataset, output });
  const before = contents(output);
  for (const stage of ["run", "bundle", "annotate"] as const) {
    await assert.rejects(
      pack({ dataset, output, stage, skipManifest: true, overwrite: true }),
      (error) => error instanceof PackError && error.exitCode === 2 && /leave it wrong/.test(error.message),
      stage,
    );
  }
  assert.deepEqual(contents(output), before);
  const other = { stage: "annotate", annotationFile: "other.json", skipManifest: true } as const;
  await pack({ dataset, output, ...other });
  await pack({ dataset, output, ...other, overwrite: true });
  assert.deepEqual(Object.keys(contents(output)), [...Object.keys(before), "other.json"].sort());
});

Deno.test("a name outside the output folder, or of another file of the set, is bad usage", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(3));
  const output = join(temp.path, "out");
  for (
    const options of [
      { bundleFile: "../x.zip" },
      { bundleFile: "frame_manifest.json" },
      { annotationFile: "a/b.json" },
      { annotationFile: "frame_manifest.json" },
      { annotationFile: "rejects.jsonl" },
      { bundleFile: "same", annotationFile: "same" },
      { media: "mkv" as "zip" },
      { stage: "all" as "run" },
    ]
  ) {
    await assert.rejects(pack({ dataset, output, ...options }), { name: "PackError", exitCode: 2 });
  }
  assert.deepEqual(readdirSync(temp.path), ["data"]);
});

Deno.test("labels that fit two formats are bad usage: --format has to say which", async () => {
  using temp = tempDir();
  const { "data.yaml": _, ...files } = yoloFiles(4);
  const darknet = { "obj.data": "classes = 1\ntrain = train.txt\nnames = obj.names\n", "obj.names": "dog\n" };
  writeTree(temp.path + "/data", { ...files, ...darknet, "data.yaml": "names: [zebra]\n" });
  await assert.rejects(
    pack({ dataset: temp.path + "/data", output: temp.path + "/out" }),
    (error) => error instanceof PackError && error.exitCode === 2 && /--format/.test(error.suggestion ?? ""),
  );
  assert.deepEqual(readdirSync(temp.path), ["data"]);
});

Deno.test("a bundle written over a whole set leaves no annotations of other frames beside it", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(5));
  const output = join(temp.path, "out");
  await pack({ dataset, output });
  await pack({ dataset, output, stage: "bundle", overwrite: true });
  assert.deepEqual(readdirSync(output).sort(), ["frame_manifest.json", "media_bundle.zip"]);
});

Deno.test("labels of an unknown format are a warning that counts them", async () => {
  using temp = tempDir();
  writeTree(temp.path + "/data", { "a.jpg": jpeg(10, 10), "a.xml": "<kitchen/>", "b.json": "{}" });
  const issues: Issue[] = [];
  await pack({
    dataset: temp.path + "/data",
    output: temp.path + "/out",
    onIssue: (issue) => issues.push(issue),
  });
  assert.deepEqual(issues.map(({ code, severity }) => [code, severity]), [["labels-missing", "warning"]]);
  assert.match(issues[0].message, /though 2 files here could be labels, like "a.xml"/);
});

Deno.test("an abort publishes nothing and leaves nothing", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, yoloFiles(300));
  const output = join(temp.path, "out");
  const abort = new AbortController();
  await assert.rejects(
    pack({
      dataset,
      output,
      signal: abort.signal,
      onProgress: ({ phase }) => phase === "pack" && abort.abort(),
    }),
    { exitCode: 130 },
  );
  assert.deepEqual(readdirSync(temp.path), ["data"]);
});

Deno.test("the output folder inside the dataset is not packed", async () => {
  using temp = tempDir();
  writeTree(temp.path, yoloFiles(5));
  const output = join(temp.path, "images", "out");
  mkdirSync(output);
  writeFileSync(join(output, "old.jpg"), jpeg(8, 8));
  const { frames } = await pack({ dataset: temp.path, output });
  assert.equal(frames, 5);
  assert.equal((await pack({ dataset: temp.path, output, overwrite: true })).frames, 5);
});

Deno.test("a dataset of one batch, which is packed without a thread, can be given up, and leaves nothing", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), output = join(temp.path, "out");
  writeTree(dataset, { "a.jpg": "no image", "b.jpg": jpeg(64, 48, 5 << 20), "c.jpg": jpeg(64, 48, 5 << 20) });
  const controller = new AbortController();
  const { signal } = controller;
  const given = pack({ dataset, output, signal, onIssue: () => controller.abort() });
  await assert.rejects(given, { exitCode: 130 });
  assert.deepEqual(existsSync(output) ? readdirSync(output) : [], []);
  assert.equal((await pack({ dataset, output })).frames, 2);
});

Deno.test("what is wrong in a file with the labels of many images is told with the image", async () => {
  using temp = tempDir();
  writeTree(temp.path + "/data", {
    "a.jpg": jpeg(10, 10),
    "b.jpg": jpeg(10, 10),
    "boxes.csv": "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,10,10,cat,1,1,5,5\n" +
      "b.jpg,10,10,cat,x,1,5,5\nb.jpg,10,10,cat,20,20,30,30\n",
  });
  await pack({ dataset: temp.path + "/data", output: temp.path + "/out" });
  const rejects = contents(temp.path + "/out")["rejects.jsonl"].trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(rejects.map(({ code, path, image }) => [code, path, image]), [
    ["coordinate-invalid", "boxes.csv", "b.jpg"],
    ["annotation-outside", "boxes.csv", "b.jpg"],
  ]);
});
