import assert from "node:assert/strict";
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { verify } from "../../src/verify/verify.ts";
import { makeSet, mixedPictures, noise, type Picture } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";

const KINDS: Record<string, (dir: string) => void> = {
  "zip with annotations": (dir) => makeSet(dir, mixedPictures()),
  "tar with annotations": (dir) => makeSet(dir, plain(), { media: "tar" }),
  "tar laid out for WebDataset": (dir) => makeSet(dir, plain(), { media: "tar", layout: "webdataset" }),
  "mp4 with two tracks": (dir) =>
    makeSet(dir, plain().map((picture, i) => ({ ...picture, codec: i === 1 ? "png" : "jpeg" })), {
      media: "mp4",
    }),
  "zip without annotations": (dir) => makeSet(dir, mixedPictures(), { annotations: false }),
  "zip with nothing in it": (dir) => makeSet(dir, []),
  "mp4 with nothing in it": (dir) => makeSet(dir, [], { media: "mp4" }),
};

/** Names a ustar header holds by itself. */
function plain(): Picture[] {
  return mixedPictures().filter(({ name, deflate }) => /^[ -~]*$/.test(name) && !deflate);
}

for (const [kind, make] of Object.entries(KINDS)) {
  Deno.test(`a sound set (${kind}) passes, also deep and with workers`, async () => {
    using dir = tempDir();
    make(dir.path);
    for (const options of [{}, { deep: true }, { workers: 2 }]) {
      const report = await verify(dir.path, options);
      assert.deepEqual(report.problems, []);
      assert.equal(report.ok, true);
    }
  });

  Deno.test(`one flipped bit anywhere in a set (${kind}) is found`, async () => {
    using dir = tempDir();
    make(dir.path);
    for (const name of readdirSync(dir.path)) {
      const path = join(dir.path, name);
      const sound = readFileSync(path);
      await fc.assert(
        fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(7), async (byte, bit) => {
          const damaged = new Uint8Array(sound);
          damaged[byte] ^= 1 << bit;
          writeFileSync(path, damaged);
          const report = await verify(dir.path).catch((error) => error);
          // Only a changed version number is no damage: another release might read it.
          assert.ok(
            report.ok === false || /has version/.test(report.message),
            `bit ${bit} of byte ${byte} of ${name}`,
          );
        }),
        { numRuns: 150, examples: [[0, 0], [sound.length - 1, 2]] },
      );
      writeFileSync(path, sound);
    }
  });

  Deno.test(`a file of a set (${kind}) that is cut, longer or gone is found`, async () => {
    using dir = tempDir();
    make(dir.path);
    for (const name of readdirSync(dir.path)) {
      const path = join(dir.path, name);
      const sound = readFileSync(path);
      for (const size of [sound.length - 1, sound.length >> 1, 10, 0]) {
        truncateSync(path, size);
        assert.equal((await verify(dir.path)).ok, false, `${name} cut to ${size}`);
        writeFileSync(path, sound);
      }
      for (const more of ["\0", "\n", " ", "PK"]) {
        appendFileSync(path, more);
        assert.equal((await verify(dir.path)).ok, false, `${name} with ${JSON.stringify(more)} after it`);
        writeFileSync(path, sound);
      }
      if (name === "frame_manifest.json") continue;
      rmSync(path);
      assert.equal((await verify(dir.path)).ok, false, `${name} removed`);
      writeFileSync(path, sound);
    }
  });
}

Deno.test("files exchanged between two sets are found", async () => {
  using one = tempDir();
  using two = tempDir();
  makeSet(one.path, [{ name: "a.jpg", data: noise(500, 1), boxes: [[1, 0, 0, 5, 5]] }]);
  makeSet(two.path, [{ name: "a.jpg", data: noise(500, 2), boxes: [[1, 0, 0, 5, 6]] }]);
  for (const name of readdirSync(one.path)) {
    const path = join(one.path, name);
    const sound = readFileSync(path);
    copyFileSync(join(two.path, name), path);
    assert.equal((await verify(one.path)).ok, false, name);
    writeFileSync(path, sound);
  }
});

Deno.test("two frames of the same size that changed places are found, with their indexes", async () => {
  using dir = tempDir();
  makeSet(dir.path, [1, 2, 3].map((seed) => ({ name: `${seed}.jpg`, data: noise(300, seed) })));
  const path = join(dir.path, "media_bundle.zip");
  const bundle = readFileSync(path);
  // Header 30 + 5 bytes, data 300 bytes.
  const first = bundle.subarray(35, 335), second = bundle.subarray(370, 670);
  const swapped = new Uint8Array(bundle);
  swapped.set(second, 35);
  swapped.set(first, 370);
  writeFileSync(path, swapped);
  const { problems } = await verify(dir.path);
  const places = problems.map(({ code, frame, byte }) => [code, frame, byte]);
  assert.deepEqual(places, [["frame-crc32", 0, 35], ["frame-crc32", 1, 370], [
    "bundle-crc32",
    undefined,
    undefined,
  ]]);
});
