import assert from "node:assert/strict";
import { formats } from "../../src/formats/table.ts";
import { exampleFiles, NEVER_READ } from "./examples.ts";
import { type ReadDataset, readFiles } from "./reading.ts";

/** Formats that are only written, by the one that reads them. */
const READ_AS: Readonly<Record<string, string>> = {
  "yolo-segment": "yolo",
  "yolo-pose": "yolo",
  "yolo-obb": "yolo",
  "yolo-classify": "class-folders",
  "hf-parquet": "hf-imagefolder",
};

for (const entry of formats) {
  const { name, read } = entry;
  if (NEVER_READ.has(name)) continue;
  Deno.test(`the example of ${name} is found out and read without a word`, async () => {
    const found = await readFiles(exampleFiles(entry));
    assert.deepEqual(found.formats, [read ? name : READ_AS[name]]);
    assert.ok(labelled(found) > 0, "it has labels");
    assert.deepEqual(found.orphans, []);
    assert.deepEqual(found.issues.filter(({ severity }) => severity !== "note"), []);
  });
}

/** Objects, classes and words of all images together. */
function labelled({ labels }: ReadDataset): number {
  return Object.values(labels).reduce(
    (sum, each) =>
      sum + (each ? each.annotations.length + (each.classes?.length ?? 0) + words(each.image) : 0),
    0,
  );
}

function words(image: Record<string, unknown> = {}): number {
  return Object.keys(image).length;
}
