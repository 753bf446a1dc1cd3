import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { openManifest } from "../../src/manifest/reader.ts";
import { FrameDecoder } from "../../src/video/frame_decoder.ts";
import { tempDir } from "../dataset/temp.ts";
import { testWith } from "../tools.ts";
import { assertScene } from "./assert_scene.ts";
import { makeVideoSet, type VideoSetOptions } from "./make_video_set.ts";

const FRAMES = 120;

/** An open set, and how often ffmpeg was started for it. */
function opened(dir: string, signal?: AbortSignal) {
  const manifest = openManifest(join(dir, "frame_manifest.json"));
  const program = join(dir, "counting_ffmpeg");
  writeFileSync(program, `#!/bin/sh\necho $$ >> "${join(dir, "starts")}"\nexec ffmpeg "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(dir, "starts"), "");
  const decoder = new FrameDecoder(manifest.header, manifest.length, (name) => join(dir, name), {
    program,
    signal,
  });
  const pids = () => Deno.readTextFileSync(join(dir, "starts")).split("\n").filter(Boolean).map(Number);
  return { manifest, decoder, read: (i: number) => decoder.read(manifest.record(i)), pids };
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const KINDS: [string, VideoSetOptions][] = [
  ["an h264 mp4", { codec: "h264" }],
  ["an ffv1 mkv", { codec: "ffv1" }],
  ["two h264 files, one for each size", { codec: "h264", grouped: true }],
];
for (const [name, options] of KINDS) {
  testWith(
    ["sh", "encoder:libx264"],
    `${name}: every frame in order, from one ffmpeg a file; any frame at any time`,
    async () => {
      using dir = tempDir();
      makeVideoSet(dir.path, FRAMES, options);
      const { manifest, decoder, read, pids } = opened(dir.path);
      try {
        const order = Array.from({ length: FRAMES }, (_, i) => i);
        if (options.grouped) order.sort((a, b) => (a % 4 === 2 ? 1 : 0) - (b % 4 === 2 ? 1 : 0) || a - b);
        for (const i of order) assertScene(i, await read(i));
        assert.equal(pids().length, options.grouped ? 2 : 1);
        for (const i of [0, 119, 60, 61, 65, 9, 10, 11, 118, 1]) assertScene(i, await read(i));
        const small = pids().length;
        // Asked for at once, answered in order; a gap is passed over.
        const some = await Promise.all([20, 21, 24, 28].map(read));
        some.forEach((picture, k) => assertScene([20, 21, 24, 28][k], picture));
        assert.ok(options.grouped || pids().length === small);
      } finally {
        await decoder[Symbol.asyncDispose]();
        manifest.close();
      }
      assert.deepEqual(pids().filter(alive), []);
    },
  );
}

testWith(
  ["sh", "encoder:libx264"],
  "a decoder that is closed ends its ffmpeg and answers no more",
  async () => {
    using dir = tempDir();
    makeVideoSet(dir.path, 30);
    const abort = new AbortController();
    const { manifest, decoder, read, pids } = opened(dir.path, abort.signal);
    assertScene(3, await read(3));
    const [pid] = pids();
    assert.ok(alive(pid));
    const waiting = assert.rejects(read(25));
    decoder.close();
    await waiting;
    await decoder[Symbol.asyncDispose]();
    assert.equal(alive(pid), false);
    await assert.rejects(read(4), /are closed/);
    manifest.close();
  },
);

testWith(
  ["sh", "encoder:libx264"],
  "a video that ends early, or is none, is an error that names it",
  async () => {
    using dir = tempDir();
    makeVideoSet(dir.path, 30);
    const { manifest, decoder, read } = opened(dir.path);
    try {
      writeFileSync(join(dir.path, "media_bundle.mp4"), "nothing");
      await assert.rejects(read(0), /media_bundle\.mp4/);
      const records = [19, 25].map((i) => manifest.record(i));
      makeVideoSet(dir.path, 20);
      assertScene(19, await decoder.read(records[0]));
      await assert.rejects(decoder.read(records[1]), { exitCode: 4 });
    } finally {
      await decoder[Symbol.asyncDispose]();
      manifest.close();
    }
  },
);
