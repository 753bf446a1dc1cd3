import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { merge, openDataset, pack, split, subset, type SubsetOptions } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { stateOf } from "../generations/model.ts";
import { heavy } from "../tools.ts";
import { assertSound, images, makeSet, recordsOf } from "./sets.ts";

interface Recorded {
  file_name: string;
  split?: string;
  annotations: { category_id: number; bbox: number[] }[];
}

Deno.test("any part of any set has the images that fit, with their ids and annotations", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(images, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("zip" as const, "tar" as const, "mp4" as const),
      fc.constantFrom("zip" as const, "tar" as const, "mp4" as const),
      fc.record({
        class: fc.option(fc.constantFrom("cat", "dog")),
        split: fc.option(fc.constantFrom("train", "val")),
        wide: fc.option(fc.constantFrom(20, 50)),
        only: fc.boolean(),
      }),
      async (models, from, media, wanted) => {
        using temp = tempDir();
        const { dir } = await makeSet(temp.path, "set", models, from);
        const all = await recordsOf(dir) as Map<string, Recorded>;
        const id = wanted.class === "cat" ? 1 : 2;
        const fits = ({ category_id, bbox }: Recorded["annotations"][number]) =>
          (!wanted.class || category_id === id) &&
          (!wanted.wide || bbox.some((value) => value >= wanted.wide!));
        const expected = new Map<string, Recorded>();
        for (const [name, record] of all) {
          if (wanted.split && record.split !== wanted.split) continue;
          if ((wanted.class || wanted.wide) && !record.annotations.some(fits)) continue;
          const taken = wanted.only && wanted.class
            ? record.annotations.filter(({ category_id }) => category_id === id)
            : record.annotations;
          expected.set(name, { ...record, annotations: taken });
        }
        const options: SubsetOptions = {
          media,
          classes: wanted.class ? [wanted.class] : [],
          onlyClasses: wanted.only && wanted.class !== null,
          split: wanted.split ?? undefined,
          where: wanted.wide ? [`bbox>=${wanted.wide}`] : [],
        };
        const output = join(temp.path, "part");
        if (expected.size === 0) {
          await assert.rejects(
            subset(dir, output, options),
            (error: { exitCode?: number }) => error.exitCode === 2,
          );
          assert.ok(!existsSync(output));
          return;
        }
        const report = await subset(dir, output, options);
        assert.equal(report.images, expected.size);
        assert.deepEqual(await recordsOf(output), expected);
        const bytes = await stateOf(dir), part = await stateOf(output);
        for (const [name, [data]] of Object.entries(part)) assert.equal(data, bytes[name][0]);
        await assertSound(output);
      },
    ),
    { numRuns: heavy ? 50 : 6 },
  );
});

/** COCO with attributes. */
function attributed(folder: string): void {
  const annotation = (id: number, image: number, more: object) => ({
    ...{
      id,
      image_id: image,
      category_id: 1 + id % 2,
      bbox: [1, 1, 10 * id, 10],
      area: 100 * id,
      iscrowd: 0,
    },
    ...more,
  });
  writeTree(folder, {
    ...Object.fromEntries([1, 2, 3, 4].map((i) => [`${i}.jpg`, jpeg(100, 80 + i)])),
    "annotations.json": JSON.stringify({
      images: [1, 2, 3, 4].map((id) => ({
        id,
        file_name: `${id}.jpg`,
        width: 100,
        height: 80 + id,
        site: `s${id % 2}`,
      })),
      annotations: [
        annotation(1, 1, { attributes: { occluded: true, pose: "left" } }),
        annotation(2, 2, { attributes: { occluded: false, colours: ["red", "blue"] } }),
        annotation(3, 3, { attributes: { occluded: true, track_id: 7 } }),
      ],
      categories: [{ id: 1, name: "cat" }, { id: 2, name: "dog" }],
    }),
  });
}

Deno.test("conditions ask annotations and images", async () => {
  using temp = tempDir();
  const set = join(temp.path, "set");
  attributed(join(temp.path, "data"));
  await pack({ dataset: join(temp.path, "data"), output: set, workers: 1 });
  let number = 0;
  const chosen = async (where: string[], more: SubsetOptions = {}) => {
    const output = join(temp.path, `part-${number++}`);
    await subset(set, output, { where, ...more });
    await assertSound(output);
    return [...(await recordsOf(output)).keys()].map((name) => name[0]).join("");
  };
  assert.equal(await chosen(["attributes.occluded=true"]), "13");
  assert.equal(await chosen(["attributes.occluded=true", "area>=200"]), "3");
  assert.equal(await chosen(["attributes.occluded!=true"]), "2");
  assert.equal(await chosen(["attributes.pose=left"]), "1");
  assert.equal(await chosen(["attributes.colours = blue"]), "2");
  assert.equal(await chosen(["attributes.track_id"]), "3");
  assert.equal(await chosen(["!attributes.track_id"]), "12");
  assert.equal(await chosen(["attributes.track_id<=7"]), "3");
  assert.equal(await chosen(["image.height>82"]), "34");
  assert.equal(await chosen(["image.site=s1", "area<200"]), "1");
  assert.equal(await chosen([], { classes: ["dog"] }), "13");
  assert.equal(await chosen([], { classes: ["cat", "dog"] }), "123");
  assert.equal(await chosen(["area>200"], { classes: ["dog"] }), "3");
  for (const wrong of ["", "=3", "area<", "area<many", "a..b=1", "!a=1"]) {
    await assert.rejects(chosen([wrong]), /is no condition/, wrong);
  }
  await assert.rejects(chosen([], { classes: ["cow"] }), /has no class "cow"/);
  await assert.rejects(chosen([], { onlyClasses: true }), /which classes/);
  await assert.rejects(chosen(["area>1000000"]), /No image of the set fits/);
});

Deno.test("a sample has its part of the images, the same for a seed, and stays when others come", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const files = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.jpg`, jpeg(20 + i, 20)]));
  writeTree(at("data"), files(200));
  await pack({ dataset: at("data"), output: at("set"), workers: 1 });
  const names = async (output: string, options: SubsetOptions) => {
    await subset(at("set"), at(output), options);
    return [...(await recordsOf(at(output))).keys()];
  };
  const one = await names("one", { sample: 0.1, seed: 1 });
  assert.equal(one.length, 20);
  assert.deepEqual(await names("again", { sample: 0.1, seed: 1 }), one);
  assert.notDeepEqual(await names("two", { sample: 0.1, seed: 2 }), one);
  const more = await names("more", { sample: 0.2, seed: 1 });
  assert.ok(one.every((name) => more.includes(name)));
  const some = await names("some", { sample: 0.5, frames: "10..19" });
  assert.equal(some.length, 5);
  await assert.rejects(names("none", { sample: 0 }), /no part of the images/);
});

Deno.test("the parts of a split have every image once, and merge to the same images again", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const parts = ["train", "val", "extra"];
  writeTree(at("data"), {
    "classes.txt": "cat\n",
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`images/${parts[i % 3]}/${i}.jpg`, jpeg(20, 20, 60 + i)]),
    ),
    ...Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`labels/${parts[i % 3]}/${i}.txt`, "0 .5 .5 .1 .1\n"]),
    ),
  });
  await pack({ dataset: at("data"), output: at("set"), workers: 1 });
  const { sets } = await split(at("set"), at("parts"));
  assert.deepEqual(Object.keys(sets), ["train", "val", "no_split"]);
  assert.deepEqual(readdirSync(at("parts")).sort(), ["no_split", "train", "val"]);
  const whole = await recordsOf(at("set"));
  const found = new Map<string, unknown>();
  for (const name of Object.keys(sets)) {
    await assertSound(join(at("parts"), name));
    for (const [image, record] of await recordsOf(join(at("parts"), name))) found.set(image, record);
  }
  assert.deepEqual(new Map([...found].sort()), new Map([...whole].sort()));
  await merge(Object.keys(sets).map((name) => join(at("parts"), name)), at("again"));
  for (const name of readdirSync(at("set"))) {
    assert.ok(readFileSync(join(at("set"), name)).equals(readFileSync(join(at("again"), name))), name);
  }
  writeTree(at("plain"), { "1.jpg": jpeg(20, 20) });
  await pack({ dataset: at("plain"), output: at("plain-set"), workers: 1 });
  await assert.rejects(split(at("plain-set"), at("none")), /has a split/);
  await assert.rejects(split(at("set"), at("parts")), /exists already/);
  await using dataset = await openDataset(join(at("parts"), "val"));
  assert.equal(dataset.length, 10);
});
