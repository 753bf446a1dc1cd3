import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { verify } from "../../src/verify/verify.ts";
import type { VerifyProgress } from "../../src/verify/options.ts";
import { tempDir } from "../dataset/temp.ts";
import { testWith } from "../tools.ts";
import { makeVideoSet, rewriteManifest, type VideoSetOptions } from "../video/make_video_set.ts";

async function problems(dir: string): Promise<string[]> {
  const report = await verify(dir, { deep: true });
  return report.problems.map(({ code, frame }) => frame === undefined ? code : `${code} ${frame}`);
}

const hex = (value: number) => value.toString(16).padStart(8, "0");

const KINDS: VideoSetOptions[] = [{}, { codec: "ffv1" }, { grouped: true }, { unproven: true }];
for (const options of KINDS) {
  testWith(
    ["encoder:libx264"],
    `a video is sound when it is decoded: ${JSON.stringify(options)}`,
    async () => {
      using dir = tempDir();
      makeVideoSet(dir.path, 24, options);
      let last: VerifyProgress | undefined;
      const report = await verify(dir.path, { deep: true, onProgress: (progress) => last = progress });
      assert.deepEqual(report.problems, []);
      assert.deepEqual([last!.done, last!.total], [24, 24]);
    },
  );
}

testWith(["encoder:libx264"], "swapped pictures are found by their digests", async () => {
  using dir = tempDir();
  makeVideoSet(dir.path, 24);
  rewriteManifest(dir.path, (_, frames) => {
    [frames[4].decoded, frames[9].decoded] = [frames[9].decoded, frames[4].decoded];
  });
  assert.deepEqual((await verify(dir.path)).problems, []);
  assert.deepEqual(await problems(dir.path), ["frame-decoded 4", "frame-decoded 9"]);
});

testWith(["encoder:libx264"], "another video with digests of its own is found by the count", async () => {
  using dir = tempDir();
  using other = tempDir();
  makeVideoSet(dir.path, 24, { codec: "ffv1" });
  makeVideoSet(other.path, 23, { codec: "ffv1" });
  const video = readFileSync(join(other.path, "media_bundle.mkv"));
  writeFileSync(join(dir.path, "media_bundle.mkv"), video);
  rewriteManifest(dir.path, (header) => {
    Object.assign(header.bundle, { size: video.length, crc32: hex(crc32(video)) });
  });
  assert.deepEqual((await verify(dir.path)).problems, []);
  assert.deepEqual(await problems(dir.path), ["bundle-frames"]);
});

testWith(
  ["encoder:libx264"],
  "damage inside the video is found by size, digest and pictures; what is no video at all, too",
  async () => {
    using dir = tempDir();
    makeVideoSet(dir.path, 24, { codec: "ffv1" });
    const path = join(dir.path, "media_bundle.mkv");
    const video = readFileSync(path);
    video[video.length >> 1] ^= 0xff;
    writeFileSync(path, video);
    assert.deepEqual((await verify(dir.path)).problems.map(({ code }) => code), ["bundle-crc32"]);
    const found = await problems(dir.path);
    assert.equal(found[0], "bundle-crc32");
    assert.ok(found.some((problem) => /^(frame-decoded|bundle-frames)/.test(problem)), String(found));
    writeFileSync(path, "nothing");
    assert.deepEqual(await problems(dir.path), ["bundle-size", "bundle-frames"]);
  },
);

testWith(["encoder:libx264"], "a signal ends the decoding", async () => {
  using dir = tempDir();
  makeVideoSet(dir.path, 24);
  const abort = new AbortController();
  const run = verify(dir.path, { deep: true, signal: abort.signal, onProgress: () => abort.abort() });
  await assert.rejects(run, { exitCode: 130 });
});
