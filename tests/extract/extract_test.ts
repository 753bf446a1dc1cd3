import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { extract } from "../../src/extract/extract.ts";
import { makeSet, mixedPictures, noise } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";

Deno.test("every image is restored byte for byte under its name", async () => {
  using out = tempDir();
  using dir = tempDir();
  // Larger than one piece of a copy.
  const pictures = [...mixedPictures(), { name: "d/large.bin", data: noise(9_000_001, 6) }];
  makeSet(out.path, pictures);
  const target = join(dir.path, "new", "folder");
  const report = await extract(out.path, target);
  for (const { name, data } of pictures) assert.ok(readFileSync(join(target, name)).equals(data), name);
  assert.equal(report.frames, 6);
  assert.equal(report.bytes, pictures.reduce((sum, { data }) => sum + data.length, 0));
  assert.equal(readdirSync(target, { recursive: true }).length, 6 + 3);
});

Deno.test("only the frames asked for are restored", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, mixedPictures());
  await extract(out.path, dir.path, { frames: [4, 1] });
  assert.deepEqual(readdirSync(dir.path, { recursive: true }).sort(), ["a", join("a", '2 "x".jpg'), "c.jpg"]);
  await assert.rejects(extract(out.path, dir.path, { frames: [5] }), RangeError);
});

Deno.test("files that are there stay untouched unless overwriting is asked for", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, mixedPictures());
  writeFileSync(join(dir.path, "c.jpg"), "mine");
  await assert.rejects(extract(out.path, dir.path), /c\.jpg": it exists already/);
  assert.deepEqual(readdirSync(dir.path), ["c.jpg"]);
  assert.equal(readFileSync(join(dir.path, "c.jpg"), "utf8"), "mine");
  await extract(out.path, dir.path, { overwrite: true });
  assert.ok(readFileSync(join(dir.path, "c.jpg")).equals(noise(513, 5)));
});

for (
  const name of [
    "../out.jpg",
    "/out.jpg",
    "a/../../out.jpg",
    "a//b.jpg",
    "./a.jpg",
    "a/..",
    "",
    "a/\0.jpg",
    "..",
  ]
) {
  Deno.test(`a manifest that names ${JSON.stringify(name)} is refused and nothing is written`, async () => {
    using out = tempDir();
    using dir = tempDir();
    makeSet(out.path, [{ name: "aa.jpg", data: noise(10, 1) }, { name, data: noise(10, 2) }]);
    await assert.rejects(extract(out.path, join(dir.path, "in")), /not a plain path below a folder/);
    assert.deepEqual(readdirSync(dir.path, { recursive: true }), ["in"]);
  });
}

Deno.test(
  "links below the target are neither followed nor replaced",
  { ignore: Deno.build.os === "windows" },
  async () => {
    using out = tempDir();
    using dir = tempDir();
    const inside = join(dir.path, "in"), outside = join(dir.path, "outside");
    mkdirSync(inside);
    mkdirSync(outside);
    makeSet(out.path, [{ name: "a/b.jpg", data: noise(10, 1) }]);
    symlinkSync(outside, join(inside, "a"));
    await assert.rejects(extract(out.path, inside, { overwrite: true }), /a": it is a link/);
    assert.deepEqual(readdirSync(outside), []);

    makeSet(out.path, [{ name: "c.jpg", data: noise(10, 1) }]);
    symlinkSync(join(outside, "new.jpg"), join(inside, "c.jpg"));
    await assert.rejects(extract(out.path, inside, { overwrite: true }), /not a plain file/);
    assert.deepEqual(readdirSync(outside), []);
  },
);

Deno.test("a file that stands where a folder should be is named", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, [{ name: "a/b.jpg", data: noise(10, 1) }]);
  writeFileSync(join(dir.path, "a"), "");
  for (const overwrite of [false, true]) {
    await assert.rejects(
      extract(out.path, dir.path, { overwrite }),
      /Cannot write into ".*a": it is not a folder\./,
    );
  }
});

Deno.test("a damaged frame is not restored", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, [{ name: "a.jpg", data: noise(100, 1) }]);
  const bundle = readFileSync(join(out.path, "media_bundle.zip"));
  bundle[80] ^= 1;
  writeFileSync(join(out.path, "media_bundle.zip"), bundle);
  await assert.rejects(extract(out.path, dir.path), /Frame 0 "a.jpg" is damaged: its CRC-32/);
  assert.equal(existsSync(join(dir.path, "a.jpg")), false);
});

Deno.test("a set without its bundle, and a folder without a set, are told as such", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, [{ name: "a.jpg", data: noise(100, 1) }]);
  rmSync(join(out.path, "media_bundle.zip"));
  await assert.rejects(extract(out.path, dir.path), /names "media_bundle.zip", which is not there/);
  await assert.rejects(extract(dir.path, dir.path), /"frame_manifest.json" is missing/);
  await assert.rejects(extract(join(dir.path, "no"), dir.path), /the folder does not exist/);
});

Deno.test("a signal ends an extraction", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, mixedPictures());
  await assert.rejects(extract(out.path, dir.path, { signal: AbortSignal.abort() }), { exitCode: 130 });
});
