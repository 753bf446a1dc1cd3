import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "../property.ts";
import { appendGeneration } from "../../src/generations/append.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { recordedSize } from "../../src/model/frame.ts";
import { pack } from "../../src/pack/pack.ts";
import { KnownFrames } from "../../src/update/known_frames.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

/** A BMP without compression, which --deflate makes smaller. */
function bmp(): Uint8Array {
  const bytes = new Uint8Array(54 + 30 * 32 * 3);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 32, true);
  view.setInt32(22, 30, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return bytes;
}

const word = fc.stringMatching(/^[a-z ,:{}'é😀"\\]{1,12}$/).filter((text) => text.trim() === text);

Deno.test("what is known of images is what their records say, whatever names are like and in any generation", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(word, { minLength: 2, maxLength: 6 }), fc.nat(1), async (words, gone) => {
      using temp = tempDir();
      const dataset = join(temp.path, "data"), set = join(temp.path, "set");
      const files: Record<string, Uint8Array | string> = {
        "data.yaml": "names: [a]\ntrain: images/train\nval: images/val\n",
      };
      words.forEach((text, i) => {
        const stem = `${i % 2 ? "train" : "val"}/${text},"split":"x${i}`;
        files[`images/${stem}.${i % 3 ? "jpg" : "bmp"}`] = i % 3 ? jpeg(20 + i, 20) : bmp();
        if (i % 4) files[`labels/${stem}.txt`] = "0 0.5 0.5 0.5 0.5\n";
      });
      writeTree(dataset, files);
      await pack({ dataset, output: set, deflate: true, workers: 1 });
      await appendGeneration(set, { removed: new Set([gone]) });
      const manifest = openManifest(join(set, "frame_manifest.json"));
      try {
        const known = new KnownFrames(manifest);
        const records = [...manifest.records()];
        assert.equal(records.length, words.length - 1);
        assert.deepEqual(known.unseen(), records.map((_, position) => position));
        for (const [position, record] of records.entries()) {
          assert.equal(known.find(record.file_name), position);
          assert.equal(known.find(`${record.file_name}x`), -1);
          assert.equal(known.size(position), recordedSize(record));
          const { split, labels } = record;
          assert.ok(known.isAbout(position, split, labels));
          assert.ok(
            !known.isAbout(position, `${split}x`, labels) && !known.isAbout(position, split, `${labels}x`),
          );
          if (labels !== undefined) assert.ok(!known.isAbout(position, split, undefined));
        }
        assert.deepEqual(known.unseen(), []);
      } finally {
        manifest.close();
      }
    }),
    { numRuns: 15 },
  );
});
