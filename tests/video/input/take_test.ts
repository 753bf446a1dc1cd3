import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tarBytes } from "../../archive/tar_bytes.ts";
import { zipBytes } from "../../archive/zip_bytes.ts";
import { inspect } from "../../../src/inspect/inspect.ts";
import { runOk, testWith } from "../../tools.ts";
import { countedFrames, H264, HEIGHT, inFolder, MJPEG, numberOn, packed, paint, WIDTH } from "./painted.ts";

const TOOLS = ["encoder:libx264", "ffprobe"];
const FRAMES = 37;

/** Kinds of videos, by name: how each is made, and when its frames begin. */
const KINDS: readonly [
  name: string,
  file: string,
  settings: readonly string[],
  filter: string | undefined,
  time: (frame: number) => number,
][] = [
  ["with B-frames", "clip.mp4", H264, undefined, (n) => n / 25],
  ["in Matroska, its times in milliseconds", "clip.mkv", H264, undefined, (n) => n / 25],
  [
    "that begins at five seconds",
    "clip.mp4",
    [...H264, "-output_ts_offset", "5"],
    undefined,
    (n) => 5 + n / 25,
  ],
  [
    "of a variable rate",
    "clip.mkv",
    H264,
    "setpts='(N+floor(N/3)*2)/(25*TB)'",
    (n) => (n + Math.floor(n / 3) * 2) / 25,
  ],
  ["of a variable rate in mp4", "clip.mp4", H264, "setpts='N*(N+1)/(50*TB)'", (n) => n * (n + 1) / 50],
  ["of Motion JPEG", "clip.avi", MJPEG, undefined, (n) => n / 25],
  ["of PNG", "clip.mov", ["-c:v", "png", "-pix_fmt", "rgb24"], undefined, (n) => n / 25],
  [
    "in VP9 with frames that are not shown",
    "clip.webm",
    ["-c:v", "libvpx-vp9", "-auto-alt-ref", "1"],
    undefined,
    (n) => n / 25,
  ],
];

for (const [name, file, settings, filter, time] of KINDS) {
  testWith(TOOLS, `frame n of a video ${name} shows the number n`, () =>
    inFolder(async (folder) => {
      const video = join(folder, file);
      paint(video, FRAMES, settings, filter);
      assert.equal(countedFrames(video), FRAMES);
      const set = await packed(video, join(folder, "out"));
      assert.equal(set.report.frames, FRAMES);
      for (const [n, image] of set.images.entries()) {
        assert.match(
          image.file_name,
          new RegExp(`^clip/frame_0000${String(n).padStart(2, "0")}\\.(png|jpg)$`),
        );
        assert.equal(await numberOn(set.bytes(image)), n);
        assert.deepEqual([image.source_video, image.source_frame], [file, n]);
        assert.ok(Math.abs(image.source_time! - time(n)) <= 0.0006, `${image.source_time} at ${n}`);
      }
    }));
}

testWith(
  TOOLS,
  "every nth frame, and frames at times, are those of their numbers",
  () =>
    inFolder(async (folder) => {
      const video = join(folder, "clip.mp4");
      // A variable rate, from 5 s on: frame n begins n(n+1)/50 s after the first.
      paint(video, FRAMES, [...H264, "-output_ts_offset", "5"], "setpts='N*(N+1)/(50*TB)'");
      const chosen = async (videos: { every?: number; at?: number[] }, name: string) => {
        const set = await packed(video, join(folder, name), { videos });
        const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image))));
        assert.deepEqual(set.images.map(({ source_frame }) => source_frame), numbers);
        return { numbers, codes: set.report.issues };
      };
      assert.deepEqual((await chosen({ every: 9 }, "every")).numbers, [0, 9, 18, 27, 36]);
      // Frame 4 is shown from 0.4 to 0.6 s; times written with three decimals still mean their frame.
      const at = await chosen({ at: [0.4, 0, 0.59, 0.6, 0.1199, 25] }, "at");
      assert.deepEqual(at.numbers, [0, 2, 4, 5, 34]);
      const beyond = await chosen({ at: [1, 60] }, "beyond");
      assert.deepEqual(beyond.numbers, [6]);
      assert.equal(beyond.codes["video-time-beyond"], 1);
    }),
);

testWith(
  TOOLS,
  "the images of a Motion JPEG or PNG video are its own bytes, in any container",
  () =>
    inFolder(async (folder) => {
      for (
        const [file, settings, extension] of [
          ["a.avi", MJPEG, "jpg"],
          ["a.mkv", MJPEG, "jpg"],
          ["a.mov", MJPEG, "jpg"],
          ["a.mp4", MJPEG, "jpg"],
          ["b.mkv", ["-c:v", "png"], "png"],
        ] as const
      ) {
        const video = join(folder, file);
        paint(video, 12, settings);
        const stills = join(folder, `${file}.stills`);
        mkdirSync(stills);
        runOk([
          "ffmpeg",
          "-v",
          "error",
          "-i",
          video,
          "-c",
          "copy",
          "-f",
          "image2",
          join(stills, `%02d.${extension}`),
        ]);
        const set = await packed(video, join(folder, `${file}.out`), { videos: { every: 3, format: "jpg" } });
        const own = readdirSync(stills).sort().filter((_, n) => n % 3 === 0);
        assert.deepEqual(
          set.images.map((image) => digest(set.bytes(image))),
          own.map((name) => digest(readFileSync(join(stills, name)))),
          file,
        );
        assert.ok(set.images.every(({ file_name }) => file_name.endsWith(`.${extension}`)));
      }
    }),
);

testWith(TOOLS, "a lossless bundle is a video that gives its images back", () =>
  inFolder(async (folder) => {
    paint(join(folder, "clip.avi"), 9, MJPEG);
    const first = await packed(join(folder, "clip.avi"), join(folder, "one"));
    await packed(join(folder, "clip.avi"), join(folder, "two"), { media: "mp4", bundleFile: "again.mp4" })
      .catch((error) => assert.match(error.message, /media_bundle\.zip/));
    const again = await packed(join(folder, "two", "again.mp4"), join(folder, "three"));
    assert.deepEqual(
      again.images.map((image) => digest(again.bytes(image))),
      first.images.map((image) => digest(first.bytes(image))),
    );
  }));

testWith(
  TOOLS,
  "camera JPEGs without Huffman tables are decoded, for no reader of files takes them",
  () =>
    inFolder(async (folder) => {
      const video = join(folder, "clip.avi");
      paint(video, 5, [...MJPEG, "-huffman", "default"]);
      const bytes = readFileSync(video);
      // A comment in the place of each table: what a camera leaves out.
      for (
        let at = bytes.indexOf("\xff\xc4", "latin1");
        at >= 0;
        at = bytes.indexOf("\xff\xc4", at + 2, "latin1")
      ) {
        bytes[at + 1] = 0xfe;
      }
      writeFileSync(video, bytes);
      const set = await packed(video, join(folder, "out"));
      const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image))));
      assert.deepEqual(numbers, [0, 1, 2, 3, 4]);
      assert.ok(set.images[0].file_name.endsWith(".png"));
    }),
);

testWith(
  TOOLS,
  "a video that is to be turned becomes upright images, also one of JPEGs",
  () =>
    inFolder(async (folder) => {
      for (const [file, settings] of [["a.mp4", H264], ["b.mp4", MJPEG]] as const) {
        const video = join(folder, file);
        paint(video, 20, settings);
        turn(video);
        const set = await packed(video, join(folder, `${file}.out`));
        assert.deepEqual([set.images[0].width, set.images[0].height], [HEIGHT, WIDTH]);
        const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image), true)));
        assert.deepEqual(numbers, Array.from({ length: 20 }, (_, n) => n));
      }
    }),
);

testWith(
  TOOLS,
  "frames before the damage are packed, each behind it is a reject",
  () =>
    inFolder(async (folder) => {
      const whole = join(folder, "whole.mp4");
      paint(whole, 60, [...H264, "-movflags", "+faststart"]);
      const bytes = readFileSync(whole);
      // Packets before the damage; some of their frames wait for others to be shown.
      const sound = 30;
      const ends = runOk([
        "ffprobe",
        "-v",
        "error",
        "-show_entries",
        "packet=size,pos",
        "-of",
        "csv=p=0",
        whole,
      ])
        .trim().split("\n").map((line) => line.split(",").map(Number)).map(([size, pos]) => size + pos);
      const middle = ends[sound - 1] + 2;
      const cut = join(folder, "cut.mp4");
      writeFileSync(cut, bytes.subarray(0, middle));
      const overwritten = join(folder, "overwritten.mp4");
      writeFileSync(overwritten, Buffer.from(bytes).fill(0x5a, middle, middle + 500));
      for (const video of [cut, overwritten]) {
        const sets = [];
        for (const run of [1, 2]) sets.push(await packed(video, `${video}.${run}`));
        const [set, again] = sets;
        const { frames, rejects } = set.report;
        assert.ok(frames <= sound && frames >= sound - 6, `${frames} of ${sound} frames of ${video}`);
        assert.deepEqual(rejects, { image: 60 - frames, label: 0, annotation: 0 });
        assert.deepEqual(again.report.frames, frames);
        for (const [n, image] of set.images.entries()) assert.equal(await numberOn(set.bytes(image)), n);
        const [{ code, path, message }] = set.rejects;
        assert.equal(code, "video-damaged");
        assert.ok(path.endsWith(`frame_0000${frames}.png`), path);
        assert.match(
          message,
          new RegExp(`^Frame ${frames} of "(cut|overwritten).mp4" cannot be read, .+: .+\\.$`),
        );
        assert.ok(!message.includes(folder));
      }
    }),
);

testWith(
  TOOLS,
  "what is no video is one reject, and the other images are packed",
  () =>
    inFolder(async (folder) => {
      paint(join(folder, "clip.avi"), 3, MJPEG);
      writeFileSync(join(folder, "broken.mp4"), "no video");
      const set = await packed(folder, join(folder, "out"));
      assert.equal(set.report.frames, 3);
      assert.deepEqual(set.rejects.map(({ code, path }) => [code, path]), [[
        "video-unreadable",
        "broken.mp4",
      ]]);
    }),
);

testWith(
  TOOLS,
  "videos of one name, and one beside its frames, are told apart",
  () =>
    inFolder(async (folder) => {
      for (const file of ["a.avi", "a.mov", "b.avi"]) paint(join(folder, file), 2, MJPEG);
      mkdirSync(join(folder, "b"));
      runOk(["ffmpeg", "-v", "error", "-i", join(folder, "b.avi"), join(folder, "b", "%d.png")]);
      const set = await packed(folder, join(folder, "out"));
      assert.deepEqual(set.images.map(({ file_name }) => file_name), [
        "a.avi/frame_000000.jpg",
        "a.avi/frame_000001.jpg",
        "a.mov/frame_000000.jpg",
        "a.mov/frame_000001.jpg",
        "b/1.png",
        "b/2.png",
      ]);
      assert.equal(set.report.issues["video-has-frames"], 1);
    }),
);

testWith(
  TOOLS,
  "inspect tells of the videos without decoding them, and videos: false passes over them",
  () =>
    inFolder(async (folder) => {
      paint(join(folder, "a.mkv"), FRAMES, H264, "setpts='N*(N+1)/(50*TB)'");
      paint(join(folder, "b.avi"), 4, MJPEG);
      const found = await inspect(folder, { videos: { every: 10 } });
      assert.deepEqual(found.videos.map(({ fps: _, ...video }) => video), [
        {
          path: "a.mkv",
          codec: "h264",
          width: WIDTH,
          height: HEIGHT,
          frames: 37,
          variable: true,
          taken: 4,
          as: "png",
        },
        {
          path: "b.avi",
          codec: "mjpeg",
          width: WIDTH,
          height: HEIGHT,
          frames: 4,
          variable: false,
          taken: 1,
          as: "jpg",
        },
      ]);
      assert.deepEqual(found.videos.map(({ fps }) => fps), [1.351, 25]);
      assert.deepEqual([found.images, found.codecs], [5, { png: 4, jpeg: 1 }]);
      const without = await inspect(folder, { videos: false });
      assert.deepEqual([without.images, without.videos], [0, []]);
    }),
);

testWith(
  TOOLS,
  "bundle and annotate write what run writes, without decoding twice",
  () =>
    inFolder(async (folder) => {
      const data = join(folder, "data");
      mkdirSync(join(data, "gt"), { recursive: true });
      paint(join(data, "clip.mp4"), 12, H264);
      writeFileSync(
        join(data, "gt", "gt.txt"),
        "1,1,2,3,10,10,1,1,1\n4,1,5,3,10,10,1,1,1\n7,1,8,3,10,10,1,1,1\n",
      );
      const videos = { every: 3, format: "jpg" } as const;
      const one = join(folder, "one");
      await packed(data, one, { videos });
      const two = join(folder, "two");
      await packed(data, two, { videos, stage: "bundle" }).catch((error) =>
        assert.equal(error.code, "ENOENT")
      );
      await packed(data, two, { stage: "annotate" });
      for (const file of ["unified_annotation.json", "frame_manifest.json", "media_bundle.zip"]) {
        assert.equal(digest(readFileSync(join(two, file))), digest(readFileSync(join(one, file))), file);
      }
    }),
);

testWith(
  TOOLS,
  "videos in a zip or tar are read in place, deflated ones too",
  () =>
    inFolder(async (folder) => {
      const video = join(folder, "clip.mp4");
      paint(video, 9, H264);
      const members = [{ name: "set/a/clip.mp4", data: readFileSync(video) }, {
        name: "set/b.jpg",
        data: "no image",
      }];
      const archives = {
        "stored.zip": zipBytes(members),
        "deflated.zip": zipBytes(members.map((member) => ({ ...member, deflate: true }))),
        "plain.tar": tarBytes(members),
        "packed.tar.gz": gzipSync(tarBytes(members)),
      };
      for (const [name, bytes] of Object.entries(archives)) {
        writeFileSync(join(folder, name), bytes);
        const set = await packed(join(folder, name), join(folder, `${name}.out`));
        const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image))));
        assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8], name);
        assert.equal(set.images[8].file_name, "a/clip/frame_000008.png");
        assert.deepEqual(set.rejects.map(({ path }) => path), ["b.jpg"]);
      }
      const damaged = zipBytes(members.map((member) => ({ ...member, deflate: true, crc: 1 })));
      writeFileSync(join(folder, "damaged.zip"), damaged);
      const found = await inspect(join(folder, "damaged.zip"));
      assert.deepEqual(found.problems.map(({ code }) => code).slice(0, 1), ["video-unreadable"]);
    }),
);

testWith(
  TOOLS,
  "--pattern chooses among the frames, and a video with none of them is not decoded",
  () =>
    inFolder(async (folder) => {
      paint(join(folder, "a.mp4"), 23, H264);
      paint(join(folder, "b.mp4"), 2, H264);
      const set = await packed(folder, join(folder, "out"), { pattern: ["a/*3.png"] });
      const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image))));
      assert.deepEqual(numbers, [3, 13]);
    }),
);

testWith(
  TOOLS,
  "a stream that was cut into has as many frames as can be decoded",
  () =>
    inFolder(async (folder) => {
      const [whole, late] = ["whole.m2ts", "late.m2ts"].map((name) => join(folder, name));
      paint(whole, 60, [...H264, "-f", "mpegts"]);
      const bytes = readFileSync(whole);
      // Packets of 188 bytes; what is left begins between two key frames.
      writeFileSync(late, bytes.subarray(188 * Math.floor(bytes.length / 188 / 3)));
      const frames = countedFrames(late);
      assert.ok(frames > 10 && frames < 45);
      const set = await packed(late, join(folder, "out"));
      const numbers = await Promise.all(set.images.map((image) => numberOn(set.bytes(image))));
      assert.deepEqual(numbers, Array.from({ length: frames }, (_, n) => 60 - frames + n));
      const times = set.images.map(({ source_time }) => source_time! - set.images[0].source_time!);
      assert.ok(times.every((time, n) => Math.abs(time - n / 25) < 0.001));
      assert.deepEqual(set.rejects, []);
    }),
);

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Writes into the header of an mp4 that it is to be turned by 90° (ISO/IEC 14496-12, 8.3.2: the matrix of `tkhd`). */
function turn(file: string): void {
  const bytes = readFileSync(file);
  const matrix = bytes.indexOf("tkhd") + 44;
  assert.equal(bytes.readUInt32BE(matrix), 0x10000);
  [0, 0x10000, 0, -0x10000, 0, 0].forEach((value, i) => bytes.writeInt32BE(value, matrix + 4 * i));
  // The offset that keeps the turned picture right of the left edge.
  bytes.writeInt32BE(HEIGHT * 0x10000, matrix + 24);
  writeFileSync(file, bytes);
}
