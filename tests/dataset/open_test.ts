import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDataset } from "../../src/dataset/open.ts";
import { makeSet, mixedPictures, noise, type Picture } from "./make_set.ts";
import { tempDir } from "./temp.ts";

for (const media of ["zip", "tar"] as const) {
  Deno.test(`every image of a ${media} comes back byte for byte, deflated ones inflated`, async () => {
    using dir = tempDir();
    const pictures = mixedPictures().filter((picture) => media === "zip" || !picture.deflate);
    makeSet(dir.path, pictures.filter((p) => media === "zip" || /^[ -~]*$/.test(p.name)), { media });
    await using dataset = await openDataset(dir.path);
    for (let i = 0; i < dataset.length; i++) {
      const picture = pictures.find((p) => p.name === dataset.image(i).file_name)!;
      assert.deepEqual(dataset.bytes(i), new Uint8Array(picture.data));
    }
  });
}

Deno.test("iterating and asking one by one give the same images with their own annotations", async () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures());
  using dataset = await openDataset(dir.path);
  const streamed = [];
  for await (const image of dataset) streamed.push(image);
  assert.equal(dataset.length, 5);
  assert.deepEqual(streamed, [0, 1, 2, 3, 4].map((i) => dataset.image(i)));
  assert.deepEqual(streamed.map((image) => image.annotations.map((a) => a.id)), [[1, 2], [], [3], [4], [5]]);
  assert.deepEqual(streamed.map(({ split }) => split), ["train", undefined, undefined, "val", undefined]);
  assert.deepEqual(streamed[0].annotations[1].bbox, [1.5, 2, 10.25, 4]);
  // Orientation 6: stored 64×48 is shown as 48×64.
  assert.deepEqual([streamed[3].width, streamed[3].height, streamed[3].record.width], [48, 64, 64]);
  assert.deepEqual(dataset.categories.map(({ id, name }) => [id, name]), [[1, "cat"], [2, "dog"]]);
});

Deno.test("byName finds every image and nothing else", async () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures());
  using dataset = await openDataset(dir.path);
  assert.deepEqual(mixedPictures().map(({ name }) => dataset.byName(name)), [0, 1, 2, 3, 4]);
  assert.equal(dataset.byName("a/10.jpg"), undefined);
  assert.equal(dataset.byName(""), undefined);
});

Deno.test("a set without annotation file gives images in upright size and no annotations", async () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures(), { annotations: false });
  using dataset = await openDataset(dir.path);
  const images = [];
  for await (const image of dataset) images.push(image);
  assert.deepEqual([images[3].width, images[3].height, images[3].id, images[3].annotations], [48, 64, 4, []]);
  assert.deepEqual(dataset.categories, []);
});

Deno.test("an empty set has no images", async () => {
  using dir = tempDir();
  makeSet(dir.path, []);
  using dataset = await openDataset(dir.path);
  for await (const image of dataset) assert.fail(image.file_name);
  assert.equal(dataset.length, 0);
  assert.throws(() => dataset.bytes(0), RangeError);
  assert.throws(() => dataset.image(0), RangeError);
});

Deno.test("a publication that was cut short is read as if it had been finished", async () => {
  using dir = tempDir();
  const old: Picture[] = [{ name: "old.jpg", data: noise(10, 9) }];
  makeSet(dir.path, old);
  const manifest = join(dir.path, "frame_manifest.json"), bundle = join(dir.path, "media_bundle.zip");
  const kept = [readFileSync(manifest), readFileSync(bundle)];
  makeSet(dir.path, mixedPictures());
  // The new annotation file has been renamed already, bundle and manifest have not.
  renameSync(manifest, manifest + ".commit");
  renameSync(bundle, bundle + ".partial");
  writeFileSync(manifest, kept[0]);
  writeFileSync(bundle, kept[1]);
  using dataset = await openDataset(dir.path);
  assert.deepEqual(dataset.image(4).file_name, "c.jpg");
  assert.deepEqual(dataset.bytes(4), noise(513, 5));
});

Deno.test("what keeps a set from being opened is named", async () => {
  using dir = tempDir();
  const manifest = join(dir.path, "frame_manifest.json");
  await assert.rejects(openDataset(dir.path), /"frame_manifest.json" is missing/);
  const damage: [string, string, RegExp][] = [
    ['"version":1', '"version":7', /has version 7, known are 1 and 2/],
    ['"file":"media_bundle.zip"', '"file":"../ia_bundle.zip"', /not a plain file name/],
    ['"version":1', '"wersion":1', /has no version number/],
    ['"format":"compact-up', '"format":"compact-xx', /does not say "format"/],
    ['"footer":', '"foater":', /footer is missing or cut off/],
    ['"frames":5', '"frames":4', /more frames than the 4/],
    ['"frames":5', '"frames":6', /it has 5 frames, its footer counts 6/],
    ['"index":2', '"index":3', /not the begin of the record of frame 2/],
  ];
  for (const [from, to, message] of damage) {
    makeSet(dir.path, mixedPictures());
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(from, to));
    await assert.rejects(async () => {
      using dataset = await openDataset(dir.path);
      dataset.bytes(0);
    }, message);
  }
  makeSet(dir.path, mixedPictures());
  rmSync(join(dir.path, "media_bundle.zip"));
  await assert.rejects(openDataset(dir.path), /"media_bundle.zip", which is not there/);
});

Deno.test("bytes of a truncated bundle are an error, not a short array", async () => {
  using dir = tempDir();
  makeSet(dir.path, [{ name: "a.jpg", data: noise(1000, 1) }]);
  truncateSync(join(dir.path, "media_bundle.zip"), 500);
  using dataset = await openDataset(dir.path);
  assert.throws(() => dataset.bytes(0), /ends at byte 500, inside or before frame 0/);
});

Deno.test("a dataset that was closed gives no bytes, not even those of a file opened since", async () => {
  using dir = tempDir();
  makeSet(dir.path, [{ name: "a.jpg", data: noise(1000, 1) }]);
  const dataset = await openDataset(dir.path);
  assert.equal(dataset.bytes(0).length, 1000);
  dataset.close();
  assert.throws(() => dataset.bytes(0), /media_bundle.zip" is closed/);
});

Deno.test("a deflated frame that inflates to another size is an error", async () => {
  using dir = tempDir();
  makeSet(dir.path, [{ name: "a.bmp", data: Buffer.alloc(100_000), deflate: true }]);
  const manifest = join(dir.path, "frame_manifest.json");
  const text = readFileSync(manifest, "utf8");
  for (const size of ["00099", "100001"]) {
    writeFileSync(manifest, text.replace('"original_size":100000', `"original_size":${Number(size)}`));
    using dataset = await openDataset(dir.path);
    assert.throws(() => dataset.bytes(0), /Cannot inflate frame 0 "a.bmp"/);
  }
});
