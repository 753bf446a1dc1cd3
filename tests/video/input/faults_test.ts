/** ffmpeg that is missing, ends, hangs or talks nonsense; a run that is ended; a disk that is too small. */
import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { convert, type Issue, pack } from "../../../mod.ts";
import { writeTree, yoloFiles } from "../../pack/small_dataset.ts";
import { FrameSpool } from "../../../src/video/input/frame_spool.ts";
import { denoArgs, permitted, SOURCE } from "../../cli/program.ts";
import { runOk, testWith } from "../../tools.ts";
import { H264, inFolder, MJPEG, paint } from "./painted.ts";

const TOOLS = ["encoder:libx264", "ffprobe", "sh"];

/** Runs the program on a video, with a script in the place of ffmpeg. */
async function withFake(script: string, use: (child: Deno.ChildProcess, output: string) => Promise<void>) {
  await inFolder(async (folder) => {
    paint(join(folder, "clip.mp4"), 5, H264);
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "ffmpeg"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "bin", "ffmpeg"), 0o755);
    const child = new Deno.Command(Deno.execPath(), {
      args: denoArgs(["-A"], "run", "clip.mp4", "--json"),
      cwd: folder,
      env: { PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await use(child, join(folder, "output"));
  });
}

async function said(child: Deno.ChildProcess): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await child.output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

const FAKES: readonly [what: string, script: string, expected: RegExp][] = [
  ["dies", 'echo "out of luck" >&2; exit 1', /cannot be read, as the video is damaged: out of luck\./],
  ["is killed", "kill -9 $$", /ended by signal SIGKILL while taking the frames of a video/],
  ["writes nonsense", "head -c 100000 /dev/zero", /gave something else than the frames it was asked for/],
  ["writes nothing", "exit 0", /they do not come out of the decoder/],
  ["floods its error output", "yes oh no | head -c 3000000 >&2; exit 1", /the video is damaged: oh no\./],
];

for (const [what, script, expected] of FAKES) {
  testWith(
    TOOLS,
    `an ffmpeg that ${what} fails the run, with its words, and leaves nothing`,
    () =>
      withFake(script, async (child, output) => {
        const { code, stderr } = await said(child);
        assert.equal(code, 1, stderr);
        assert.match(stderr, expected);
        assert.ok(!existsSync(output));
      }),
  );
}

testWith(
  TOOLS,
  "Ctrl-C ends an ffmpeg that hangs, with exit code 130, and leaves nothing",
  () =>
    withFake('echo $$ > "$PWD/pid"; exec tail -f /dev/null', async (child, output) => {
      const pidFile = join(output, "..", "pid");
      let stderr = "";
      let asked = false;
      // Progress comes every second, also while it hangs.
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        stderr += text;
        if (asked || !existsSync(pidFile)) continue;
        asked = true;
        child.kill("SIGINT");
      }
      await child.stdout.cancel();
      assert.equal((await child.status).code, 130, stderr);
      assert.match(stderr, /Interrupted: nothing was published\./);
      assert.deepEqual(existsSync(output) ? readdirSync(output) : [], []);
      const pid = Number(Deno.readTextFileSync(pidFile));
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    }),
);

testWith(
  TOOLS,
  "without ffmpeg a video beside images is a reject, and with nothing but videos the error names the package",
  () =>
    inFolder(async (folder) => {
      const [mixed, videos, set] = ["mixed", "videos", "set"].map((name) => join(folder, name));
      mkdirSync(mixed);
      mkdirSync(videos);
      paint(join(videos, "clip.avi"), 2, MJPEG);
      cpSync(videos, mixed, { recursive: true });
      runOk(["ffmpeg", "-v", "error", "-i", join(videos, "clip.avi"), join(mixed, "still%d.png")]);
      const without = async (command: string, dataset: string, ...args: string[]) =>
        await said(
          new Deno.Command(Deno.execPath(), {
            args: denoArgs(["-A"], command, dataset, "--output", set, "--quiet", ...args),
            cwd: folder,
            env: { PATH: join(folder, "empty") },
            stdout: "piped",
            stderr: "piped",
          }).spawn(),
        );
      const failed = await without("run", videos);
      assert.equal(failed.code, 1);
      assert.match(
        failed.stderr,
        /Cannot start "ffprobe": there is no such program\.\nInstall it \(apt-get install ffmpeg/,
      );
      assert.match(failed.stderr, /--no-videos packs the images alone/);
      assert.equal((await without("run", mixed)).code, 3);
      const rejects = readFileSync(join(set, "rejects.jsonl"), "utf8").trim().split("\n");
      assert.deepEqual(rejects.map((line) => JSON.parse(line)).map(({ path, code }) => [path, code]), [
        ["clip.avi", "video-without-ffmpeg"],
      ]);
      assert.equal((await without("run", mixed, "--overwrite", "--no-videos")).code, 0);

      // Of a set that has the frames they would be taken for gone.
      await pack({ dataset: mixed, output: set, overwrite: true });
      assert.equal((await without("update", mixed)).code, 1);
    }),
);

Deno.test("convert passes over videos, and says so", () =>
  inFolder(async (folder) => {
    const dataset = join(folder, "data");
    writeTree(dataset, { ...yoloFiles(3), "images/clip.mp4": "a video", "images/clip.mov": "another" });
    const issues: Issue[] = [];
    const onIssue = (issue: Issue) => issues.push(issue);
    await convert({ dataset, to: "coco", output: join(folder, "out"), onIssue });
    const told = issues.filter(({ code }) => code === "video-left-out");
    assert.deepEqual(told.map(({ message }) => message), ["2 videos were passed over."]);
  }));

testWith(
  TOOLS,
  "a video needs the permission to run ffmpeg and ffprobe, and the missing one is named",
  () =>
    inFolder((folder) => {
      const real = Deno.realPathSync(folder);
      paint(join(real, "clip.mp4"), 5, H264);
      const files = [`--allow-read=${real},${SOURCE}`, `--allow-write=${real}`];
      const run = (...flags: string[]) =>
        permitted(real, [...files, ...flags], "run", "clip.mp4", "--overwrite");
      const full = run("--allow-run=ffmpeg,ffprobe");
      assert.equal(full.code, 0, full.stderr);
      for (const [allowed, missing] of [["ffmpeg", "ffprobe"], ["ffprobe", "ffmpeg"]]) {
        const { code, stderr } = run(`--allow-run=${allowed}`);
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`\\nAdd --allow-run=${missing} to "deno run"\\.\\n$`));
      }
      return Promise.resolve();
    }),
);

Deno.test("a spool that will not fit beside its bundle is refused when its size can be guessed", () =>
  inFolder((folder) => {
    const file = join(folder, "frames");
    writeFileSync(file, "");
    const spool = new FrameSpool(file);
    try {
      const { bavail, bsize } = statfsSync(folder);
      const block = new Uint8Array(8 << 20);
      for (let k = 0; k < 8; k++) spool.write(block);
      const more = Math.ceil(bavail * bsize / block.length);
      // Each frame takes its room twice: in the spool and in the bundle.
      spool.refuseTooLarge("clip.mp4", 0, 8, 9);
      for (let k = 0; k < 8; k++) spool.write(block);
      assert.throws(() => spool.refuseTooLarge("clip.mp4", 0, 16, 16 + more), {
        message: /^The frames of "clip\.mp4" and the bundle need about .+ more in ".+", and .+ are free\.$/,
        suggestion: /--every/,
      });
    } finally {
      spool.close();
    }
    return Promise.resolve();
  }));
