import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { compact, openDataset, update } from "../../mod.ts";
import { pack } from "../../src/pack/pack.ts";
import { tempDir } from "../dataset/temp.ts";
import { appendModel, stateOf, stateOfModel } from "../generations/model.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { heavy } from "../tools.ts";
import { assertSound, images, makeSet, recordsOf } from "./sets.ts";

const RANKS = ["train", "val", "test"];
const rank = (split: unknown) =>
  split === undefined ? 9 : RANKS.includes(split as string) ? RANKS.indexOf(split as string) : 5;

Deno.test("compacting any set keeps ids and content, drops every dead byte, and updates go on from there", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(images, { minLength: 1, maxLength: 4 }),
      images,
      fc.constantFrom("zip" as const, "tar" as const, "mp4" as const),
      fc.constantFrom("name" as const, "split" as const),
      async (models, next, media, order) => {
        using temp = tempDir();
        const { dir, model } = await makeSet(temp.path, "set", models, media);
        const before = await recordsOf(dir);
        const bundle = join(dir, `media_bundle.${media}`);
        const size = statSync(bundle).size;
        const forecast = await compact(dir, { order, dryRun: true });
        assert.equal(statSync(bundle).size, size);
        const report = await compact(dir, { order });
        assert.equal(report.written, forecast.needed);
        assert.equal(forecast.dead, size - statSync(bundle).size);
        assert.deepEqual([report.size, report.before], [statSync(bundle).size, size]);
        await assertSound(dir);
        assert.deepEqual(await recordsOf(dir), before);
        assert.deepEqual(await stateOf(dir), stateOfModel(model));
        assert.ok(!existsSync(join(dir, "set_history.jsonl")) || !report.written);
        assert.equal((await compact(dir, { order })).written, false);
        using dataset = await openDataset(dir);
        const keys: [number, string][] = [];
        for await (const { split, file_name } of dataset) {
          keys.push([order === "split" ? rank(split) : 0, file_name]);
        }
        const sorted = keys.toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
        assert.deepEqual(keys, sorted);

        const { generation, written } = await appendModel(
          dir,
          model,
          next,
          new Map(),
          join(temp.path, "next"),
          media,
        );
        assert.equal(generation, report.generation + (written ? 1 : 0));
        await assertSound(dir);
        assert.deepEqual(await stateOf(dir), stateOfModel(next));
        assert.deepEqual(await stateOf(dir, report.generation), stateOfModel(model));
      },
    ),
    { numRuns: heavy ? 50 : 5 },
  );
});

Deno.test("compact numbers the new state after the last, forgets those before, and update knows the images again", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), dir = join(temp.path, "set");
  writeTree(dataset, yoloFiles(20));
  await pack({ dataset, output: dir, workers: 1 });
  writeTree(dataset, { "images/train/new.jpg": jpeg(30, 30), "images/val/img-0_0.jpg": jpeg(31, 31) });
  await update({ dataset, output: dir, workers: 1 });
  const report = await compact(dir);
  assert.deepEqual([report.generation, report.forgotten], [3, 2]);
  assert.ok(report.dead > 0);
  await assert.rejects(openDataset(dir, { at: 2 }), /There is no generation 2/);
  const again = await update({ dataset, output: dir, workers: 1 });
  assert.equal(again.written, false);
  assert.deepEqual(readdirSync(dir).sort(), [
    "frame_manifest.json",
    "media_bundle.zip",
    "unified_annotation.json",
  ]);
});

Deno.test("an mp4 is compacted into another order; what is interrupted or cannot be compacted stays as it was", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("data"), {
    "images/a/train/1.jpg": jpeg(20, 30),
    "images/a/val/2.jpg": jpeg(20, 31),
    "images/b/train/3.jpg": jpeg(20, 32),
    "classes.txt": "cat\n",
    "labels/a/val/2.txt": "0 .5 .5 .1 .1\n",
  });
  await pack({ dataset: at("data"), output: at("set"), media: "mp4", workers: 1 });
  const files = () =>
    readdirSync(at("set")).map((name) => [name, readFileSync(join(at("set"), name)).toString("hex")]);
  const before = files();
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(
    compact(at("set"), { order: "split", signal: controller.signal }),
    /the set is as it was/,
  );
  assert.deepEqual(files(), before);
  assert.equal((await compact(at("set"))).written, false);
  assert.deepEqual(files(), before);
  const report = await compact(at("set"), { order: "split", check: true });
  assert.deepEqual([report.written, report.generation, report.dead], [true, 2, 0]);
  await assertSound(at("set"));
  using dataset = await openDataset(at("set"));
  assert.deepEqual([0, 1, 2].map((i) => dataset.image(i).id), [1, 3, 2]);

  await pack({ dataset: at("data"), output: at("kept"), keepLabels: true, workers: 1 });
  await assert.rejects(compact(at("kept")), /original labels/);
});

Deno.test("a compact that was cut short among its renames is completed by the next one", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("data"), yoloFiles(4));
  await pack({ dataset: at("data"), output: at("set") });
  writeTree(at("data"), { "images/val/img-0_0.jpg": jpeg(31, 31) });
  await update({ dataset: at("data"), output: at("set") });
  cpSync(at("set"), at("wanted"), { recursive: true });
  assert.equal((await compact(at("wanted"))).written, true);
  // As it is when the manifest, and nothing else, has been renamed.
  for (const name of readdirSync(at("wanted"))) {
    const ending = name === "frame_manifest.json" ? ".commit" : ".partial";
    cpSync(join(at("wanted"), name), join(at("set"), name + ending));
  }
  assert.equal((await compact(at("set"), { dryRun: true })).needed, false);
  assert.ok(existsSync(join(at("set"), "frame_manifest.json.commit")), "a dry run changes nothing");
  assert.equal((await compact(at("set"))).written, false);
  for (const name of readdirSync(at("wanted"))) {
    assert.deepEqual(readFileSync(join(at("set"), name)), readFileSync(join(at("wanted"), name)), name);
  }
  assert.ok(readdirSync(at("set")).every((name) => !/\.(partial|commit)$/.test(name)));
  await assertSound(at("set"));
});
