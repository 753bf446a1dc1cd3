import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { merge, openDataset, pack } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { type Model, type ModelImage, stateOf, stateOfModel } from "../generations/model.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { heavy } from "../tools.ts";
import { assertSound, images, makeSet } from "./sets.ts";

const key = ({ bytes }: ModelImage) => new Uint8Array(bytes).toHex();

/** What merging is meant to give. */
function merged(models: readonly Model[], dedupe: boolean): Map<string, ModelImage> {
  const all = new Map<string, ModelImage>();
  const later: [string, ModelImage][] = [];
  const join = (name: string, { labels }: ModelImage) => {
    const old = all.get(name)!;
    all.set(name, {
      ...old,
      labels: [...old.labels, ...labels.filter((label) => !old.labels.includes(label))],
    });
  };
  models.forEach((model, set) => {
    for (const [name, image] of model) {
      const old = all.get(name);
      if (!old) all.set(name, image);
      else if (key(old) === key(image)) join(name, image);
      else later.push([`set${set}/${name}`, image]);
    }
  });
  for (const [name, image] of later) {
    // Two later sets may have the same bytes under the name.
    const own = name.slice(name.indexOf("/"));
    const twin = [...all].find(([other, { bytes }]) =>
      other.endsWith(own) && key({ bytes, labels: [] }) === key(image)
    );
    if (twin) join(twin[0], image);
    else all.set(name, image);
  }
  if (!dedupe) return all;
  const kept = new Map<string, string>();
  for (const name of [...all.keys()].sort()) {
    const image = all.get(name)!;
    const first = kept.get(key(image));
    if (first === undefined) kept.set(key(image), name);
    else {
      join(first, image);
      all.delete(name);
    }
  }
  return all;
}

Deno.test("merging any sets gives what a plain model says, whatever their kinds and generations", async () => {
  const media = fc.constantFrom("zip" as const, "tar" as const, "mp4" as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ first: images, second: fc.option(images), media }), {
        minLength: 2,
        maxLength: 3,
      }),
      media,
      fc.boolean(),
      fc.boolean(),
      async (wanted, target, dedupe, check) => {
        using temp = tempDir();
        const sets = await Promise.all(
          wanted.map(({ first, second, media }, i) =>
            makeSet(temp.path, `set${i}`, second ? [first, second] : [first], media)
          ),
        );
        const output = join(temp.path, "out");
        const report = await merge(sets.map(({ dir }) => dir), output, { media: target, dedupe, check });
        const expected = merged(sets.map(({ model }) => model), dedupe);
        assert.deepEqual(await stateOf(output), stateOfModel(expected));
        assert.equal(report.images, expected.size);
        await assertSound(output);
        // The ids are dealt out anew: it is a set as pack writes it.
        const manifest = readFileSync(join(output, "frame_manifest.json"), "utf8");
        assert.match(manifest, /"version":1,/);
        assert.deepEqual(readdirSync(output).sort(), [
          "frame_manifest.json",
          `media_bundle.${target}`,
          "unified_annotation.json",
        ]);
      },
    ),
    { numRuns: heavy ? 50 : 5 },
  );
});

Deno.test("merging the halves of a dataset gives the files that packing all of it gives", async () => {
  for (const media of ["zip", "tar", "mp4"] as const) {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    const classes = { "classes.txt": "cat\ndog\n" };
    const file = (i: number) => ({
      [`images/${i}.jpg`]: jpeg(64, 48, 50 + i),
      ...i % 3 && { [`labels/${i}.txt`]: `${i % 2} 0.5 0.5 0.${1 + i % 4} 0.5\n1 0.5 0.5 0.5 0.25\n` },
    });
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const part = (of: (i: number) => boolean) =>
      Object.assign({}, classes, ...numbers.filter(of).map(file)) as Record<string, Uint8Array | string>;
    writeTree(at("a"), part((i) => i % 2 === 0));
    writeTree(at("b"), part((i) => i % 2 === 1));
    writeTree(at("all"), part(() => true));
    for (const name of ["a", "b", "all"]) {
      await pack({ dataset: at(name), output: at(`set-${name}`), media, workers: 1 });
    }
    await merge([at("set-a"), at("set-b")], at("merged"));
    for (const name of readdirSync(at("set-all"))) {
      assert.ok(readFileSync(join(at("set-all"), name)).equals(readFileSync(join(at("merged"), name))), name);
    }
  }
});

Deno.test("classes are joined by name, licences by content, classes of images as a whole with them", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const coco = (name: string, classes: string[], license: string) => ({
    [`${name}.jpg`]: jpeg(100, 80),
    "annotations.json": JSON.stringify({
      licenses: [{ id: 1, name: license }, { id: 2, name: "ours" }],
      images: [{ id: 5, file_name: `${name}.jpg`, width: 100, height: 80, license: 1, coco_url: "http://x" }],
      annotations: classes.map((_, i) => ({
        id: i + 1,
        image_id: 5,
        category_id: i + 1,
        bbox: [i, 1, 10, 10],
      })),
      categories: classes.map((name, i) => ({ id: i + 1, name })),
    }),
  });
  writeTree(at("a"), coco("a", ["cat", "dog"], "free"));
  writeTree(at("b"), coco("b", ["cow", "dog", "cat"], "paid"));
  for (const name of ["a", "b"]) await pack({ dataset: at(name), output: at(`set-${name}`), workers: 1 });
  const report = await merge([at("set-a"), at("set-b")], at("out"));
  assert.deepEqual(report.categories, ["cat", "dog", "cow"]);
  using dataset = await openDataset(at("out"));
  assert.deepEqual(dataset.image(1).annotations.map(({ category_id }) => category_id), [3, 2, 1]);
  assert.deepEqual([dataset.image(0).license, dataset.image(1).license], [1, 3]);
  assert.equal(dataset.image(1).coco_url, "http://x");
  const text = readFileSync(join(at("out"), "unified_annotation.json"), "utf8");
  assert.deepEqual(JSON.parse(text).licenses, [
    { id: 1, name: "free" },
    { id: 2, name: "ours" },
    { id: 3, name: "paid" },
  ]);
  await assertSound(at("out"));
});

Deno.test("classes of images as a whole keep their names, and those of joined images are put together", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const folders = (classes: string[]) =>
    Object.fromEntries(classes.map((name, i) => [`${name}/${i}.jpg`, jpeg(20 + i, 20)]));
  writeTree(at("a"), folders(["cat", "dog"]));
  writeTree(at("b"), folders(["ant", "bee", "dog"]));
  for (const name of ["a", "b"]) await pack({ dataset: at(name), output: at(`set-${name}`), workers: 1 });
  await merge([at("set-a"), at("set-b")], at("out"), { dedupe: true });
  using dataset = await openDataset(at("out"));
  const names = dataset.categories.map(({ name }) => name);
  const found: Record<string, string[]> = {};
  for await (const { file_name, category_ids } of dataset) {
    found[file_name] = (category_ids as number[]).map((id) => names[id - 1]);
  }
  assert.deepEqual(found, { "ant/0.jpg": ["ant", "cat"], "bee/1.jpg": ["bee", "dog"], "dog/2.jpg": ["dog"] });
  await assertSound(at("out"));
});

Deno.test("sets without annotations merge, alone and with others", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("a"), { "1.jpg": jpeg(20, 30) });
  writeTree(at("b"), {
    "images/2.jpg": jpeg(30, 20),
    "labels/2.txt": "0 .5 .5 .1 .1\n",
    "classes.txt": "cat\n",
  });
  const bundle = { stage: "bundle" as const };
  await pack({ dataset: at("a"), output: at("set-a"), ...bundle, workers: 1 });
  await pack({ dataset: at("b"), output: at("set-b"), workers: 1 });
  assert.deepEqual((await merge([at("set-a"), at("set-b")], at("both"))).annotations, 1);
  await assertSound(at("both"));
  await pack({ dataset: at("b"), output: at("set-c"), ...bundle, workers: 1 });
  await merge([at("set-a"), at("set-c")], at("none"));
  assert.ok(!existsSync(join(at("none"), "unified_annotation.json")));
  await assertSound(at("none"));
});

Deno.test("what cannot be merged is refused with the remedy, and damage is found with --check", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("a"), {
    "images/1.jpg": jpeg(20, 30, 400),
    "classes.txt": "cat\n",
    "labels/1.txt": "0 .5 .5 .1 .1\n",
  });
  await pack({ dataset: at("a"), output: at("plain"), workers: 1 });
  await pack({ dataset: at("a"), output: at("kept"), keepLabels: true, workers: 1 });
  await pack({ dataset: at("a"), output: at("shard"), media: "tar", layout: "webdataset", workers: 1 });
  const fails = (sets: string[], code: number, message: RegExp, check = false) =>
    assert.rejects(merge(sets.map(at), at("out"), { check }), (error: Error & { exitCode: number }) => {
      assert.match(error.message, message);
      assert.equal(error.exitCode, code);
      assert.ok(!existsSync(at("out")));
      return true;
    });
  await fails(["plain"], 2, /at least two/);
  await fails(["plain", "kept"], 2, /original labels/);
  await fails(["plain", "shard"], 2, /layout "webdataset"/);
  await fails(["plain", "nothing"], 2, /There is no set/);
  await assert.rejects(merge([at("plain"), at("plain")], at("plain")), /one of the sets/);
  await assert.rejects(merge([at("plain"), at("plain")], at("kept")), /exists already/);
  const bundle = join(at("plain"), "media_bundle.zip");
  const bytes = readFileSync(bundle);
  bytes[200] ^= 1;
  Deno.writeFileSync(bundle, bytes);
  await fails(["plain", "plain"], 4, /is not what its manifest says/, true);
  Deno.writeFileSync(bundle, bytes.subarray(0, 300));
  await fails(["plain", "plain"], 4, /ends at byte 300/);
});

Deno.test("an annotation file that does not fit its manifest ends the work, in whatever way images are taken", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  for (const [name, first] of [["a", 0], ["b", 10]] as const) {
    const files: Record<string, Uint8Array | string> = { "classes.txt": "cat\n" };
    for (let i = first; i < first + 6; i++) {
      files[`images/${String(i).padStart(2, "0")}.jpg`] = jpeg(20 + i, 30);
      files[`labels/${String(i).padStart(2, "0")}.txt`] = "0 .5 .5 .1 .1\n0 .5 .5 .2 .2\n";
    }
    writeTree(at(name), files);
    await pack({ dataset: at(name), output: at(`set-${name}`), workers: 1 });
  }
  const file = join(at("set-a"), "unified_annotation.json");
  const sound = readFileSync(file, "utf8");
  const lines = sound.split("\n");
  const images = lines.indexOf('"images":[') + 1, annotations = lines.indexOf('"annotations":[') + 1;
  const damages: [string, RegExp, (lines: string[]) => void][] = [
    ["two annotations change places", /out of order/, (lines) => {
      [lines[annotations + 1], lines[annotations + 2]] = [lines[annotations + 2], lines[annotations + 1]];
    }],
    ["an annotation names no image", /names no image/, (lines) => {
      lines[annotations + 3] = lines[annotations + 3].replace('"image_id":2', '"image_id":77');
    }],
    ["an image too few", /has 5 images|is not that of the image/, (lines) => lines.splice(images + 2, 1)],
    ["an image too many", /is not that of the image/, (lines) => {
      lines.splice(images + 2, 0, lines[images + 2]);
    }],
    ["an image too many at the end", /more images than the 6/, (lines) => {
      lines.splice(images + 6, 0, lines[images + 5]);
    }],
    ["an image twice, another not there", /is not that of the image/, (lines) => {
      lines[images + 3] = lines[images + 2];
    }],
    ["an annotation without ids", /does not begin as it should/, (lines) => {
      lines[annotations + 3] = lines[annotations + 3].replace('"id":', '"no":');
    }],
    ["an annotation of no class", /names no category/, (lines) => {
      lines[annotations + 3] = lines[annotations + 3].replace('"category_id":1', '"category_id":9');
    }],
  ];
  for (const [name, message, damage] of damages) {
    const changed = [...lines];
    damage(changed);
    Deno.writeTextFileSync(file, changed.join("\n"));
    const isTold = (error: Error & { exitCode: number }) => {
      assert.match(error.message, message, name);
      assert.equal(error.exitCode, 4);
      return true;
    };
    await assert.rejects(merge([at("set-a"), at("set-b")], at("out")), isTold);
    await assert.rejects(merge([at("set-b"), at("set-a")], at("out")), isTold);
    assert.ok(!existsSync(at("out")));
  }
  // Lines that are never looked at tell nothing of those that are.
  Deno.writeTextFileSync(file, sound);
  await merge([at("set-a"), at("set-b")], at("out"));
  await assertSound(at("out"));
});

Deno.test("names of every kind, and frame lines that another writer would write, come through a merge", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const names = ["say 'hi'.jpg", "ü/ñ.jpg", "日本.jpg", "😀.jpg", "\uffee.jpg", "z.jpg"];
  if (Deno.build.os !== "windows") names.push('say "hi".jpg');
  const expected: [string, string][] = [];
  for (const [set, media] of [["a", "zip"], ["b", "tar"]] as const) {
    const files = names.map((name, i) => [`train/${name}`, jpeg(20 + i, 30, set === "a" ? 10 : 20)] as const);
    writeTree(at(set), Object.fromEntries(files));
    await pack({ dataset: at(set), output: at(`set-${set}`), media, workers: 1 });
    for (const [name, bytes] of files) {
      expected.push([set === "a" ? name : `set-b/${name}`, new Uint8Array(bytes).toHex()]);
    }
  }
  const manifest = join(at("set-a"), "frame_manifest.json");
  const text = readFileSync(manifest, "utf8");
  // What need not be escaped may be; there may be keys that are not known.
  const other = text.replace('"train/z.jpg"', '"train/\\u007a.jpg"').replace('"}\n]', '","more":1}\n]');
  assert.equal(other.length, text.length + 5 + 9);
  Deno.writeTextFileSync(manifest, other);
  for (const media of ["zip", "tar"] as const) {
    await merge([at("set-a"), at("set-b")], at(media), { media });
    await assertSound(at(media));
    const state = await stateOf(at(media));
    assert.deepEqual(
      Object.entries(state).map(([name, [bytes]]) => [name, bytes]).sort(),
      expected.toSorted(),
    );
  }
});
