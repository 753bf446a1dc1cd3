import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { imageSize } from "image-size";
import { openDataset } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { makeVoc, makeYolo, PHOTO, SMALL } from "./dataset.ts";
import { makeLargeSet } from "./large_set.ts";
import { median } from "./measure.ts";
import { figure, goalTable, table } from "./table.ts";

Deno.test("the benchmark's dataset has one readable, different JPEG, one YOLO and one VOC file for each image", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-data-"));
  try {
    const bytes = await makeYolo(join(folder, "yolo"), 40, SMALL);
    makeVoc(join(folder, "voc"), join(folder, "yolo"), 40, SMALL);
    const images = join(folder, "yolo", "images");
    const contents = readdirSync(images).map((name) => readFileSync(join(images, name)));
    assert.equal(contents.length, 40);
    assert.equal(contents.reduce((sum, file) => sum + file.length, 0), bytes);
    assert.equal(new Set(contents.map((file) => file.toString("latin1"))).size, 40);
    for (const file of contents) {
      assert.deepEqual(imageSize(file), { width: 32, height: 32, type: "jpg" });
    }
    assert.equal(readdirSync(join(folder, "yolo", "labels")).length, 40);
    assert.equal(readdirSync(join(folder, "voc", "Annotations")).length, 40);
    assert.match(
      readFileSync(join(folder, "yolo", "labels", "0000000.txt"), "utf8"),
      /^(\d+( 0\.\d{6}){4}\n)+$/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("a large set of the benchmark is one, and its images are those of the manifest", async () => {
  using temp = tempDir();
  makeLargeSet(temp.path, 7);
  using dataset = await openDataset(temp.path);
  let annotations = 0;
  for await (const { index, record, annotations: own } of dataset) {
    annotations += own.length;
    assert.equal(crc32(dataset.bytes(index)), parseInt(record.crc32, 16));
  }
  assert.deepEqual([dataset.length, annotations], [7, 35]);
});

Deno.test("a benchmark photograph takes about 16 KB", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-data-"));
  try {
    await makeYolo(folder, 4, PHOTO);
    for (const name of readdirSync(join(folder, "images"))) {
      const { size } = statSync(join(folder, "images", name));
      assert.ok(size > 14_000 && size < 19_000, `${name} has ${size} bytes`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("the median of an even number of values lies between the middle two", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([10, 1, 4, 2]), 3);
});

Deno.test("figures have three significant digits, columns line up, and a missed target says so", () => {
  assert.deepEqual([0.98765, 12.345, 123456.7].map(figure), ["0.988", "12.3", "123,457"]);
  assert.deepEqual(table(["", "s"], [["bsdtar", "1.5"], ["ours", "10.25"]]), [
    "            s",
    "------  -----",
    "bsdtar    1.5",
    "ours    10.25",
  ]);
  assert.deepEqual(
    goalTable([
      { name: "run", measured: 0.9, relation: "at most", asked: 1, unit: "×" },
      { name: "reads", measured: 5, relation: "at least", asked: 10, unit: "k/s" },
      { name: "deep", measured: undefined, relation: "at most", asked: 1, unit: "×" },
    ]),
    [
      "figure  unit        asked      measured",
      "------  ----  -----------  ------------  ------",
      "run        ×    at most 1           0.9     met",
      "reads    k/s  at least 10             5  MISSED",
      "deep       ×    at most 1  not measured",
    ],
  );
});
