import assert from "node:assert/strict";
import fc from "../property.ts";
import { findEntry, IndexBuilder, type IndexColumns } from "../../src/source/archive_index.ts";

const entry = (n: number) => ({
  at: n * 2 ** 33,
  packed: n,
  size: n + 1,
  crc32: n,
  nameHash: n ^ 7,
  method: n % 4,
});

function find(index: IndexColumns, path: string): number {
  const bytes = new TextEncoder().encode(path);
  return findEntry(index, bytes, bytes.length);
}

Deno.test("every path is found with what was said of it, and no other", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 })), (paths) => {
    const builder = new IndexBuilder();
    paths.forEach((path, n) => builder.add(path, entry(n)));
    const { index, duplicates } = builder.finish();
    assert.equal(duplicates.size, 0);
    paths.forEach((path, n) => {
      assert.equal(find(index, path), n);
      assert.equal(builder.path(n), path);
      const { at, packed, size, crc32, nameHash, method } = index;
      const [found] = [at, packed, size, crc32, nameHash, method].map((column) => column[n]);
      assert.equal(found, entry(n).at);
      assert.deepEqual(
        {
          at: at[n],
          packed: packed[n],
          size: size[n],
          crc32: crc32[n],
          nameHash: nameHash[n],
          method: method[n],
        },
        entry(n),
      );
      if (!paths.includes(path + "!")) assert.equal(find(index, path + "!"), -1);
    });
  }));
});

Deno.test("all entries of a path that is there more than once are told", () => {
  const builder = new IndexBuilder();
  ["a", "b", "a", "c", "a", "b"].forEach((path, n) => builder.add(path, entry(n)));
  assert.deepEqual([...builder.finish().duplicates].sort(), [0, 1, 2, 4, 5]);
});

Deno.test("a hundred thousand entries take less than 100 bytes each, and go to other threads without a copy", () => {
  const builder = new IndexBuilder();
  const count = 100_000;
  for (let n = 0; n < count; n++) builder.add(`images/train/${String(n).padStart(12, "0")}.jpg`, entry(n));
  const { index } = builder.finish();
  const columns = Object.values(index) as (Uint8Array | Float64Array)[];
  const bytes = columns.reduce((sum, column) => sum + column.byteLength, 0);
  assert.ok(bytes < count * 100, `${bytes / count} bytes`);
  assert.ok(columns.every((column) => column.buffer instanceof SharedArrayBuffer));
});
