import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { python, runOk, testWith } from "../tools.ts";
import { cli, frames, inFolder, makeCocoTree, makeNamesTree, SAMPLE, withSet } from "./sets.ts";

/** Runs one of the Python programs of this folder and parses what it prints. */
// deno-lint-ignore no-explicit-any
function ask(program: string, ...args: string[]): any {
  return JSON.parse(runOk([python, fileURLToPath(new URL(program, import.meta.url)), ...args]));
}

// deno-lint-ignore no-explicit-any
function coco(set: string): any {
  return JSON.parse(readFileSync(join(set, "unified_annotation.json"), "utf8"));
}

for (const args of [["--media", "zip"], ["--media", "tar"], ["--deflate"]]) {
  testWith(
    ["python"],
    `Python reads a bundle made with ${args.join(" ")} as an archive and by offset`,
    () =>
      inFolder(async (folder) => {
        const tree = join(folder, "tree");
        await makeNamesTree(tree);
        await withSet(tree, args, (set) => {
          const { frames: count, deflated } = ask("read_bundle.py", set, tree);
          assert.equal(count, frames(set).length);
          assert.equal(deflated, args[0] === "--deflate" ? 1 : 0);
        });
      }),
  );
}

testWith(
  ["python:pycocotools"],
  "pycocotools gives perfect detections on the sample an average precision of 1",
  () =>
    withSet(SAMPLE, [], (set) => {
      const { images, annotations } = coco(set);
      assert.deepEqual(ask("evaluate.py", set), {
        images: images.length,
        annotations: annotations.length,
        precision: { bbox: 1 },
      });
    }),
);

testWith(
  ["python:pycocotools"],
  "pycocotools evaluates polygons beside a run-length encoded crowd at 1",
  () =>
    inFolder(async (folder) => {
      const tree = join(folder, "tree");
      await makeCocoTree(tree);
      await withSet(tree, [], (set) => {
        assert.deepEqual(ask("evaluate.py", set), {
          images: 3,
          annotations: 4,
          precision: { bbox: 1, segm: 1 },
        });
      });
    }),
);

testWith(
  ["python:supervision"],
  "supervision loads the extracted sample with the same classes and boxes",
  () =>
    withSet(SAMPLE, [], (set) => {
      const extracted = join(set, "..", "extracted");
      cli("extract", set, extracted, "--quiet");
      const { images, annotations, categories } = coco(set);
      const { classes, boxes } = ask("supervision_read.py", set, extracted);
      assert.deepEqual(classes, categories.map((category: { name: string }) => category.name));
      assert.equal(Object.keys(boxes).length, images.length);
      for (const image of images) {
        const expected = annotations.filter((annotation: { image_id: number }) =>
          annotation.image_id === image.id
        );
        const found = boxes[image.file_name];
        assert.equal(found.length, expected.length, image.file_name);
        expected.forEach(
          (
            { bbox: [x, y, width, height], category_id }: { bbox: number[]; category_id: number },
            i: number,
          ) => {
            const [name, ...corners] = found[i];
            assert.equal(name, classes[category_id - 1]);
            // supervision keeps single precision.
            [x, y, x + width, y + height].forEach((value, k) =>
              assert.ok(Math.abs(value - corners[k]) < 1e-3)
            );
          },
        );
      }
    }),
);

testWith(
  ["python:PIL"],
  "Pillow sees the sizes, codecs and orientations the manifest states",
  () =>
    withSet(SAMPLE, [], (set) => {
      const { images, turned } = ask("image_sizes.py", set);
      assert.equal(images, frames(set).length);
      assert.equal(turned, 1);
    }),
);

testWith(
  ["python:webdataset", "python:PIL"],
  "webdataset reads a bundle laid out for it as a shard, and its index leads to the same samples",
  () =>
    withSet(SAMPLE, ["--media", "tar", "--layout", "webdataset"], (set) => {
      const { samples, decoded } = ask("read_samples.py", set);
      const { images, annotations, categories } = coco(set);
      const manifest = JSON.parse(readFileSync(join(set, "frame_manifest.json"), "utf8"));
      assert.equal(samples.length, images.length);
      // deno-lint-ignore no-explicit-any
      samples.forEach(([key, kind, sha256, label]: [string, string, string, any], i: number) => {
        const frame = manifest.frames[i];
        assert.equal(`${key}.${kind}`, frame.entry);
        assert.equal(sha256, frame.sha256);
        assert.deepEqual([label.file_name, label.width, label.height, label.split], [
          images[i].file_name,
          images[i].width,
          images[i].height,
          images[i].split,
        ]);
        // deno-lint-ignore no-explicit-any
        const own = annotations.filter((each: any) => each.image_id === images[i].id);
        assert.deepEqual(
          // deno-lint-ignore no-explicit-any
          label.annotations.map((each: any) => [each.category_name, each.bbox, each.area]),
          // deno-lint-ignore no-explicit-any
          own.map((each: any) => [categories[each.category_id - 1].name, each.bbox, each.area]),
        );
        // Pillow tells the stored size.
        assert.deepEqual(decoded[i], [[frame.width, frame.height]]);
      });
    }),
);
