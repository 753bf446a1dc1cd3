import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "../property.ts";
import { compareBytes, sortByBytes } from "../../src/tree/byte_order.ts";
import { ListedTree } from "../../src/tree/file_tree.ts";
import { NameCursor } from "../../src/tree/name_cursor.ts";
import type { Folder } from "../../src/tree/tree.ts";

const byBuffer = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const text = fc.string({ unit: "grapheme", maxLength: 6 });

Deno.test("names compare as their UTF-8 bytes", () => {
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareBytes(a, b)) === byBuffer(a, b)));
});

Deno.test("a cursor finds every name wherever it stood before, and no other", () => {
  fc.assert(fc.property(fc.uniqueArray(text), fc.array(text), (names, others) => {
    const sorted = sortByBytes([...names]);
    const cursor = new NameCursor(sorted);
    for (const name of [...names, ...others, ...sorted]) {
      assert.equal(cursor.indexOf(name), sorted.indexOf(name));
    }
  }));
});

Deno.test("paths of any tree come in byte order, each once, and are found again", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "b", "-", ".", "0", "é", "😀", "￥"),
    minLength: 1,
    maxLength: 3,
  })
    .filter((part) => !/^\.+$/.test(part));
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  fc.assert(fc.property(fc.uniqueArray(path, { maxLength: 30 }), (all) => {
    // A path that is also the folder of another cannot be a file.
    const files = all.filter((each) => !all.some((other) => other.startsWith(each + "/")));
    const tree = treeOf(files);
    assert.deepEqual([...tree.paths()], [...files].sort(byBuffer));
    assert.equal(tree.fileCount, files.length);
    for (const each of files) assert.ok(tree.has(each));
    assert.ok(!tree.has("a/none"));
  }));
});

Deno.test("files with a stem are those with one extension more", () => {
  const tree = treeOf(["d/a.jpg", "d/a.txt", "d/a.v2.txt", "d/a-b.txt", "d/a", "d/ab.txt"]);
  assert.deepEqual(tree.withStem("d", "a"), ["a.jpg", "a.txt"]);
  assert.deepEqual(tree.withStem("d", "a.v2"), ["a.v2.txt"]);
  assert.deepEqual(tree.withStem("d", "c"), []);
  assert.deepEqual(tree.withStem("absent", "a"), []);
});

function treeOf(paths: readonly string[]): ListedTree {
  const folders = new Map<string, { path: string; files: string[]; folders: string[] }>();
  const folder = (path: string) => {
    let found = folders.get(path);
    if (!found) {
      folders.set(path, found = { path, files: [], folders: [] });
      if (path !== "") {
        const at = path.lastIndexOf("/");
        folder(path.slice(0, Math.max(0, at))).folders.push(path.slice(at + 1));
      }
    }
    return found;
  };
  folder("");
  for (const path of paths) {
    const at = path.lastIndexOf("/");
    folder(path.slice(0, Math.max(0, at))).files.push(path.slice(at + 1));
  }
  for (const each of folders.values()) {
    each.files.sort(byBuffer);
    each.folders.sort(byBuffer);
  }
  return new ListedTree("/data", folders as ReadonlyMap<string, Folder>);
}
