import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { openRange } from "../../src/io/range_file.ts";
import { LineCursor } from "../../src/manifest/line_cursor.ts";
import { textLines } from "../../src/manifest/lines.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { PackError } from "../../src/model/issue.ts";
import { makeSet, mixedPictures } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";

Deno.test("records read one by one, in a row and from the index agree", () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures());
  const manifest = openManifest(join(dir.path, "frame_manifest.json"));
  const records = [...manifest.records()];
  assert.deepEqual(records.map(({ file_name }) => file_name), mixedPictures().map(({ name }) => name));
  assert.deepEqual(records, records.map((_, i) => manifest.record(i)));
  const index = manifest.index();
  assert.deepEqual([...index.offsets], records.map(({ offset }) => offset));
  assert.deepEqual([...index.sizes], records.map(({ size }) => size));
  assert.deepEqual([...index.deflated!], [0, 0, 1, 0, 0]);
  // b/ä.jpg is stored as 64×48 with orientation 6.
  assert.deepEqual([index.widths[3], index.heights[3]], [48, 64]);
  manifest.close();
});

Deno.test("a file of any content is read or refused with a sentence, never anything else", () => {
  using dir = tempDir();
  makeSet(dir.path, mixedPictures());
  const path = join(dir.path, "frame_manifest.json");
  const sound = readFileSync(path);
  const read = () => {
    const manifest = openManifest(path);
    try {
      manifest.index();
      for (const _ of manifest.records());
    } finally {
      manifest.close();
    }
  };
  const places = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(places, fc.nat(sound.length), (changes, length) => {
      const bytes = new Uint8Array(sound);
      for (const [at, value] of changes) bytes[at] = value;
      writeFileSync(path, bytes.subarray(0, Math.max(length, sound.length - length % 300)));
      try {
        read();
      } catch (error) {
        assert.ok(error instanceof PackError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("lines come out whole, however they lie in the blocks", () => {
  using dir = tempDir();
  const path = join(dir.path, "lines");
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 8 }), (lengths) => {
      // The first line is longer than a block of 1 MiB in one of the runs.
      const lines = [...lengths, lengths.length === 3 ? 1_500_000 : 1].map((length, i) =>
        String(i % 10).repeat(length)
      );
      writeFileSync(path, lines.map((line) => line + "\n").join(""));
      const file = openRange(path);
      assert.deepEqual([...textLines(file)], lines);
      file.close();
    }),
    { numRuns: 30 },
  );
});

Deno.test("decimals read from bytes are what JSON.parse gives, or are refused", () => {
  const cursor = new LineCursor();
  fc.assert(
    fc.property(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.integer({ min: 0, max: 6 }),
      (value, places) => {
        for (const text of [JSON.stringify(value), JSON.stringify(Number((value % 1e6).toFixed(places)))]) {
          cursor.reset(new TextEncoder().encode(text), 0);
          const read = cursor.decimal();
          if (!cursor.bad) assert.equal(read, JSON.parse(text) || read);
          if (!cursor.bad) assert.equal(cursor.at, text.length);
        }
      },
    ),
  );
});
