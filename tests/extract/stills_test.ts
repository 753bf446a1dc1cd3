import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Image } from "imagescript";
import { convert } from "../../src/convert/convert.ts";
import { extract } from "../../src/extract/extract.ts";
import { decodePng, encodePng } from "../../src/image/png_pixels.ts";
import { makeSet, noise, type Picture } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";
import { app1, exif } from "../image/make_image.ts";
import { testWith } from "../tools.ts";
import { assertScene } from "../video/assert_scene.ts";
import { makeVideoSet } from "../video/make_video_set.ts";

const [WIDTH, HEIGHT] = [48, 32];
/** Colours of the corners of the upright picture: top left, top right, bottom left, bottom right. */
const CORNERS = [[230, 30, 30], [30, 200, 30], [30, 30, 220], [220, 210, 40]];

/** Pixels of four quarters as they are stored, so that the orientation (EXIF 2.32, tag 0x0112) turns them upright. */
function quarters(orientation: number): { width: number; height: number; data: Uint8Array } {
  const turned = orientation >= 5;
  const [width, height] = turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [right, low] = [x >= width / 2, y >= height / 2];
      // Where row 0 and column 0 of the stored picture are shown.
      if ([5, 6, 7, 8].includes(orientation)) [right, low] = [low, right];
      if ([2, 3, 6, 7].includes(orientation)) right = !right;
      if ([3, 4, 7, 8].includes(orientation)) low = !low;
      data.set(CORNERS[(low ? 2 : 0) + (right ? 1 : 0)], (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

async function jpegOf(orientation: number): Promise<Picture> {
  const { width, height, data } = quarters(orientation);
  const image = new Image(width, height);
  for (let i = 0; i < width * height; i++) image.bitmap.set([...data.subarray(i * 3, i * 3 + 3), 255], i * 4);
  const jpeg = await image.encodeJPEG(95);
  return {
    name: `${orientation}.jpeg`,
    data: Uint8Array.from([0xff, 0xd8, ...app1(exif(orientation)), ...jpeg.subarray(2)]),
    width,
    height,
    orientation,
    boxes: [[1, 2, 2, 8, 8]],
  };
}

function assertUpright(bytes: Uint8Array, name: string): void {
  const { width, height, channels, data } = decodePng(bytes);
  assert.deepEqual([width, height], [WIDTH, HEIGHT], name);
  [[4, 4], [WIDTH - 4, 4], [4, HEIGHT - 4], [WIDTH - 4, HEIGHT - 4]].forEach(([x, y], k) => {
    const found = [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
    assert.ok(
      found.every((value, c) => Math.abs(value - CORNERS[k][c]) < 8),
      `${name}, corner ${k}: ${found}`,
    );
  });
}

for (const media of ["zip", "mp4"] as const) {
  testWith(["ffmpeg"], `images of a ${media} become PNGs, upright whatever their orientation`, async () => {
    using out = tempDir();
    using dir = tempDir();
    const pictures = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(jpegOf));
    const png = encodePng({ ...quarters(1), channels: 3, depth: 8 });
    pictures.push({ name: "sub/9.png", data: png, width: WIDTH, height: HEIGHT, codec: "png" });
    makeSet(out.path, pictures, { media });
    const report = await extract(out.path, dir.path, { format: "png" });
    assert.deepEqual([report.frames, report.format], [9, "png"]);
    for (let i = 1; i <= 8; i++) assertUpright(readFileSync(join(dir.path, `${i}.png`)), String(i));
    assert.ok(readFileSync(join(dir.path, "sub", "9.png")).equals(png));
    assert.equal(readdirSync(dir.path).length, 9);
  });
}

testWith(["ffmpeg"], "images become JPEGs; those that are upright JPEGs stay as they are", async () => {
  using out = tempDir();
  using dir = tempDir();
  const [plain, turned] = [await jpegOf(1), await jpegOf(6)];
  const bitmap = Buffer.alloc(54 + 16 * 16 * 3, 0x80);
  bitmap.fill(0, 0, 54).write("BM");
  [[2, bitmap.length], [10, 54], [14, 40], [18, 16], [22, 16]].forEach(([at, value]) =>
    bitmap.writeUInt32LE(value, at)
  );
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  const bmp = { name: "grey.bmp", data: bitmap, width: 16, height: 16, codec: "bmp", deflate: true };
  makeSet(out.path, [plain, turned, bmp as unknown as Picture]);
  await extract(out.path, dir.path, { format: "jpg" });
  assert.ok(readFileSync(join(dir.path, "1.jpg")).equals(plain.data));
  for (const [name, width, height] of [["6", WIDTH, HEIGHT], ["grey", 16, 16]] as const) {
    const image = await Image.decode(readFileSync(join(dir.path, `${name}.jpg`))) as Image;
    assert.deepEqual([image.width, image.height], [width, height]);
  }
});

testWith(["ffmpeg"], "two images that would get one name are told before anything is written", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, [{ name: "a.jpg", data: noise(9, 1) }, {
    name: "a.png",
    data: noise(9, 2),
    codec: "png",
  }]);
  await assert.rejects(extract(out.path, dir.path, { format: "png" }), {
    message: '"a.jpg" and "a.png" would both become "a.png".',
    exitCode: 2,
  });
  assert.deepEqual(readdirSync(dir.path), []);
});

testWith(
  ["ffmpeg"],
  "an image that is damaged or no picture is named, and leaves nothing behind",
  async () => {
    using out = tempDir();
    using dir = tempDir();
    makeSet(out.path, [
      { name: "bad.jpg", data: noise(500, 1) },
      { name: "odd.xyz", data: noise(500, 2), codec: "xyz" as "png" },
    ]);
    for (
      const [frames, message] of [["0", /"bad\.jpg"/], [
        "1",
        /"odd\.xyz" cannot be decoded: images of the kind "xyz"/,
      ]] as const
    ) {
      await assert.rejects(extract(out.path, dir.path, { format: "png", frames }), { message });
    }
    const bundle = readFileSync(join(out.path, "media_bundle.zip"));
    bundle[60] ^= 1;
    writeFileSync(join(out.path, "media_bundle.zip"), bundle);
    await assert.rejects(extract(out.path, dir.path, { format: "png", frames: "0" }), { exitCode: 4 });
    assert.deepEqual(readdirSync(dir.path), []);
  },
);

testWith(
  ["ffmpeg"],
  "frames of a compressed video come back in their true size, chosen ones too",
  async () => {
    using out = tempDir();
    using dir = tempDir();
    makeVideoSet(out.path, 30, { codec: "ffv1" });
    const report = await extract(out.path, dir.path, { frames: "2,7..9,29" });
    assert.deepEqual([report.frames, report.format], [5, "png"]);
    assert.deepEqual(readdirSync(dir.path).sort(), [
      "0002.png",
      "0007.png",
      "0008.png",
      "0009.png",
      "0029.png",
    ]);
    for (const name of readdirSync(dir.path)) {
      const { width, height, data } = decodePng(readFileSync(join(dir.path, name)));
      assertScene(parseInt(name), { width, height, pixels: data as Uint8Array<ArrayBuffer> });
    }
    await extract(out.path, dir.path, { frames: "3", format: "jpg" });
    const jpeg = await Image.decode(readFileSync(join(dir.path, "0003.jpg"))) as Image;
    const pixels = Uint8Array.from(
      { length: jpeg.width * jpeg.height * 3 },
      (_, i) => jpeg.bitmap[Math.floor(i / 3) * 4 + i % 3],
    );
    assertScene(3, { width: jpeg.width, height: jpeg.height, pixels });
    await assert.rejects(extract(out.path, dir.path, { frames: "3", originalLabels: true }), { exitCode: 2 });
    rmSync(join(out.path, "media_bundle.mkv"));
    await assert.rejects(
      extract(out.path, dir.path, { overwrite: true }),
      /"media_bundle.mkv", which is not there/,
    );
  },
);

Deno.test("ffmpeg that is not there is named", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeSet(out.path, [{ name: "a.jpg", data: noise(9, 1) }]);
  const options = { format: "png", ffmpeg: join(dir.path, "none") } as const;
  await assert.rejects(extract(out.path, dir.path, options), {
    message: /none": there is no such program/,
    suggestion: /apt-get install ffmpeg.*; without --format, images are taken out as they are/,
  });
  assert.deepEqual(readdirSync(dir.path), []);
});

testWith(["encoder:libx264"], "labels with decoded images name the files that were written", async () => {
  using out = tempDir();
  using dir = tempDir();
  makeVideoSet(out.path, 12, { grouped: true });
  const options = { dataset: out.path, to: "coco", images: "copy", select: { frames: "1..3" } } as const;
  const report = await convert({ ...options, output: dir.path, imageFormat: "jpg" });
  assert.deepEqual([report.images, report.imageFiles, report.annotations], [3, 3, 3]);
  const files = readdirSync(dir.path, { recursive: true, encoding: "utf8" });
  const coco = JSON.parse(
    readFileSync(join(dir.path, files.find((name) => name.endsWith(".json"))!), "utf8"),
  );
  for (const { file_name } of coco.images) {
    assert.match(file_name, /000[123]\.jpg$/);
    assert.ok(files.some((name) => name.replaceAll("\\", "/").endsWith(file_name)));
  }
  using labels = tempDir();
  await convert({ ...options, images: "none", output: labels.path });
  assert.equal(existsSync(join(labels.path, "images")), false);
});

Deno.test("rows of differences are read as the pixels they stand for", () => {
  for (const channels of [1, 3, 4] as const) {
    const data = noise(7 * 5 * channels, channels);
    const png = encodePng({ width: 7, height: 5, channels, depth: 8, data }, "sub");
    assert.deepEqual(decodePng(png).data, new Uint8Array(data));
  }
});
