import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import zeptomatch from "zeptomatch";
import { convert } from "../../src/convert/convert.ts";
import { extract } from "../../src/extract/extract.ts";
import type { ExtractOptions } from "../../src/extract/options.ts";
import { parseFrames } from "../../src/dataset/frame_ranges.ts";
import { SelectedFrames } from "../../src/dataset/selection.ts";
import { findLine } from "../../src/manifest/find_line.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { makeSet, noise, type Picture } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";

const SPLITS = ["train", "val", undefined];

/** Frame i is called `NNNN.jpg` in one of three folders, is of one of three splits, has i boxes modulo 4. */
function pictures(count: number): Picture[] {
  return Array.from({ length: count }, (_, i): Picture => ({
    name: `${"abc"[Math.floor(i * 3 / count)]}/${String(i).padStart(5, "0")}.jpg`,
    data: noise(20 + i % 50, i),
    split: SPLITS[i % 3],
    boxes: Array.from({ length: i % 4 }, (_, k) => [1 + k % 2, k, k, 5, 5]),
  }));
}

async function restored(out: string, options: ExtractOptions): Promise<string[]> {
  using dir = tempDir();
  await extract(out, dir.path, options);
  return readdirSync(dir.path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jpg"))
    .map((name) => name.replaceAll("\\", "/")).sort();
}

Deno.test("frames are listed as numbers and ranges, both ends included", () => {
  const cases: [string, [number, number][]][] = [
    ["3", [[3, 4]]],
    ["10..20", [[10, 21]]],
    ["..5", [[0, 6]]],
    ["100..", [[100, Infinity]]],
    [" 7 , 1..2,0 ", [[0, 3], [7, 8]]],
    ["5..9,2..6,9..11,30..,40", [[2, 12], [30, Infinity]]],
  ];
  for (const [text, wanted] of cases) {
    assert.deepEqual(parseFrames(text).map(({ first, end }) => [first, end]), wanted, text);
  }
  for (const text of ["", "..", "a", "3..1", "1,,2", "-1", "1.5", "1...2", "99999999999999999999"]) {
    assert.throws(() => parseFrames(text), { exitCode: 2 }, text);
  }
});

Deno.test("numbers, names and splits choose frames that fit all of them", async () => {
  using out = tempDir();
  const all = pictures(60);
  makeSet(out.path, all);
  const cases: [ExtractOptions, (i: number, name: string) => boolean][] = [
    [{ frames: "3" }, (i) => i === 3],
    [{ frames: "..2,57.." }, (i) => i <= 2 || i >= 57],
    [{ frames: [59, 0, 0, 30] }, (i) => [0, 30, 59].includes(i)],
    [{ names: ["a/*", "c/00059.jpg"] }, (i, name) => name.startsWith("a/") || i === 59],
    [{ names: ["**/*7.jpg"] }, (i) => i % 10 === 7],
    [{ split: "val" }, (i) => i % 3 === 1],
    [
      { frames: "10..50", names: ["b/**", "b/0002*"], split: "train" },
      (i, name) => i >= 10 && name.startsWith("b/") && i % 3 === 0,
    ],
  ];
  for (const [options, fits] of cases) {
    const wanted = all.filter(({ name }, i) => fits(i, name)).map(({ name }) => name);
    assert.ok(wanted.length > 0);
    assert.deepEqual(await restored(out.path, options), wanted, JSON.stringify(options));
  }
});

Deno.test("a selection that is empty or names frames that are not there says what there is", async () => {
  using out = tempDir();
  makeSet(out.path, pictures(12));
  const cases: [ExtractOptions, RegExp][] = [
    [{ frames: "12" }, /There is no frame 12: the set has 12, counted from 0/],
    [{ frames: "3..12" }, /There is no frame 12/],
    [{ frames: "40.." }, /There is no frame 40/],
    [{ frames: "x" }, /"x" is no frame/],
    [{ names: ["*.jpg"] }, /a name like "\*\.jpg"/],
    [{ names: ["a/00000.jpg"], frames: "3.." }, /No frame of the set/],
    [{ split: "test" }, /the split "test"/],
    [{ originalLabels: true, frames: "3" }, /cannot be had for a selection/],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(restored(out.path, options), { message, exitCode: 2 }, JSON.stringify(options));
  }
  await assert.rejects(restored(out.path, { split: "test" }), { suggestion: "Its splits are: train, val." });
  await assert.rejects(restored(out.path, { frames: [-1] }), RangeError);
});

Deno.test("any selection gives the frames that a look at every record gives", () => {
  using out = tempDir();
  const all = pictures(500);
  makeSet(out.path, all);
  const manifest = openManifest(join(out.path, "frame_manifest.json"));
  const glob = fc.constantFrom(
    "a/*",
    "**",
    "b/**",
    "*/0012?.jpg",
    "c/00499.jpg",
    "{a,c}/*3*",
    "b/001*",
    "**/*",
  );
  const place = fc.nat({ max: 499 });
  try {
    fc.assert(fc.property(
      fc.option(fc.array(place, { minLength: 1, maxLength: 150 }), { nil: undefined }),
      fc.array(glob, { maxLength: 3 }),
      fc.constantFrom("train", "val", undefined),
      (frames, names, split) => {
        const wanted = all.flatMap((picture, i) =>
          (!frames || frames.includes(i)) && (split === undefined || picture.split === split) &&
            (names.length === 0 || names.some((name) => zeptomatch(name, picture.name)))
            ? [i]
            : []
        );
        let found: number[] = [];
        try {
          found = [...new SelectedFrames(manifest, { frames, names, split })].map(({ index }) => index);
        } catch (error) {
          assert.equal((error as { exitCode?: number }).exitCode, 2);
        }
        assert.deepEqual(found, wanted);
      },
    ));
  } finally {
    manifest.close();
  }
});

Deno.test("one of 200,000 lines is found with few reads, whatever their lengths", () => {
  let at = 0;
  const begins: number[] = [];
  const lines: string[] = [];
  for (let i = 0; i < 200_000; i++) {
    const line = `${i} ${"x".repeat((i * 7919) % 97)}${i === 77_777 ? "y".repeat(300_000) : ""}\n`;
    begins.push(at);
    lines.push(line);
    at += line.length;
  }
  const bytes = new TextEncoder().encode("head\n" + lines.join("") + "foot\n");
  let reads = 0;
  const file = {
    size: bytes.length,
    read(into: Uint8Array, offset: number) {
      reads++;
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    close() {},
  };
  for (const wanted of [0, 1, 5, 77_776, 77_777, 77_778, 123_456, 199_999, 200_000]) {
    reads = 0;
    const found = findLine(file, 5, 5 + at, (line) => parseInt(line) < wanted);
    assert.equal(found, 5 + (begins[wanted] ?? at), String(wanted));
    assert.ok(reads < 50, `${reads} reads`);
  }
});

Deno.test("damage elsewhere in the bundle is not met, since only the chosen frames are read", async () => {
  using out = tempDir();
  makeSet(out.path, pictures(30));
  const { frames } = JSON.parse(readFileSync(join(out.path, "frame_manifest.json"), "utf8"));
  const path = join(out.path, "media_bundle.zip");
  const bundle = readFileSync(path);
  for (const { index, offset, size } of frames) if (index !== 17) bundle.fill(0, offset, offset + size);
  writeFileSync(path, bundle);
  assert.deepEqual(await restored(out.path, { frames: "17" }), ["b/00017.jpg"]);
  await assert.rejects(restored(out.path, { frames: "16..17" }), { exitCode: 4 });
});

Deno.test("labels of a selection are those of its images, and all classes keep their ids", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, pictures(12));
  const select = { frames: "4..7", split: "val" };
  const report = await convert({ dataset: out.path, output: dir.path, to: "coco", images: "copy", select });
  assert.deepEqual([report.images, report.annotations, report.imageFiles], [2, 3, 2]);
  const files = readdirSync(dir.path, { recursive: true, encoding: "utf8" });
  assert.deepEqual(files.filter((name) => name.endsWith(".jpg")).length, 2);
  const json = files.find((name) => name.endsWith(".json"))!;
  const coco = JSON.parse(readFileSync(join(dir.path, json), "utf8"));
  assert.deepEqual(coco.categories.map(({ name }: { name: string }) => name), ["cat", "dog"]);
  assert.deepEqual(coco.annotations.map(({ bbox }: { bbox: number[] }) => bbox[0]), [0, 1, 2]);
});
