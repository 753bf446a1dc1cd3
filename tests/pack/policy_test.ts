import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDataset, pack, type PackOptions, verify } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { png } from "../image/make_image.ts";

/** Packs three pictures, two of them the same, with a box each of classes cat, dog and Cat. */
async function packed(options: PackOptions) {
  using folder = tempDir();
  const dataset = join(folder.path, "in");
  const output = join(folder.path, "out");
  mkdirSync(dataset);
  const picture = (name: string, width: number) => writeFileSync(join(dataset, name), png(width, 80));
  picture("a.png", 100);
  picture("b.png", 100);
  picture("c.png", 120);
  writeFileSync(join(dataset, "a.txt"), "0 0.5 0.5 0.2 0.2\n1 0.3 0.3 0.1 0.1\n");
  writeFileSync(join(dataset, "b.txt"), "1 0.5 0.5 0.2 0.2\n");
  writeFileSync(join(dataset, "c.txt"), "2 0.1 0.1 0.5 0.1 0.5 0.5\n");
  writeFileSync(join(dataset, "data.yaml"), "names: [cat, dog, Cat]\n");
  const report = await pack({ ...options, dataset, output });
  const checked = await verify(output, { deep: true });
  assert.deepEqual(checked.problems, []);
  const coco = JSON.parse(readFileSync(join(output, "unified_annotation.json"), "utf8"));
  using set = await openDataset(output);
  return { report, coco, classes: set.categories.map(({ id, name }) => [id, name]), set };
}

Deno.test("classes are renamed, joined, chosen and dropped, and what is left out is counted", async () => {
  const plain = await packed({});
  assert.deepEqual(plain.classes, [[1, "cat"], [2, "dog"], [3, "Cat"]]);
  assert.equal(plain.report.issues["class-names-alike"], 1);

  const joined = await packed({ classMap: { Cat: "cat" } });
  assert.deepEqual(joined.classes, [[1, "cat"], [2, "dog"]]);
  assert.deepEqual(joined.coco.annotations.map((each: { category_id: number }) => each.category_id), [
    1,
    2,
    2,
    1,
  ]);

  const chosen = await packed({ classes: ["dog", "cat"] });
  assert.deepEqual(chosen.classes, [[1, "dog"], [2, "cat"]]);
  assert.equal(chosen.report.annotations, 3);
  assert.equal(chosen.report.issues["class-not-wanted"], 1);

  const dropped = await packed({ dropClasses: ["dog"], classMap: { cat: "" } });
  assert.deepEqual(dropped.classes, [[1, "Cat"]]);
  assert.equal(dropped.report.annotations, 1);
  assert.equal(dropped.report.issues["class-not-wanted"], 3);
  assert.equal(dropped.report.frames, 3);
});

Deno.test("a profile numbers classes from 0, and verify knows", async () => {
  const { classes, coco } = await packed({ profile: "dfine" });
  assert.deepEqual(classes, [[0, "cat"], [1, "dog"], [2, "Cat"]]);
  assert.deepEqual(coco.annotations.map((each: { category_id: number }) => each.category_id), [0, 1, 1, 2]);
});

Deno.test("boxes get an outline, and polygons the area of their mask, when that is asked for", async () => {
  const { coco } = await packed({ task: "segment", area: "mask" });
  assert.deepEqual(coco.annotations[0].segmentation, [[40, 32, 60, 32, 60, 48, 40, 48]]);
  const triangle = coco.annotations[3];
  assert.equal((await packed({})).coco.annotations[3].area, 48 * 32 / 2);
  assert.ok(Number.isInteger(triangle.area) && Math.abs(triangle.area - 768) < 40, String(triangle.area));
});

Deno.test("an exact copy is left out, or dealt into the same split", async () => {
  const { report } = await packed({ dedupe: true });
  assert.equal(report.frames, 2);
  assert.equal(report.issues["image-duplicate"], 1);
  for (let splitSeed = 0; splitSeed < 8; splitSeed++) {
    const { coco } = await packed({ split: { train: 1, val: 1 }, splitSeed });
    assert.equal(coco.images[0].split, coco.images[1].split);
    assert.match(coco.images[2].split, /^(train|val)$/);
  }
});

Deno.test("bundle and annotate give the same splits as run", async () => {
  using folder = tempDir();
  const dataset = join(folder.path, "in");
  for (const split of ["train", "val"]) {
    mkdirSync(join(dataset, split), { recursive: true });
    for (let i = 0; i < 20; i++) {
      writeFileSync(join(dataset, split, `${i}.png`), png(100 + i, 80));
      writeFileSync(join(dataset, split, `${i}.txt`), "0 0.5 0.5 0.2 0.2\n");
    }
  }
  const split = { train: 0.5, test: 0.5 };
  const [whole, parts] = [join(folder.path, "whole"), join(folder.path, "parts")];
  await pack({ dataset, output: whole, split });
  await pack({ dataset, output: parts, split, stage: "bundle" });
  await pack({ dataset, output: parts, stage: "annotate" });
  for (const file of ["unified_annotation.json", "frame_manifest.json", "media_bundle.zip"]) {
    assert.deepEqual(readFileSync(join(parts, file)), readFileSync(join(whole, file)), file);
  }
  await assert.rejects(pack({ dataset, output: parts, split, stage: "annotate", overwrite: true }), {
    exitCode: 2,
  });
});
