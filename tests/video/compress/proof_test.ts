import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pack } from "../../../src/pack/pack.ts";
import type { CodecName } from "../../../src/video/codec_names.ts";
import { codecs } from "../../../src/video/codecs.ts";
import { tempDir } from "../../dataset/temp.ts";
import { runOk, testWith } from "../../tools.ts";
import { filteringEncoder } from "./fake_ffmpeg.ts";

/** A moving picture of which each frame is much like the one before. */
function movingImages(folder: string, frames = 12): void {
  mkdirSync(folder, { recursive: true });
  const source = "testsrc2=size=160x120:rate=10,format=rgb24";
  runOk([
    "ffmpeg",
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    source,
    "-frames:v",
    `${frames}`,
    join(folder, "%02d.png"),
  ]);
}

/** What may become of frames on their way, as filters of ffmpeg. */
const FAULTS = {
  "two neighbours exchanged": "shuffleframes=0 2 1 3",
  "two distant frames exchanged": "shuffleframes=0 1 8 3 4 5 6 7 2 9 10 11",
  "one doubled in place of the next": "shuffleframes=0 0 2 3 4 5 6 7 8 9 10 11",
  "one dropped": "select=not(eq(n\\,5)),setpts=N/TB/30",
  "one dropped, the last doubled": "select=not(eq(n\\,5)),tpad=stop=1:stop_mode=clone,setpts=N/TB/30",
  "one doubled": "loop=loop=1:size=1:start=4,setpts=N/TB/30",
} as const;

/** What a test with scripts that stand for ffmpeg needs: encoders for these codecs. */
const scripted = (...names: CodecName[]) =>
  process.platform === "win32"
    ? ["no Windows"]
    : names.map((name) => `encoder:${codecs[name].encoders.join(" or ")}`);

for (const codec of ["h264", "mjpeg", "x264rgb", "ffv1"] as const) {
  testWith(scripted(codec), `${codec}: the proof finds frames exchanged, doubled and dropped`, async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    movingImages(data);
    const compression = { codec, ...codec === "h264" && { crf: 30 } };
    for (const [fault, filter] of Object.entries(FAULTS)) {
      const ffmpeg = filteringEncoder(temp.path, filter);
      mkdirSync(output, { recursive: true });
      await assert.rejects(
        pack({ dataset: data, output, format: "none", compression: { ...compression, ffmpeg } }),
        /does not hold what went in|does not come back as it was|should hold 12 frames/,
        fault,
      );
      assert.deepEqual(readdirSync(output), []);
    }
  });
}

testWith(
  scripted("h264", "hevc", "mjpeg"),
  "a filter that does nothing passes, at any quality that is of use",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data");
    movingImages(data, 30);
    const ffmpeg = filteringEncoder(temp.path, "null");
    for (const [codec, crf] of [["h264", 18], ["h264", 40], ["hevc", 38], ["mjpeg", 31]] as const) {
      const output = join(temp.path, `${codec}-${crf}`);
      const report = await pack({
        dataset: data,
        output,
        format: "none",
        compression: { codec, crf, ffmpeg },
      });
      assert.equal(report.frames, 30);
    }
  },
);

testWith(scripted("h264"), "--min-psnr publishes nothing if a frame is worse, and names it", async () => {
  using temp = tempDir();
  const data = join(temp.path, "data"), output = join(temp.path, "set");
  movingImages(data);
  mkdirSync(output);
  await assert.rejects(
    pack({ dataset: data, output, format: "none", compression: { codec: "h264", crf: 40, minPsnr: 45 } }),
    /Frame \d+ "\d\d\.png" comes back with a PSNR of \d\d\.\d\d dB, --min-psnr asks for 45/,
  );
  assert.deepEqual(readdirSync(output), []);
});

testWith(
  scripted("h264"),
  "PSNR is what ffmpeg's filter measures between the images and the video",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    movingImages(data);
    const report = await pack({
      dataset: data,
      output,
      format: "none",
      compression: { codec: "h264", crf: 25 },
    });
    const stats = join(temp.path, "stats");
    runOk([
      ...[
        "ffmpeg",
        "-v",
        "error",
        "-framerate",
        "30",
        "-i",
        join(data, "%02d.png"),
        "-i",
        join(output, "media_bundle.mp4"),
      ],
      ...[
        "-lavfi",
        `[0]format=gbrp[a];[1]format=rgb24,format=gbrp[b];[a][b]psnr=stats_file=${stats}`,
        "-f",
        "null",
        "-",
      ],
    ]);
    const measured = [...Deno.readTextFileSync(stats).matchAll(/psnr_avg:(\S+)/g)].map(([, value]) =>
      Number(value)
    );
    const { psnr } = report.video!.summary.proof!;
    assert.ok(Math.abs(psnr!.worst - Math.min(...measured)) < 0.02, `${psnr!.worst} ${measured}`);
    const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
    assert.ok(Math.abs(psnr!.mean - mean) < 0.02, `${psnr!.mean} ${mean}`);
  },
);
