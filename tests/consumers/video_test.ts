import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Image } from "imagescript";
import { pack } from "../../src/pack/pack.ts";
import { verify } from "../../src/verify/verify.ts";
import { picture, withComment } from "../bench/picture.ts";
import { app1, exif } from "../image/make_image.ts";
import { heavy, python, runOk, testWith } from "../tools.ts";
import { inFolder } from "./sets.ts";

interface Frame {
  file_name: string;
  codec: string;
}

const BUNDLE = "media_bundle.mp4";
const frames = (set: string): Frame[] =>
  JSON.parse(readFileSync(join(set, "frame_manifest.json"), "utf8")).frames;

/** Asks ffprobe for one line a track; `count` is `frames` (decoded) or `packets`; `streams` as ffprobe selects them. */
function probed(set: string, count: "frames" | "packets", streams = "v"): string[] {
  const fields = `stream=codec_name,nb_read_${count}`;
  const args = [
    "-v",
    "error",
    "-select_streams",
    streams,
    `-count_${count}`,
    "-show_entries",
    fields,
    "-of",
    "csv=p=0",
  ];
  return runOk(["ffprobe", ...args, join(set, BUNDLE)]).trim().split("\n");
}

/** Lets ffmpeg take the samples of a track out, as they are, and compares them with the originals. */
function assertCopies(set: string, dataset: string, track: number, codec: string): void {
  const folder = join(set, "..", `copies-${track}`);
  mkdirSync(folder);
  const to = ["-map", `0:${track}`, "-c", "copy", "-f", "image2", join(folder, "%06d.image")];
  runOk(["ffmpeg", "-v", "error", "-i", join(set, BUNDLE), ...to]);
  const own = frames(set).filter((frame) => frame.codec === codec);
  const copies = readdirSync(folder).sort();
  assert.equal(copies.length, own.length);
  for (const [i, { file_name }] of own.entries()) {
    assert.deepEqual(
      readFileSync(join(folder, copies[i])),
      readFileSync(join(dataset, file_name)),
      file_name,
    );
  }
}

// deno-lint-ignore no-explicit-any
function readByPython(...args: string[]): any {
  return JSON.parse(runOk([python, fileURLToPath(new URL("video_read.py", import.meta.url)), ...args]));
}

/** JPEGs of one size. */
async function makeJpegs(folder: string, count: number): Promise<void> {
  mkdirSync(folder);
  for (let i = 0; i < count; i++) {
    writeFileSync(join(folder, `${String(i).padStart(4, "0")}.jpg`), await picture(64, 48, 20, i * 9));
  }
}

/** JPEGs of two sizes, one turned by EXIF, and PNGs, one of which is called .jpg. */
async function makeMixture(folder: string): Promise<void> {
  mkdirSync(folder);
  for (let i = 0; i < 24; i++) {
    const name = join(folder, `${String(i).padStart(4, "0")}`);
    const [width, height] = i < 4 ? [40, 120] : [64, 48];
    const jpeg = await picture(width, height, 20, i * 9);
    if (i % 4 === 3) {
      writeFileSync(name + (i === 3 ? ".jpg" : ".png"), await (await Image.decode(jpeg)).encode());
    } else {
      const turned = Uint8Array.from([0xff, 0xd8, ...app1(exif(6)), ...jpeg.subarray(2)]);
      writeFileSync(name + ".jpg", i === 12 ? turned : jpeg);
    }
  }
}

testWith(
  ["ffprobe", "ffmpeg"],
  "ffmpeg decodes every JPEG of an mp4, and copies give the same files",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      await makeJpegs(dataset, 30);
      await pack({ dataset, output: set, media: "mp4" });
      assert.deepEqual(probed(set, "frames"), ["mjpeg,30"]);
      assertCopies(set, dataset, 0, "jpeg");
    }),
);

testWith(
  ["ffprobe", "ffmpeg"],
  "JPEGs and PNGs of several sizes are two tracks for ffmpeg, each whole",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      await makeMixture(dataset);
      await pack({ dataset, output: set, media: "mp4", keepLabels: true });
      assert.deepEqual(probed(set, "frames"), ["mjpeg,18", "png,6"]);
      assertCopies(set, dataset, 0, "jpeg");
      assertCopies(set, dataset, 1, "png");
    }),
);

testWith(
  ["python:av", "python:cv2"],
  "PyAV and OpenCV read the first, the middle and the last frame of an mp4",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      await makeJpegs(dataset, 31);
      await pack({ dataset, output: set, media: "mp4", fps: 12.5 });
      assert.deepEqual(readByPython(set, dataset), {
        tracks: [{ codec: "jpeg", frames: 31, sizes: [[64, 48]] }],
        opencv: [0, 15, 30],
      });
    }),
);

testWith(
  ["python:av", "python:cv2"],
  "PyAV reads a mixture in its own sizes, stored, not upright; OpenCV scales",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      await makeMixture(dataset);
      await pack({ dataset, output: set, media: "mp4" });
      assert.deepEqual(readByPython(set, dataset), {
        // The first of each is 40×120; the tenth JPEG is the one that EXIF turns.
        tracks: [
          { codec: "jpeg", frames: 18, sizes: [[40, 120], [64, 48]] },
          { codec: "png", frames: 6, sizes: [[40, 120], [64, 48]] },
        ],
        opencv: [0, 9, 17],
      });
    }),
);

const BCCD = new URL("../../../shared/real/bccd/BCCD", import.meta.url).pathname;
testWith(
  existsSync(BCCD) ? ["ffprobe", "ffmpeg", "python:av", "python:cv2"] : ["../shared"],
  "the 364 images of BCCD are 364 frames for ffprobe, ffmpeg, PyAV and OpenCV",
  () =>
    inFolder(async (folder) => {
      const set = join(folder, "set");
      await pack({ dataset: BCCD, output: set, media: "mp4" });
      assert.deepEqual(probed(set, "frames"), ["mjpeg,364"]);
      assertCopies(set, BCCD, 0, "jpeg");
      assert.deepEqual(readByPython(set).opencv, [0, 182, 363]);
    }),
);

const heavyNeeds = heavy ? ["ffprobe", "python:av", "python:cv2"] : ["COMPACT_UPLOADER_HEAVY=1"];

testWith(
  heavyNeeds,
  "100,000 frames: ffprobe counts them, PyAV and OpenCV read the last",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      mkdirSync(dataset);
      const pictures = await Promise.all([1, 2, 3].map((seed) => picture(16, 16, 40, seed * 80)));
      for (let i = 0; i < 100_000; i++) {
        const comment = new TextEncoder().encode(String(i));
        writeFileSync(
          join(dataset, `${String(i).padStart(6, "0")}.jpg`),
          withComment(pictures[i % 3], comment),
        );
      }
      await pack({ dataset, output: set, media: "mp4" });
      assert.deepEqual((await verify(set)).problems, []);
      assert.deepEqual(probed(set, "packets"), ["mjpeg,100000"]);
      assert.deepEqual(readByPython(set).opencv, [0, 50_000, 99_999]);
    }),
);

testWith(
  heavyNeeds,
  "an mp4 beyond 4 GiB: ffprobe counts the frames, PyAV and OpenCV read the last",
  () =>
    inFolder(async (folder) => {
      const [dataset, set] = [join(folder, "data"), join(folder, "set")];
      await makeJpegs(dataset, 20);
      // Between the first five JPEGs and the others; what follows the end of a PNG is zeros that take no room.
      const png = await new Image(16, 16).encode();
      for (let i = 10; i < 25; i++) {
        const file = openSync(join(dataset, `0005-${i}.png`), "w");
        writeSync(file, png);
        ftruncateSync(file, 300 << 20);
        closeSync(file);
      }
      await pack({ dataset, output: set, media: "mp4" });
      assert.ok(statSync(join(set, BUNDLE)).size > 2 ** 32);
      assert.deepEqual((await verify(set)).problems, []);
      // Not the PNGs: they would be read from the disk once more.
      assert.deepEqual(probed(set, "packets", "v:0"), ["mjpeg,20"]);
      assert.deepEqual(readByPython(set).opencv, [0, 10, 19]);
    }),
);
