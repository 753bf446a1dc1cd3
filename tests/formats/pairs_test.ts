/** Datasets of two formats in one tree. */
import assert from "node:assert/strict";
import fc from "../property.ts";
import type { FormatEntry } from "../../src/formats/format.ts";
import { readable } from "../../src/formats/table.ts";
import { heavy } from "../tools.ts";
import { exampleFiles } from "./examples.ts";
import { type Files, type ReadDataset, readFiles } from "./reading.ts";

const PAIRS = readable.flatMap((a) => readable.filter((b) => b !== a).map((b) => [a, b] as const));

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}

/** What the images of a folder have. */
function labelsIn({ labels, names }: ReadDataset, folder = ""): unknown {
  return Object.entries(labels).filter(([path]) => path.startsWith(folder)).map(([path, each]) => [
    path.slice(folder.length),
    each?.annotations.map(({ category, ignore, ...shape }) => [ignore ? "" : names[category], shape]),
    each?.classes?.map((category) => names[category]),
    each?.image,
  ]);
}

const known = new Map<string, unknown>();

/** What a format's example has when it is alone. */
async function alone(entry: FormatEntry): Promise<unknown> {
  if (!known.has(entry.name)) known.set(entry.name, labelsIn(await readFiles(exampleFiles(entry))));
  return known.get(entry.name);
}

Deno.test("of two datasets side by side, each is read as if it were alone", async () => {
  const check = async ([a, b]: readonly [FormatEntry, FormatEntry]) => {
    const found = await readFiles({ ...below("a", exampleFiles(a)), ...below("b", exampleFiles(b)) });
    for (const [folder, entry] of [["a", a], ["b", b]] as const) {
      if (entry.name === "class-folders") {
        // Any folders of images could be that: it is said, but not done.
        const told = found.issues.filter(({ code }) => code === "format-not-read").map(({ path }) => path);
        assert.deepEqual(told, [folder]);
        continue;
      }
      assert.ok(found.formats.includes(entry.name), `${entry.name} is among ${found.formats}`);
      assert.deepEqual(labelsIn(found, `${folder}/`), await alone(entry));
    }
  };
  if (heavy) { for (const pair of PAIRS) await check(pair); }
  else await fc.assert(fc.asyncProperty(fc.constantFrom(...PAIRS), check), { numRuns: 60 });
});

Deno.test("folders of several formats may lie deeper, with a README above; those of one format are one dataset", async () => {
  const of = (name: string) => exampleFiles(readable.find((entry) => entry.name === name)!);
  const mixed = await readFiles({
    "README.md": "# pets\n",
    "sets/README.txt": "three\n",
    ...below("sets/a", of("labelme")),
    ...below("sets/b", of("labelme")),
    ...below("sets/c", of("yolo")),
  });
  assert.deepEqual(mixed.formats, ["yolo", "labelme", "labelme"]);
  assert.equal(mixed.orphans.length, 0);
  const same = await readFiles({ ...below("train", of("labelme")), ...below("valid", of("labelme")) });
  assert.deepEqual(same.formats, ["labelme"]);
  assert.deepEqual(Object.keys(same.labels), ["train/a.jpg", "valid/a.jpg"]);
  assert.ok(Object.values(same.labels).every((each) => each?.annotations.length === 2));
});
