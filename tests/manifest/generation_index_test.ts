import assert from "node:assert/strict";
import { join } from "node:path";
import { appendGeneration } from "../../src/generations/append.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { pack } from "../../src/pack/pack.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

Deno.test("images of a generation are found alike, whether all lines were indexed before or not", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  // Lines longer than what is read at once.
  const deep = Array.from({ length: 6 }, (_, i) => `${i}`.repeat(200)).join("/");
  const names = ["a.jpg", "b.jpg", `${deep}/c.jpg`, `${deep}/d.jpg`, "e.jpg"];
  writeTree(dataset, Object.fromEntries(names.map((name, i) => [name, jpeg(20 + i, 30)])));
  await pack({ dataset, output: set, workers: 1 });
  await appendGeneration(set, { removed: new Set([0, 3]) });
  await appendGeneration(set, { moved: new Map([[0, { fileName: "z.jpg" }]]) });
  const path = join(set, "frame_manifest.json");
  for (const at of [1, 2, 3]) {
    const streamed = openManifest(path, { at });
    const wanted = [...streamed.records()];
    streamed.close();
    for (const all of [false, true]) {
      const manifest = openManifest(path, { at });
      if (all) manifest.lines();
      const { offsets, sizes, ids, frames } = manifest.index();
      assert.deepEqual(wanted.map((_, i) => manifest.record(i)), wanted);
      assert.deepEqual([...offsets.subarray(0, wanted.length)], wanted.map(({ offset }) => offset));
      assert.deepEqual([...sizes.subarray(0, wanted.length)], wanted.map(({ size }) => size));
      assert.deepEqual([...ids!], wanted.map(({ id, index }) => id ?? index + 1));
      assert.deepEqual([...frames!], wanted.map(({ frame, index }) => frame ?? index));
      assert.deepEqual(wanted.map(({ index }) => manifest.positionOf(index)), wanted.map((_, i) => i));
      manifest.close();
    }
  }
});
