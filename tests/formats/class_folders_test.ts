import assert from "node:assert/strict";
import { type Files, readFiles } from "./reading.ts";

const tree = (...paths: string[]): Files => Object.fromEntries(paths.map((path) => [path, null]));

async function classes(files: Files, format?: string) {
  const read = await readFiles(files, format ? { format } : {});
  const of = Object.entries(read.labels).map((
    [path, labels],
  ) => [path, labels?.classes?.map((id) => read.names[id])]);
  return {
    formats: read.formats,
    declared: read.classes.map(({ name }) => name),
    of: Object.fromEntries(of),
    read,
  };
}

Deno.test("class-folders: the folder is the class of the image, with splits or without", async () => {
  const split = await classes(tree("train/cat/a.png", "train/dog/b.png", "val/cat/c.png", "test/d.png"));
  assert.deepEqual(split.formats, ["class-folders"]);
  assert.deepEqual(split.declared, ["cat", "dog"]);
  assert.deepEqual(split.of, {
    "train/cat/a.png": ["cat"],
    "train/dog/b.png": ["dog"],
    "val/cat/c.png": ["cat"],
    "test/d.png": undefined,
  });
  assert.deepEqual(Object.values(split.read.splits), ["test", "train", "train", "val"]);
  const plain = await classes(tree("set/apple/a.jpg", "set/Zebra/b.jpg", "set/Ä/c.jpg"));
  assert.deepEqual(plain.declared, ["Zebra", "apple", "Ä"]);
  assert.deepEqual(plain.of["set/Zebra/b.jpg"], ["Zebra"]);
});

Deno.test("class-folders: names that objects have by themselves are classes like others", async () => {
  const { declared, of } = await classes(tree("__proto__/a.jpg", "constructor/b.jpg"));
  assert.deepEqual(declared, ["__proto__", "constructor"]);
  assert.deepEqual(of["constructor/b.jpg"], ["constructor"]);
});

Deno.test("class-folders: what is no such tree is not taken for one", async () => {
  const trees: Files[] = [
    tree("images/train/a.jpg", "images/val/b.jpg"),
    tree("train/a.jpg", "val/b.jpg", "test/c.jpg"),
    tree("a.jpg", "cat/b.jpg", "dog/c.jpg"),
    tree("cat/a.jpg"),
    tree("train/images/a.jpg", "train/masks/a.png"),
    tree("s1/img1/1.jpg", "s2/img1/1.jpg"),
    tree("city/one/a.jpg", "city/two/b.jpg", "town/c.jpg"),
    { ...tree("cat/a.jpg", "dog/b.jpg"), "cat/a.bin": "" },
    { ...tree("cat/a.jpg", "dog/b.jpg"), "labels.csv": "a,b\n" },
  ];
  for (const files of trees) {
    assert.deepEqual((await classes(files)).formats, [], Object.keys(files).join(" "));
  }
});

Deno.test("class-folders: lists of names beside the folders are no labels, and the format can be asked for", async () => {
  const files = { ...tree("cat/a.jpg", "dog/b.jpg"), "classes.txt": "cat\ndog\n", "README.md": "" };
  assert.deepEqual((await classes(files)).formats, ["class-folders"]);
  const asked = await classes({ ...tree("train/cat/a.jpg"), "x.csv": "a\n" }, "class-folders");
  assert.deepEqual(asked.of, { "train/cat/a.jpg": ["cat"] });
});
