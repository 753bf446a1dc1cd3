import assert from "node:assert/strict";
import { openDataset } from "../../src/dataset/open.ts";
import { decodePng } from "../../src/image/png_pixels.ts";
import { testWith } from "../tools.ts";
import { assertScene } from "../video/assert_scene.ts";
import { makeVideoSet, sceneOf } from "../video/make_video_set.ts";
import { makeSet, mixedPictures } from "./make_set.ts";
import { tempDir } from "./temp.ts";

Deno.test("a frame of an ordinary bundle is the original file", async () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures());
  await using dataset = await openDataset(dir.path);
  for (const [i, { data, codec = "jpeg" }] of mixedPictures().entries()) {
    const frame = await dataset.frame(i);
    assert.deepEqual(frame, { ...dataset.image(i), bytes: new Uint8Array(data), codec });
  }
  await assert.rejects(dataset.frame(99), RangeError);
});

testWith(
  ["encoder:libx264"],
  "a frame of a compressed video is a PNG of its true size, with its annotations",
  async () => {
    using dir = tempDir();
    makeVideoSet(dir.path, 40);
    await using dataset = await openDataset(dir.path);
    for (const i of [0, 1, 2, 39, 14, 15, 18]) {
      const { bytes, codec, annotations, file_name } = await dataset.frame(i);
      assert.deepEqual([codec, file_name], ["png", `${String(i).padStart(4, "0")}.png`]);
      assert.deepEqual(annotations.map(({ bbox }) => bbox), [sceneOf(i).box]);
      const { width, height, data } = decodePng(bytes);
      assertScene(i, { width, height, pixels: data as Uint8Array<ArrayBuffer> });
    }
    assert.throws(() => dataset.bytes(0), /is a compressed video/);
    await assert.rejects(dataset.frame(40), RangeError);
    await using without = await openDataset(dir.path, { ffmpeg: "no-such-ffmpeg" });
    await assert.rejects(without.frame(0), /no-such-ffmpeg": there is no such program/);
  },
);

testWith(
  ["encoder:libx264"],
  "a dataset that is closed while a frame is decoded leaves nothing behind",
  async () => {
    using dir = tempDir();
    makeVideoSet(dir.path, 40);
    const dataset = await openDataset(dir.path);
    await dataset.frame(1);
    const waiting = assert.rejects(dataset.frame(30));
    dataset.close();
    await waiting;
    await dataset[Symbol.asyncDispose]();
    await assert.rejects(dataset.frame(2));
  },
);
