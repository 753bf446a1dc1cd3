import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { inspect, predict } from "../../src/inspect/inspect.ts";
import { pack } from "../../src/pack/pack.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";

/** A grey PNG (PNG specification, sections 5 and 11). */
function png(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4), crc = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc((width + 1) * height))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A YOLO dataset: 3 sound images in two splits, one of them without objects; one text named .png; one label without image. */
function yoloDataset(dir: string): void {
  const files: Record<string, string | Uint8Array> = {
    "data.yaml": "path: .\ntrain: images/train\nval: images/val\nnames: [cat, dog, owl]\n",
    "images/train/a.png": png(100, 50),
    "labels/train/a.txt": "0 0.5 0.5 0.5 0.5\n1 0.2 0.2 0.1 0.1\n",
    "images/train/b.png": png(64, 64),
    "labels/train/b.txt": "1 0.5 0.5 0.5 0.5\n1 nan 0.5 0.5 0.5\n",
    "images/val/c.png": png(100, 50),
    "images/val/d.png": "not an image, whatever its name says",
    "labels/val/e.txt": "0 0.5 0.5 0.5 0.5\n",
  };
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), data);
  }
}

Deno.test("inspecting a dataset counts images, classes, splits, sizes and what would be left out", async () => {
  using dir = tempDir();
  yoloDataset(dir.path);
  const found = await inspect(dir.path);
  assert.equal(found.kind, "dataset");
  assert.deepEqual(found.formats.map(({ format, chosen }) => [format, chosen])[0], ["yolo", true]);
  assert.deepEqual([found.images, found.background, found.annotations], [3, 1, 3]);
  assert.deepEqual(found.classes, [
    { name: "cat", annotations: 1 },
    { name: "dog", annotations: 2 },
    { name: "owl", annotations: 0 },
  ]);
  assert.deepEqual(found.splits, {
    train: { images: 2, annotations: 3 },
    val: { images: 1, annotations: 0 },
  });
  assert.deepEqual(found.sizes, [{ width: 100, height: 50, images: 2 }, {
    width: 64,
    height: 64,
    images: 1,
  }]);
  assert.deepEqual(found.codecs, { png: 3 });
  assert.equal(found.bytes, 2 * png(100, 50).length + png(64, 64).length);
  // The text named .png; the row with nan; the label without image.
  assert.deepEqual(found.rejects, { image: 1, label: 1, annotation: 1 });
  assert.equal(found.problems.filter(({ severity }) => severity === "reject").length, 3);
});

for (const media of ["zip", "tar", "mp4"] as const) {
  Deno.test(`a prediction for ${media} agrees with the run, to the byte, and writes nothing`, async () => {
    using dir = tempDir();
    const dataset = join(dir.path, "in"), output = join(dir.path, "out");
    yoloDataset(dataset);
    const predicted = await predict({ dataset, output, media });
    assert.equal(existsSync(output), false);
    const report = await pack({ dataset, output, media, workers: 1 });
    assert.deepEqual(
      predicted.files.map(({ file }) => file),
      readdirSync(output).sort((a, b) => {
        const order = predicted.files.map(({ file }) => file);
        return order.indexOf(a) - order.indexOf(b);
      }),
    );
    assert.equal(predicted.files[0].size, statSync(join(output, `media_bundle.${media}`)).size);
    assert.deepEqual(
      [predicted.images, predicted.annotations, predicted.background, predicted.rejects],
      [report.frames, report.annotations, report.background, report.rejects],
    );
    assert.deepEqual((await verify(output, { deep: true })).problems, []);

    const set = await inspect(output);
    assert.equal(set.kind, "set");
    assert.deepEqual(set.formats.map(({ format, files }) => [format, files]), [["yolo", 2]]);
    for (
      const key of [
        "images",
        "background",
        "annotations",
        "classes",
        "splits",
        "sizes",
        "codecs",
        "bytes",
      ] as const
    ) {
      assert.deepEqual(set[key], predicted[key], key);
    }
  });
}

Deno.test("a prediction refuses what the run would refuse", async () => {
  using dir = tempDir();
  yoloDataset(dir.path);
  const output = join(dir.path, "out");
  await pack({ dataset: dir.path, output, workers: 1 });
  await assert.rejects(predict({ dataset: dir.path, output }), /exists already/);
  await assert.rejects(inspect(join(dir.path, "nothing")), /does not exist/);
  const other = join(dir.path, "other");
  await assert.rejects(predict({ dataset: dir.path, output: other, maxRejects: 2 }), /More than 2 inputs/);
  assert.equal((await predict({ dataset: dir.path, output: other, maxRejects: 3 })).images, 3);
  mkdirSync(join(dir.path, "empty"));
  await assert.rejects(predict({ dataset: join(dir.path, "empty"), output: other }), /nothing to pack/);
  assert.deepEqual((await inspect(join(dir.path, "empty"))).files, []);
});

Deno.test("inspecting a set tells what packing left out, and files of another size", async () => {
  using dir = tempDir();
  yoloDataset(dir.path);
  const output = join(dir.path, "out");
  await pack({ dataset: dir.path, output, workers: 1 });
  const found = await inspect(output);
  assert.deepEqual(found.rejects, { image: 1, label: 1, annotation: 1 });
  assert.deepEqual(found.problems.map(({ severity }) => severity), ["reject", "reject", "reject"]);
  assert.deepEqual(found.files.map(({ file }) => file).sort(), readdirSync(output).sort());

  const bundle = join(output, "media_bundle.zip");
  truncateSync(bundle, statSync(bundle).size - 1);
  const [cut] = (await inspect(output)).problems.filter(({ code }) => code === "set-file-size");
  assert.match(cut.examples[0].message, /^"media_bundle.zip" has \d+ bytes, the manifest says \d+\.$/);
});

Deno.test("labels without images are counted at the size they declare, and the bundle's size is left open", async () => {
  using dir = tempDir();
  writeFileSync(
    join(dir.path, "a.xml"),
    "<annotation><filename>a.jpg</filename><size><width>200</width><height>100</height><depth>3</depth></size>" +
      "<object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>50</xmax><ymax>40</ymax></bndbox></object>" +
      "</annotation>",
  );
  const found = await inspect(dir.path);
  assert.deepEqual([found.images, found.placeholders, found.annotations], [1, 1, 1]);
  assert.deepEqual(found.sizes, [{ width: 200, height: 100, images: 1 }]);
  assert.deepEqual(found.files[0], { file: "media_bundle.zip", size: undefined });
  const bundle = await predict({ dataset: dir.path, output: join(dir.path, "out"), stage: "bundle" });
  assert.deepEqual([bundle.sizes, bundle.annotations, bundle.classes], [found.sizes, 0, []]);
});

Deno.test("a signal ends an inspection", async () => {
  using dir = tempDir();
  yoloDataset(dir.path);
  await assert.rejects(inspect(dir.path, { signal: AbortSignal.abort() }));
});

Deno.test("an inspection tells of class names that are alike, as a run does", async () => {
  using dir = tempDir();
  const dataset = join(dir.path, "data");
  yoloDataset(dataset);
  writeFileSync(
    join(dataset, "data.yaml"),
    "train: images/train\nval: images/val\nnames: [cat, Cat, owl]\n",
  );
  const told: string[] = [];
  await pack({
    dataset: dir.path,
    output: join(dir.path, "out"),
    onIssue: ({ code }) => void told.push(code),
  });
  const found = await inspect(dataset);
  const alike = found.problems.filter(({ code }) => code === "class-names-alike");
  assert.deepEqual([alike.length, alike[0]?.count, told.includes("class-names-alike")], [1, 1, true]);
});
