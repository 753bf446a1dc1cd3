import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "../property.ts";
import { expectedCodec, probe, truncation } from "../../src/image/probe.ts";
import { app1, box, chunk, exif, heif, jpeg, png, segment, sof, tiff, webp } from "./make_image.ts";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

Deno.test("the orientation of a JPEG is read in both byte orders", () => {
  for (const orientation of orientations) {
    for (const little of [true, false]) {
      const image = jpeg(app1(exif(orientation, little)), sof(60, 40));
      assert.deepEqual(probe(image), { codec: "jpeg", width: 60, height: 40, orientation });
    }
  }
});

Deno.test("every kind of JPEG frame header is read, and tables are not taken for one", () => {
  for (let marker = 0xc0; marker <= 0xcf; marker++) {
    if ([0xc4, 0xc8, 0xcc].includes(marker)) {
      const image = jpeg(sof(1, 2, marker), sof(300, 200));
      assert.deepEqual(probe(image), { codec: "jpeg", width: 300, height: 200, orientation: 1 });
    } else {
      assert.deepEqual(probe(jpeg(sof(3, 5, marker))), {
        codec: "jpeg",
        width: 3,
        height: 5,
        orientation: 1,
      });
    }
  }
});

Deno.test("fill bytes, stray bytes and a frame header inside a comment do not mislead the walk", () => {
  const comment = segment(0xfe, sof(9, 9));
  const image = jpeg([0xff, 0xff, 0xff], comment, [0x00, 0x11], sof(60, 40));
  assert.deepEqual(probe(image), { codec: "jpeg", width: 60, height: 40, orientation: 1 });
});

Deno.test("an EXIF segment counts behind the frame header too; the first of two counts", () => {
  assert.deepEqual(probe(jpeg(sof(6, 4), app1(exif(8)))), {
    codec: "jpeg",
    width: 6,
    height: 4,
    orientation: 8,
  });
  const two = jpeg(app1(exif(3)), app1(exif(6)), sof(6, 4));
  assert.deepEqual(probe(two), { codec: "jpeg", width: 6, height: 4, orientation: 3 });
});

Deno.test("an orientation that is not 1 to 8 is taken as 1", () => {
  for (const orientation of [0, 9, 65535]) {
    const image = jpeg(app1(exif(orientation)), sof(6, 4));
    assert.deepEqual(probe(image), { codec: "jpeg", width: 6, height: 4, orientation: 1 });
  }
});

Deno.test("the orientation of PNG is read from eXIf, before or behind the picture data", () => {
  const data = chunk("IDAT", [1, 2, 3]);
  const block = chunk("eXIf", exif(6, false));
  assert.deepEqual(probe(png(60, 40, block, data)), { codec: "png", width: 60, height: 40, orientation: 6 });
  assert.deepEqual(probe(png(60, 40, data, block)), { codec: "png", width: 60, height: 40, orientation: 6 });
});

Deno.test("size and orientation of WebP and TIFF are read", () => {
  assert.deepEqual(probe(webp(60, 40, 5)), { codec: "webp", width: 60, height: 40, orientation: 5 });
  const lossless = Uint8Array.from([
    ...bytes("RIFF\x1c\0\0\0WEBPVP8L\x10\0\0\0\x2f"),
    59,
    0xc0,
    9,
    0,
    ...Array(12).fill(0),
  ]);
  assert.deepEqual(probe(lossless), { codec: "webp", width: 60, height: 40, orientation: 1 });
  for (const little of [true, false]) {
    const page = Uint8Array.from(tiff(little, [[256, 60], [257, 40], [0x112, 8]]));
    assert.deepEqual(probe(page), { codec: "tiff", width: 60, height: 40, orientation: 8 });
  }
});

Deno.test("HEIF: size of the primary image, not the thumbnail; rotation and mirror in their order", () => {
  const irot = (quarters: number) => box("irot", [quarters]);
  const imir = (axis: number) => box("imir", [axis]);
  // As Pillow 13 writes them for the orientations 1 to 8 of AVIF.
  const cases: [number, number[][]][] = [
    [1, []],
    [2, [imir(1)]],
    [3, [irot(2)]],
    [4, [imir(0)]],
    [5, [irot(1), imir(0)]],
    [6, [irot(3)]],
    [7, [irot(3), imir(0)]],
    [8, [irot(1)]],
  ];
  for (const [orientation, boxes] of cases) {
    assert.deepEqual(probe(heif("avif", ...boxes)), { codec: "avif", width: 64, height: 48, orientation });
  }
  assert.deepEqual(probe(heif("heic", irot(3))), { codec: "heif", width: 64, height: 48, orientation: 6 });
});

Deno.test("the less common kinds are told by their content", () => {
  const gif = bytes("GIF89a\x3c\0\x28\0\0\0\0;");
  assert.deepEqual(probe(gif), { codec: "gif", width: 60, height: 40, orientation: 1 });
  const bmp = bytes("BM\x1a\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x3c\0\0\0\xd8\xff\xff\xff");
  assert.deepEqual(probe(bmp), { codec: "bmp", width: 60, height: 40, orientation: 1 });
  assert.deepEqual(probe(bytes("P5\n# grey\n60 40\n255\n")), {
    codec: "pnm",
    width: 60,
    height: 40,
    orientation: 1,
  });
});

Deno.test("what is no image is told apart from what is cut off", () => {
  const code = (image: Uint8Array) => (probe(image) as { code: string }).code;
  assert.equal(code(new Uint8Array()), "image-empty");
  assert.equal(code(bytes("Just some text, named .png")), "image-unknown");
  assert.equal(code(bytes('<svg width="10" height="10"></svg>')), "image-unknown");
  assert.equal(code(new Uint8Array(1000)), "image-unknown");
  assert.equal(code(jpeg(sof(60, 40)).subarray(0, 9)), "image-header-truncated");
  assert.equal(code(png(60, 40).subarray(0, 20)), "image-header-truncated");
  assert.equal(code(webp(60, 40, 1).subarray(0, 28)), "image-header-truncated");
  assert.equal(code(heif("heic").subarray(0, 40)), "image-header-truncated");
  assert.equal(code(jpeg(sof(60, 0))), "image-unknown");
});

Deno.test("bytes behind the image in a shared buffer are never read", () => {
  const kinds = [
    jpeg(app1(exif(6)), sof(60, 40)),
    png(60, 40),
    webp(60, 40, 6),
    heif("avif"),
    bytes("GIF89a\x3c\0\x28\0"),
  ];
  for (const image of kinds) {
    for (let length = 0; length < image.length; length++) {
      const arenas = [new Uint8Array(image.length + 64), new Uint8Array(image.length + 64).fill(0xff), image];
      const results = arenas.map((arena) => {
        arena.set(image);
        return probe(arena.subarray(0, length));
      });
      assert.deepEqual(results[0], results[1]);
      assert.deepEqual(results[0], results[2]);
    }
  }
});

Deno.test("the end of a file is missed where it is missing", () => {
  const files: [string, Uint8Array][] = [
    ["jpeg", jpeg(sof(60, 40))],
    ["png", png(60, 40, chunk("IDAT", [1, 2, 3]))],
    ["webp", webp(60, 40, 1)],
    ["gif", bytes("GIF89a\x3c\0\x28\0\0\0\0;")],
    ["bmp", bytes("BM\x1a\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x3c\0\0\0\x28\0\0\0")],
  ];
  for (const [codec, whole] of files) {
    assert.equal(truncation(whole, codec), undefined, codec);
    assert.match(truncation(whole.subarray(0, -2), codec) ?? "", /^The .*\.$/, codec);
  }
  assert.equal(truncation(new Uint8Array(10), "tiff"), undefined);
});

Deno.test("data behind the end marker is no damage, and a thumbnail's end marker is not the end", () => {
  const image = jpeg(sof(60, 40));
  assert.equal(truncation(Uint8Array.from([...image, ...Array(1000).fill(7)]), "jpeg"), undefined);
  const thumbnail = segment(0xe1, [...bytes("Exif\0\0"), 0xff, 0xd8, 0xff, 0xd9]);
  assert.equal(truncation(jpeg(thumbnail, sof(60, 40)), "jpeg"), undefined);
  assert.notEqual(truncation(jpeg(thumbnail, sof(60, 40)).subarray(0, -2), "jpeg"), undefined);
  assert.equal(truncation(Uint8Array.from([...bytes("GIF89a\x3c\0\x28\0\0\0\0;"), 0, 0]), "gif"), undefined);
});

Deno.test("extensions name the codec they promise", () => {
  assert.deepEqual(["jpg", "jfif", "png", "tif", "heic", "mp4", "constructor"].map(expectedCodec), [
    "jpeg",
    "jpeg",
    "png",
    "tiff",
    "heif",
    undefined,
    undefined,
  ]);
});

Deno.test("no bytes make the probe throw or hang, and what it gives is sound", () => {
  const seeds = [
    jpeg(app1(exif(6)), sof(60, 40)),
    png(60, 40, chunk("eXIf", exif(6))),
    webp(60, 40, 6),
    heif("avif", box("irot", [1])),
    Uint8Array.from(tiff(true, [[256, 60], [257, 40]])),
    bytes("GIF89a\x3c\0\x28\0\0\0\0;"),
    bytes(
      "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 \0\0\0\x2djp2h\0\0\0\x16ihdr\0\0\0\x28\0\0\0\x3c\0\x03\x07\x07\0\0",
    ),
    bytes("\xff\x0a\x01\x02\x03\x04\x05\x06"),
    bytes("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"),
  ];
  const mutated = fc.tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    fc.nat(200),
  ).map(([seed, changes, cut]) => {
    const copy = seed.slice(0, cut < 100 ? seed.length : cut);
    for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (image) => {
      const result = probe(image);
      if ("code" in result) {
        assert.match(result.message, /^The .*\.$/);
        return;
      }
      assert.ok(
        result.width >= 1 && result.height >= 1 && result.orientation >= 1 && result.orientation <= 8,
      );
      truncation(image, result.codec);
    }),
    { numRuns: 3000 },
  );
});

const sample = new URL("../../../shared/formats/samples/exif-orientation-6/images/a.jpg", import.meta.url);
let there = true;
try {
  readFileSync(sample);
} catch {
  there = false;
}
Deno.test({
  name: "the sample with EXIF orientation 6 is read" + (there ? "" : " (skipped: ../shared is not here)"),
  ignore: !there,
  fn() {
    assert.deepEqual(probe(readFileSync(sample)), { codec: "jpeg", width: 80, height: 100, orientation: 6 });
  },
});
