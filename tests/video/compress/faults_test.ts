import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pack } from "../../../src/pack/pack.ts";
import type { PackOptions } from "../../../src/pack/options.ts";
import { PackError } from "../../../src/model/issue.ts";
import { tempDir } from "../../dataset/temp.ts";
import { run, testWith } from "../../tools.ts";
import { fakeEncoder, fakeFfmpeg } from "./fake_ffmpeg.ts";
import { paintDataset } from "./painted.ts";

/** What a failed run must leave: nothing in the output folder, no process of the fake. */
async function assertFails(
  temp: string,
  ffmpeg: string,
  message: RegExp,
  options: PackOptions = {},
  exitCode = 1,
): Promise<void> {
  const data = join(temp, "data"), output = join(temp, "set");
  if (!existsSync(data)) await paintDataset(data);
  mkdirSync(output, { recursive: true });
  await assert.rejects(
    pack({ dataset: data, output, compression: { codec: "h264", ffmpeg, proof: false }, ...options }),
    (error) => {
      assert.ok(error instanceof PackError, (error as Error).stack);
      assert.match(error.message, message);
      // A reporter shows a line feed as an escape.
      assert.doesNotMatch(error.message, /\n/);
      assert.equal(error.exitCode, exitCode);
      return true;
    },
  );
  assert.deepEqual(readdirSync(output), []);
  assert.equal(processesOf(ffmpeg), "");
}

/** Lines of the process list that name a program. */
function processesOf(program: string): string {
  return run(["ps", "-ewwo", "pid,args"]).stdout.split("\n").filter((line) => line.includes(program)).join(
    "\n",
  );
}

const posix = process.platform === "win32" ? ["no Windows"] : ["encoder:libx264", "ps"];

testWith(
  posix,
  "a missing ffmpeg is told with the packages that have it, and with what needs none",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    await paintDataset(data);
    await assert.rejects(
      pack({ dataset: data, output, compression: { codec: "h264", ffmpeg: "/nowhere/ffmpeg" } }),
      (error: PackError) => {
        assert.match(error.message, /"\/nowhere\/ffmpeg"/);
        for (const remedy of ["apt-get install ffmpeg", "brew install", "winget install", "--codec copy"]) {
          assert.ok(error.suggestion!.includes(remedy), error.suggestion);
        }
        return error.exitCode === 1;
      },
    );
    assert.equal(existsSync(output), false);
  },
);

testWith(posix, "an ffmpeg without the encoder is told with its name", async () => {
  using temp = tempDir();
  const ffmpeg = fakeEncoder(temp.path, "");
  const without = join(temp.path, "without");
  Deno.writeTextFileSync(without, `#!/bin/sh\nexec "${ffmpeg}" "$@" | grep -v libx264\n`, { mode: 0o755 });
  await assertFails(temp.path, without, /has no encoder libx264, which --codec h264 needs/);
});

for (
  const [what, lines, message] of [
    [
      "dies at once",
      'echo "cannot open shared object" >&2; exit 127',
      /ended with code 127 .*cannot open shared object/s,
    ],
    [
      "dies midway",
      "head -c 100000 >/dev/null; echo 'out of paper' >&2; exit 7",
      /ended with code 7 .*out of paper/s,
    ],
    ["is killed", "head -c 100000 >/dev/null; kill -9 $$", /ended by signal SIGKILL/],
    [
      "floods its error output",
      "yes 'all work and no play' | head -c 30000000 >&2; exit 3",
      /with code 3 .*no play/s,
    ],
    ["reads nothing and ends well", "exit 0", /libx264|ended/],
  ] as const
) {
  testWith(posix, `an encoder that ${what}: its words are told and nothing is left`, async () => {
    using temp = tempDir();
    await assertFails(temp.path, fakeEncoder(temp.path, lines), message);
  });
}

for (
  const [what, lines, message] of [
    ["dies at once", 'echo "no such codec" >&2; exit 1', /while decoding the images.*no such codec/s],
    ["dies midway", "head -c 20000 >/dev/null; echo 'broken pipe organ' >&2; exit 4", /with code 4 .*organ/s],
    ["writes garbage", "head -c 1000000 /dev/zero; cat >/dev/null", /no Matroska stream/],
    [
      "floods its error output",
      "cat >/dev/null; yes noise | head -c 30000000 >&2; exit 2",
      /with code 2 .*noise/s,
    ],
  ] as const
) {
  testWith(
    posix,
    `an ffmpeg that ${what} wherever it is asked: its words are told and nothing is left`,
    async () => {
      using temp = tempDir();
      await assertFails(temp.path, fakeFfmpeg(temp.path, lines), message);
    },
  );
}

for (const [what, fake] of [["encoder", fakeEncoder], ["decoder", fakeFfmpeg]] as const) {
  testWith(posix, `a hanging ${what} is killed when the run is aborted`, async () => {
    using temp = tempDir();
    const hung = join(temp.path, "hung");
    const ffmpeg = fake(temp.path, `touch "${hung}"; exec sleep 1000`);
    const controller = new AbortController();
    const seen = setInterval(() => existsSync(hung) && controller.abort(), 20);
    try {
      await assertFails(temp.path, ffmpeg, /Interrupted: nothing was published/, {
        signal: controller.signal,
      }, 130);
    } finally {
      clearInterval(seen);
    }
  });
}

testWith(posix, "a garbage file from an encoder that ends well is found by the proof", async () => {
  using temp = tempDir();
  const ffmpeg = fakeEncoder(
    temp.path,
    'cat >/dev/null; for last in "$@"; do :; done; echo garbage > "$last"; exit 0',
  );
  await assertFails(temp.path, ffmpeg, /while decoding/, { compression: { codec: "h264", ffmpeg } });
});

testWith(posix, "what a killed run left is gone after the next one", async () => {
  using temp = tempDir();
  const data = join(temp.path, "data"), output = join(temp.path, "set");
  await paintDataset(data);
  mkdirSync(output);
  const left = ["media_bundle.mp4", "media_bundle.mkv", "media_bundle.96x64.mp4", "media_bundle.mp4.frames"];
  for (const name of left) Deno.writeTextFileSync(join(output, `${name}.partial`), "left over");
  await pack({ dataset: data, output, compression: { codec: "h264", preset: "ultrafast" } });
  assert.deepEqual(readdirSync(output).sort(), [
    "frame_manifest.json",
    "media_bundle.mp4",
    "unified_annotation.json",
  ]);
});
