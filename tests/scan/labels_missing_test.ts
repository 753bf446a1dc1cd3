import assert from "node:assert/strict";
import { type Files, scanned, withFiles } from "../tree/temp_tree.ts";

async function told(files: Files): Promise<string[]> {
  let lines: string[] = [];
  await withFiles(files, async (root) => {
    const { issues } = await scanned({ images: root, labels: root });
    lines = issues.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
  });
  return lines;
}

const NONE = "labels-missing: No labels of a known format were found: the frames will have no annotations";

Deno.test("where no labels are found, files that could be some are named", async () => {
  assert.deepEqual(await told({ "a.jpg": "", "README.txt": "x" }), [`note ${NONE}.`]);
  assert.deepEqual(await told({ "a.jpg": "", "x/boxes.csv": "what,is,this\n" }), [
    `warning ${NONE}, though "x/boxes.csv" could be labels.`,
  ]);
  assert.deepEqual(await told({ "a.jpg": "", "b.json": "{}", "a.mat": "?" }), [
    `warning ${NONE}, though 2 files here could be labels, like "a.mat".`,
  ]);
});

Deno.test("folders of images that may be classes are named with the option that takes them as such", async () => {
  const hint = '. If folders are classes, like "cat" and "dog", --format class-folders takes them as such.';
  assert.deepEqual(await told({ "cat/a.jpg": "", "dog/small/b.jpg": "", "c.jpg": "" }), [
    `note ${NONE}${hint}`,
  ]);
  assert.deepEqual(await told({ "images/train/a.jpg": "", "images/val/b.jpg": "" }), [`note ${NONE}.`]);
});

Deno.test("archives among the files are told: the labels may be in them", async () => {
  const one =
    'The archive "x/labels.zip" was not looked into; --images and --labels name one that is wanted.';
  assert.deepEqual(await told({ "a.jpg": "", "x/labels.zip": "PK" }), [
    `note archive-left-out: ${one}`,
    `note ${NONE}.`,
  ]);
  const both = await told({
    "images.zip": "PK",
    "labels.tar": "",
    "a.jpg": "",
    "a.txt": "0 0.5 0.5 0.2 0.2\n",
  });
  assert.match(
    both.find((line) => line.includes("archive"))!,
    /^note .*: 2 archives were not looked into, like "images\.zip";/,
  );
});
