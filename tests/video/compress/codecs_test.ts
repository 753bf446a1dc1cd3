import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pack } from "../../../src/pack/pack.ts";
import type { PackReport } from "../../../src/pack/options.ts";
import { inspect } from "../../../src/inspect/inspect.ts";
import { verify } from "../../../src/verify/verify.ts";
import { codecs } from "../../../src/video/codecs.ts";
import type { CodecName } from "../../../src/video/codec_names.ts";
import { tempDir } from "../../dataset/temp.ts";
import { runOk, testWith } from "../../tools.ts";
import { misplaced, paintDataset, type Painted } from "./painted.ts";

/** Every picture of a video as RGB, by a plain ffmpeg. */
function decode(path: string): Uint8Array {
  const args = ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"];
  const { stdout, status } = spawnSync("ffmpeg", args, { maxBuffer: 1 << 28 });
  assert.equal(status, 0);
  return stdout;
}

function probed(path: string, fields: string): string {
  const args = [
    "-v",
    "error",
    "-count_frames",
    "-select_streams",
    "v:0",
    "-show_entries",
    `stream=${fields}`,
  ];
  return runOk(["ffprobe", ...args, "-of", "csv=p=0", path]).trim();
}

// deno-lint-ignore no-explicit-any
const json = (path: string): any => JSON.parse(readFileSync(path, "utf8"));

function assertPictures(
  path: string,
  width: number,
  height: number,
  painted: readonly Painted[],
  tolerance: number,
) {
  const pixels = decode(path);
  assert.equal(pixels.length, painted.length * width * height * 3);
  const wrong = painted.flatMap((image, i) =>
    misplaced(image, (x, y) => {
      const at = 3 * ((i * height + y) * width + x);
      return [...pixels.subarray(at, at + 3)];
    }, tolerance)
  );
  assert.deepEqual(wrong, []);
}

function noIssues({ rejects, issues }: PackReport) {
  assert.deepEqual(rejects, { image: 0, label: 0, annotation: 0 }, JSON.stringify(issues));
}

for (const codec of Object.keys(codecs) as CodecName[]) {
  testWith(
    ["ffprobe", `encoder:${codecs[codec].encoders.join(" or ")}`],
    `${codec}: images of every size, kind and orientation come back in order, upright, boxes on their pixels`,
    async () => {
      using temp = tempDir();
      const data = join(temp.path, "data"), output = join(temp.path, "set");
      const painted = await paintDataset(data);
      const report = await pack({
        dataset: data,
        output,
        compression: { codec, gop: codecs[codec].gop && 4 },
      });
      noIssues(report);
      const { bundle, frames } = json(join(output, "frame_manifest.json"));
      const { width, height, proof, container } = bundle.video;
      const even = bundle.video.pix_fmt === "yuv420p" ? 1 : 0;
      assert.equal(width, 96);
      assert.equal(height, 90 + (90 & even));
      assert.equal(container, codec === "ffv1" ? "mkv" : "mp4");
      const path = join(output, bundle.file);
      assert.equal(probed(path, "nb_read_frames,r_frame_rate"), `30/1,${painted.length}`);
      assert.equal(probed(path, "has_b_frames"), "0");
      assertPictures(path, width, height, painted, 40);
      if (codecs[codec].lossless(codecs[codec].crf?.default)) assert.deepEqual(proof, { identical: true });
      else {assert.ok(
          proof.psnr.worst > 20 && proof.psnr.worst <= proof.psnr.p5 && proof.psnr.p5 <= proof.psnr.mean,
        );}
      const coco = json(join(output, "unified_annotation.json"));
      for (const [i, image] of painted.entries()) {
        const { width, height, file_name, frame, offset, size } = coco.images[i];
        assert.deepEqual(
          { width, height, file_name, frame, offset, size },
          {
            width: image.width,
            height: image.height,
            file_name: image.name,
            frame: i,
            offset: undefined,
            size: undefined,
          },
        );
        const { x, y, width: w, height: h } = image.box;
        const distance = coco.annotations[i].bbox.map((v: number, k: number) =>
          Math.abs(v - [x, y, w, h][k])
        );
        assert.ok(Math.max(...distance) < 1e-3, `${image.name} ${coco.annotations[i].bbox}`);
        assert.equal(frames[i].size, readFileSync(join(data, image.name)).length);
      }
      const checked = await verify(output);
      assert.deepEqual(checked.problems, []);
      assert.deepEqual((await inspect(output)).compression, bundle.video);
    },
  );
}

testWith(
  ["ffprobe", "encoder:libx264"],
  "key frames stand at every multiple of --gop, at whole frame times",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    await paintDataset(data, 4, 2);
    await pack({ dataset: data, output, fps: 25, compression: { codec: "h264", gop: 3, proof: false } });
    const args = ["-v", "error", "-show_entries", "packet=pts_time,dts_time,flags", "-of", "csv=p=0"];
    const packets = runOk(["ffprobe", ...args, join(output, "media_bundle.mp4")]).trim().split("\n");
    for (const [i, packet] of packets.entries()) {
      const [pts, dts, flags] = packet.split(",");
      assert.deepEqual([Number(pts), Number(dts), flags.startsWith("K")], [i / 25, i / 25, i % 3 === 0]);
    }
    const { bundle, frames } = json(join(output, "frame_manifest.json"));
    assert.equal(bundle.video.proof, undefined);
    assert.equal(frames[0].decoded, undefined);
  },
);

testWith(
  ["ffprobe", "encoder:libx264"],
  "--group-by-size writes a file for each size, and every frame says where it is",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    const painted = await paintDataset(data, 6, 2);
    const report = await pack({ dataset: data, output, compression: { codec: "h264", groupBySize: true } });
    noIssues(report);
    const { bundle, frames } = json(join(output, "frame_manifest.json"));
    const coco = json(join(output, "unified_annotation.json"));
    const { files } = bundle.video;
    assert.equal(files.length, new Set(painted.map(({ width, height }) => `${width}x${height}`)).size);
    for (const [k, file] of files.entries()) {
      const own = frames.filter(({ video }: { video: number }) => video === k);
      assert.deepEqual(
        own.map(({ video_frame }: { video_frame: number }) => video_frame),
        own.map((_: unknown, i: number) => i),
      );
      const images = own.map(({ index }: { index: number }) => painted[index]);
      assertPictures(join(output, file.file), file.width, file.height, images, 40);
      for (const { index, video_frame } of own) {
        assert.deepEqual([coco.images[index].video, coco.images[index].video_frame], [
          file.file,
          video_frame,
        ]);
      }
    }
    assert.deepEqual((await verify(output)).problems, []);
  },
);

testWith(["encoder:libx264"], "the digest of a decoded frame is what ffmpeg's framehash tells", async () => {
  using temp = tempDir();
  const data = join(temp.path, "data"), output = join(temp.path, "set");
  await paintDataset(data, 4);
  await pack({ dataset: data, output, compression: { codec: "h264" } });
  const hashes = runOk([
    ...[
      "ffmpeg",
      "-v",
      "error",
      "-i",
      join(output, "media_bundle.mp4"),
      "-f",
      "framehash",
      "-hash",
      "crc32",
      "-",
    ],
  ]).split("\n").filter((line) => /^\d/.test(line)).map((line) => line.split(",").at(-1)!.trim());
  const { frames } = json(join(output, "frame_manifest.json"));
  assert.deepEqual(frames.map(({ decoded }: { decoded: string }) => decoded), hashes);
});

testWith(
  ["encoder:libx264"],
  "an image that cannot be decoded is a reject, and the frames after it keep their places",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data"), output = join(temp.path, "set");
    const painted = await paintDataset(data, 4);
    const broken = painted[1];
    const bytes = readFileSync(join(data, broken.name));
    Deno.writeFileSync(join(data, broken.name), bytes.fill(0x55, 60));
    const report = await pack({ dataset: data, output, compression: { codec: "h264" } });
    assert.deepEqual(report.rejects, { image: 1, label: 1, annotation: 0 });
    assert.equal(report.issues["image-undecodable"], 1);
    const { frames, bundle } = json(join(output, "frame_manifest.json"));
    const rest = painted.filter((image) => image !== broken);
    assert.deepEqual(
      frames.map(({ file_name }: { file_name: string }) => file_name),
      rest.map(({ name }) => name),
    );
    assertPictures(join(output, bundle.file), bundle.video.width, bundle.video.height, rest, 40);
    assert.deepEqual((await verify(output)).problems, []);
  },
);

testWith(
  ["encoder:libx264", "encoder:ffv1"],
  "16 bits and alpha are told of, and rejected where nothing may be lost",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data");
    await paintDataset(data, 4);
    for (const [name, format] of [["deep", "rgb48be"], ["clear", "rgba"]]) {
      runOk([
        ...[
          "ffmpeg",
          "-v",
          "error",
          "-f",
          "lavfi",
          "-i",
          "color=red:size=64x48",
          "-frames:v",
          "1",
          "-pix_fmt",
          format,
        ],
        join(data, `images/${name}.png`),
      ]);
    }
    const lossy = await pack({ dataset: data, output: join(temp.path, "a"), compression: { codec: "h264" } });
    assert.equal(lossy.frames, 6);
    assert.equal(lossy.issues["image-reduced"], 2);
    const lossless = await pack({
      dataset: data,
      output: join(temp.path, "b"),
      compression: { codec: "ffv1" },
    });
    assert.equal(lossless.frames, 4);
    assert.deepEqual([lossless.rejects.image, lossless.issues["image-not-for-media"]], [2, 2]);
  },
);

testWith(["encoder:libx264rgb"], "bundle and annotate write what run writes", async () => {
  using temp = tempDir();
  const data = join(temp.path, "data"), one = join(temp.path, "one"), two = join(temp.path, "two");
  await paintDataset(data, 4);
  const compression = { codec: "x264rgb" };
  await pack({ dataset: data, output: one, compression });
  await pack({ dataset: data, output: two, compression, stage: "bundle" });
  await pack({ dataset: data, output: two, stage: "annotate" });
  for (const file of ["unified_annotation.json", "frame_manifest.json", "media_bundle.mp4"]) {
    assert.deepEqual(readFileSync(join(two, file)), readFileSync(join(one, file)), file);
  }
});
