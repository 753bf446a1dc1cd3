import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../src/verify/verify.ts";
import { makeSet, noise } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";
import { members } from "../media/tar_members.ts";

const BUNDLE = "media_bundle.tar";
const INDEX = "media_bundle-index.json";

/** A set of three samples. */
function make(dir: string): void {
  const pictures = ["a.jpg", "b.jpg", "c.jpg"].map((name, i) => ({ name, data: noise(600 + i, i) }));
  makeSet(dir, pictures, { media: "tar", layout: "webdataset" });
}

/** Codes of what is wrong, with their frames. */
async function problems(dir: string): Promise<[string, number | undefined][]> {
  const report = await verify(dir);
  return report.problems.map(({ code, frame }) => [code, frame]);
}

Deno.test("damage in a .json member is told with its frame: header, content, padding", async () => {
  using dir = tempDir();
  make(dir.path);
  const path = join(dir.path, BUNDLE);
  const sound = readFileSync(path);
  const json = members(path)[3];
  const places: [number, string][] = [
    [json.offset - 512, "bundle-header"],
    [json.offset - 1, "bundle-header"],
    [json.offset, "frame-json"],
    [json.offset + json.content.length - 1, "frame-json"],
    [json.offset + json.content.length, "bundle-padding"],
  ];
  for (const [byte, code] of places) {
    const damaged = new Uint8Array(sound);
    damaged[byte] ^= 1;
    writeFileSync(path, damaged);
    assert.deepEqual(await problems(dir.path), [[code, 1], ["bundle-crc32", undefined]], `byte ${byte}`);
  }
});

Deno.test("an index that is gone or says something else is damage", async () => {
  using dir = tempDir();
  make(dir.path);
  const path = join(dir.path, INDEX);
  const sound = readFileSync(path, "utf8");
  for (const text of [sound.replace('"nsamples":3', '"nsamples":4'), sound + "\n", sound.slice(0, -1), ""]) {
    writeFileSync(path, text);
    assert.deepEqual(await problems(dir.path), [["bundle-index", undefined]]);
  }
  rmSync(path);
  assert.deepEqual(await problems(dir.path), [["bundle-index", undefined]]);
});

Deno.test("a bundle that claims the layout and has no .json members is told", async () => {
  using dir = tempDir();
  makeSet(dir.path, [{ name: "a.jpg", data: noise(9, 1) }], { media: "tar" });
  const path = join(dir.path, "frame_manifest.json");
  const text = readFileSync(path, "utf8").replace('"media":"tar"', '"media":"tar","layout":"webdataset"')
    .replace(/^(.{4095}).*$/m, "$1");
  writeFileSync(path, text);
  writeFileSync(join(dir.path, INDEX), "");
  const found = await problems(dir.path);
  assert.ok(found.some(([code, frame]) => code === "frame-json" && frame === 0), JSON.stringify(found));
});
