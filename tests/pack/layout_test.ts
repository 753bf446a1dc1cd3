import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { extract, openDataset, pack, type PackOptions, verify } from "../../mod.ts";
import { inspect, predict } from "../../src/inspect/inspect.ts";
import { recover } from "../../src/publish/publication.ts";
import { inspectionSummary } from "../../src/ui/inspection_summary.ts";
import { tempDir } from "../dataset/temp.ts";
import { members, type TarMember } from "../media/tar_members.ts";
import { jpeg, writeTree, yoloFiles } from "./small_dataset.ts";

const LAYOUT = { media: "tar", layout: "webdataset" } as const;
const FILES = [
  "frame_manifest.json",
  "media_bundle-index.json",
  "media_bundle.tar",
  "unified_annotation.json",
];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
// deno-lint-ignore no-explicit-any
const json = (...path: string[]): any => JSON.parse(readFileSync(join(...path), "utf8"));
const exitCode = (code: number) => (error: { exitCode?: number }) => error.exitCode === code;

/** Packs a tree laid out for WebDataset, and checks that the set is sound. */
async function packed(
  files: Record<string, Uint8Array | string>,
  look: (set: string, dataset: string, members: TarMember[]) => void | Promise<void>,
  options: PackOptions = {},
): Promise<void> {
  using temp = tempDir();
  const dataset = join(temp.path, "in");
  const output = join(temp.path, "set");
  writeTree(dataset, files);
  await pack({ dataset, output, workers: 1, ...LAYOUT, ...options });
  assert.deepEqual((await verify(output, { deep: true })).problems, []);
  await look(output, dataset, members(join(output, "media_bundle.tar")));
}

/** What the samples of a set should say, by its annotation file: names in the place of ids and places. */
// deno-lint-ignore no-explicit-any
function wanted(set: string): any[] {
  const { images, annotations, categories } = json(set, "unified_annotation.json");
  const names = new Map(categories.map(({ id, name }: { id: number; name: string }) => [id, name]));
  // deno-lint-ignore no-explicit-any
  return images.map((image: any) => {
    const { id, frame: _frame, offset: _offset, size: _size, split, category_ids, ...rest } = image;
    const { file_name, width, height } = rest;
    return {
      file_name,
      width,
      height,
      split: split ?? null,
      image: {
        ...rest,
        ...category_ids && { category_names: category_ids.map((each: number) => names.get(each)) },
      },
      // deno-lint-ignore no-explicit-any
      annotations: annotations.filter((each: any) => each.image_id === id).map((each: any) => {
        const { id: _id, image_id: _image, category_id, ...more } = each;
        return { category_name: names.get(category_id), ...more };
      }),
    };
  });
}

const samples = (list: TarMember[]) =>
  list.filter(({ name }) => name.endsWith(".json")).map(({ content }) => JSON.parse(text(content)));

Deno.test("each image is followed by its labels, under the number it has in the dataset", () =>
  packed(
    {
      "a.b/one.v2.JPEG": jpeg(100, 80),
      "broken.jpg": "no image",
      "ünïcode.png.jfif": jpeg(64, 48, 700),
      "z.jpg": jpeg(20, 10, 512),
      "classes.txt": "cat\ndog\n",
      "a.b/one.v2.txt": "1 0.5 0.5 0.5 0.5\n0 0.5 0.5 0.2 0.2\n",
      "z.txt": "0 0.5 0.5 1 1\n",
    },
    (set, dataset, list) => {
      assert.deepEqual(list.map(({ name }) => name), [
        "000000000.jpg",
        "000000000.json",
        "000000002.jpg",
        "000000002.json",
        "000000003.jpg",
        "000000003.json",
      ]);
      assert.deepEqual(samples(list), wanted(set));
      assert.deepEqual(samples(list)[0], {
        file_name: "a.b/one.v2.JPEG",
        width: 100,
        height: 80,
        split: null,
        image: { file_name: "a.b/one.v2.JPEG", width: 100, height: 80 },
        annotations: [
          { category_name: "dog", bbox: [25, 20, 50, 40], area: 2000, iscrowd: 0, segmentation: [] },
          { category_name: "cat", bbox: [40, 32, 20, 16], area: 320, iscrowd: 0, segmentation: [] },
        ],
      });
      // The same keys without objects.
      assert.deepEqual(Object.keys(samples(list)[1]), Object.keys(samples(list)[0]));

      const { bundle, frames } = json(set, "frame_manifest.json");
      assert.deepEqual([bundle.media, bundle.layout], ["tar", "webdataset"]);
      frames.forEach((frame: Record<string, unknown>, i: number) => {
        const [image, labels] = list.slice(2 * i);
        assert.deepEqual(image.content, new Uint8Array(readFileSync(join(dataset, `${frame.file_name}`))));
        assert.deepEqual(
          [frame.entry, frame.offset, frame.size, frame.json_size],
          [image.name, image.offset, image.content.length, labels.content.length],
        );
      });
      assert.deepEqual(json(set, "media_bundle-index.json"), {
        wids_version: 1,
        name: "media_bundle",
        shardlist: [{
          url: "media_bundle.tar",
          nsamples: 3,
          filesize: readFileSync(join(set, "media_bundle.tar")).length,
        }],
      });
    },
  ));

Deno.test("a sample says all that the annotation file says: masks, keypoints, attributes, tags, classes of the image", () => {
  const coco = {
    images: [
      { id: 5, file_name: "a.jpg", width: 48, height: 32, license: 1, coco_url: "http://example.com/ä" },
      { id: 6, file_name: "b.jpg", width: 48, height: 32 },
    ],
    licenses: [{ id: 1, name: "CC0" }],
    annotations: [
      {
        id: 1,
        image_id: 5,
        category_id: 9,
        bbox: [1, 2, 3, 4],
        attributes: { occluded: true, note: 'a "b"' },
      },
      { id: 2, image_id: 5, category_id: 4, segmentation: [[4, 4, 24, 4.25, 24, 20]], iscrowd: 0 },
      {
        id: 3,
        image_id: 6,
        category_id: 4,
        iscrowd: 1,
        segmentation: { size: [32, 48], counts: [20 * 32, 12 * 32, 16 * 32] },
      },
      {
        id: 4,
        image_id: 6,
        category_id: 9,
        bbox: [0, 0, 20, 20],
        keypoints: [5, 6, 2, 0, 0, 0],
        num_keypoints: 1,
      },
    ],
    categories: [
      { id: 9, name: "person", keypoints: ["nose", "tail"], skeleton: [[1, 2]] },
      { id: 4, name: "fibre\n" },
    ],
  };
  return packed({
    "a.jpg": jpeg(48, 32),
    "b.jpg": jpeg(48, 32, 10),
    "annotations.json": JSON.stringify(coco),
  }, (set, _dataset, list) => {
    assert.deepEqual(samples(list), wanted(set));
    const [first, second] = samples(list);
    assert.equal(first.image.license, 1);
    assert.deepEqual(first.annotations[0].attributes, { occluded: true, note: 'a "b"' });
    assert.deepEqual(second.annotations.map((each: { iscrowd: number }) => each.iscrowd), [1, 0]);
    assert.equal(second.annotations[1].num_keypoints, 1);
  });
});

Deno.test("classes of the image as a whole stand in its sample by name", () =>
  packed(
    { "train/cat/a.jpg": jpeg(8, 8), "train/dog/b.jpg": jpeg(9, 8), "val/dog/c.jpg": jpeg(8, 9) },
    (set, _dataset, list) => {
      assert.deepEqual(samples(list), wanted(set));
      assert.deepEqual(
        samples(list).map(({ split, image }) => [split, image.category_names]),
        [["train", ["cat"]], ["train", ["dog"]], ["val", ["dog"]]],
      );
    },
  ));

Deno.test("1, 2 and 7 workers write the same set", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "in");
  writeTree(dataset, { ...yoloFiles(400), "images/train/broken.jpg": "x" });
  for (const workers of [1, 2, 7]) {
    const output = join(temp.path, `${workers}`);
    await pack({ dataset, output, workers, ...LAYOUT });
    for (const name of FILES) {
      assert.ok(readFileSync(join(output, name)).equals(readFileSync(join(temp.path, "1", name))), name);
    }
  }
  const output = join(temp.path, "1");
  assert.deepEqual((await verify(output, { deep: true, workers: 3 })).problems, []);
  assert.deepEqual(samples(members(join(output, "media_bundle.tar"))), wanted(output));
});

Deno.test("the set is read as any other: extract, openDataset, class options, splits", () =>
  packed(yoloFiles(30), async (set, dataset) => {
    await extract(set, join(set, "..", "back"));
    using found = await openDataset(set);
    assert.equal(found.length, 30);
    for await (const { file_name, frame } of found) {
      const original = readFileSync(join(dataset, file_name));
      assert.ok(original.equals(readFileSync(join(set, "..", "back", file_name))), file_name);
      assert.ok(original.equals(found.bytes(frame)), file_name);
      assert.equal(found.byName(file_name), frame);
    }
    const list = wanted(set);
    assert.deepEqual(samples(members(join(set, "media_bundle.tar"))), list);
    const classes = new Set(list.flatMap(({ annotations }) => annotations).map((each) => each.category_name));
    assert.deepEqual([...classes].sort(), ["Ameise", "class_5", "zebra"]);
    assert.deepEqual(new Set(list.map(({ split }) => split)), new Set(["a", "b"]));
  }, { classMap: { ant: "Ameise", moth: "" }, split: { a: 0.5, b: 0.5 } }));

Deno.test("images of any size and number of labels: verified, and told as the annotation file tells them", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          filling: fc.nat(1500),
          boxes: fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 99 })), { maxLength: 12 }),
          extension: fc.constantFrom("jpg", "jpeg", "JPG"),
          broken: fc.boolean(),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      async (images) => {
        const files: Record<string, Uint8Array | string> = { "classes.txt": "a\nb\nc\nd\n" };
        images.forEach(({ filling, boxes, extension, broken }, i) => {
          // One sound image at least.
          files[`d${i % 3}/${i}.x.${extension}`] = broken && i > 0 ? "?" : jpeg(40 + i, 30, filling);
          files[`d${i % 3}/${i}.x.txt`] = boxes.map(([k, size]) => `${k} 0.5 0.5 0.${size} 0.5\n`).join("");
        });
        await packed(files, (set, _dataset, list) => {
          assert.deepEqual(samples(list), wanted(set));
          assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
        }, { format: "darknet" });
      },
    ),
    { numRuns: 25 },
  ));

Deno.test("an image too large for memory has its labels after it, too", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "in");
  writeTree(dataset, {
    "a.jpg": jpeg(10, 10),
    "big.jpg": jpeg(640, 480),
    "big.txt": "0 0.5 0.5 0.5 0.5\n",
    "c.jpg": jpeg(12, 12),
    "classes.txt": "cat\n",
  });
  // A sparse file, whose size leaves padding.
  truncateSync(join(dataset, "big.jpg"), (70 << 20) + 100);
  const output = join(temp.path, "set");
  await pack({ dataset, output, workers: 2, ...LAYOUT });
  assert.deepEqual((await verify(output)).problems, []);
  const list = members(join(output, "media_bundle.tar"));
  assert.equal(list.length, 6);
  assert.deepEqual(samples(list), wanted(output));
  assert.equal(samples(list)[1].annotations.length, 1);
});

Deno.test("labels longer than the buffer of a worker, and grey frames", async () => {
  await packed({
    "a.jpg": jpeg(1000, 1000),
    "b.jpg": jpeg(10, 10),
    "classes.txt": "cat\n",
    "a.txt": Array.from({ length: 90_000 }, (_, i) => `0 0.${100_000 + i} 0.5 0.1234 0.${100_000 + i}\n`)
      .join(""),
  }, (set, _dataset, list) => {
    assert.ok(list[1].content.length > 8 << 20);
    assert.deepEqual(samples(list), wanted(set));
  });
  await packed(
    { "labels/a.txt": "0 0.5 0.5 1 1\n", "data.yaml": "names: [cat]\n" },
    (set, _dataset, list) => {
      assert.equal(json(set, "frame_manifest.json").frames[0].placeholder, true);
      assert.deepEqual(samples(list), wanted(set));
    },
  );
});

Deno.test("a set of another kind in its place leaves no index behind, and what an unfinished run left goes", () =>
  packed(yoloFiles(4), async (output, dataset) => {
    assert.deepEqual(readdirSync(output).sort(), FILES);
    await assert.rejects(pack({ dataset, output, ...LAYOUT }), /exists already/);
    writeFileSync(join(output, "media_bundle-index.json.partial"), "half");
    await pack({ dataset, output, overwrite: true, workers: 1 });
    assert.deepEqual(readdirSync(output).sort(), [
      "frame_manifest.json",
      "media_bundle.zip",
      "unified_annotation.json",
    ]);
    await pack({ dataset, output, overwrite: true, workers: 1, bundleFile: "my.TAR", ...LAYOUT });
    assert.equal(json(output, "my-index.json").shardlist[0].url, "my.TAR");
    assert.deepEqual((await verify(output)).problems, []);
  }));

Deno.test("cut short before the index has its name, the set is whole all the same, and recovers", () =>
  packed(yoloFiles(4), async (output) => {
    const path = (name: string) => join(output, name);
    renameSync(path("frame_manifest.json"), path("frame_manifest.json.commit"));
    renameSync(path("media_bundle-index.json"), path("media_bundle-index.json.partial"));
    assert.deepEqual((await verify(output)).problems, []);
    recover(output);
    assert.deepEqual(readdirSync(output).sort(), FILES);
  }));

Deno.test("inspect names the layout and the index", () =>
  packed(yoloFiles(4), async (output) => {
    const found = await inspect(output);
    assert.equal(found.layout, "webdataset");
    assert.deepEqual(found.files.map(({ file }) => file).sort(), FILES);
    assert.match(inspectionSummary(found).join("\n"), /\n {2}layout +webdataset\n/);
  }));

Deno.test("a dry run names the index", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "in");
  writeTree(dataset, yoloFiles(3));
  const { files } = await predict({ dataset, output: join(temp.path, "set"), ...LAYOUT });
  assert.deepEqual(files.map(({ file }) => file).sort(), FILES);
  assert.ok(!existsSync(join(temp.path, "set")));
});

Deno.test("what a layout cannot be combined with is refused before any work", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "in");
  const output = join(temp.path, "set");
  writeTree(dataset, yoloFiles(2));
  const refused: [PackOptions, RegExp][] = [
    [{ layout: "webdataset" }, /A zip bundle cannot be laid out/],
    [{ layout: "webdataset", media: "mp4" }, /An mp4 bundle cannot be laid out/],
    [{ ...LAYOUT, keepLabels: true }, /for a sample/],
    [{ layout: "webdataset", compression: { codec: "h264" } }, /WebDataset reads tar files/],
    [{ ...LAYOUT, stage: "bundle" }, /bundle writes no labels/],
    [{ ...LAYOUT, layout: "other" as "webdataset" }, /"other" is no layout/],
    [{ ...LAYOUT, annotationFile: "media_bundle-index.json" }, /is taken by another file/],
  ];
  for (const [options, message] of refused) {
    await assert.rejects(pack({ dataset, output, ...options }), message);
    await assert.rejects(pack({ dataset, output, ...options }), exitCode(2));
  }
  assert.ok(!existsSync(output));
  await pack({ dataset, output, workers: 1, ...LAYOUT });
  await assert.rejects(
    pack({ dataset, output, stage: "annotate", overwrite: true }),
    /The labels stand in the bundle of ".*", too/,
  );
});
