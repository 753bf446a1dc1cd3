import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import fc from "../property.ts";
import { decodePng, encodePng, type PngPixels } from "../../src/image/png_pixels.ts";
import { vocPalette } from "../../src/image/voc_palette.ts";
import { python, runOk, testWith } from "../tools.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type: string, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG from its header fields and the bytes that are compressed. */
function file(
  [width, height, depth, colour, interlace = 0]: number[],
  raw: Uint8Array,
  before: Buffer[] = [],
): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([depth, colour, 0, 0, interlace], 8);
  const [data, end] = [chunk("IDAT", deflateSync(raw)), chunk("IEND", new Uint8Array(0))];
  return new Uint8Array(
    Buffer.concat([Uint8Array.from(SIGNATURE), chunk("IHDR", head), ...before, data, end]),
  );
}

/** The bytes of a PNG's rows as the specification defines them: interlaced or not, the filters in turn from `filter` on. */
function rows(
  { width, height, channels, depth, data }: PngPixels,
  interlaced: boolean,
  filter: number,
): Uint8Array {
  const adam7 = [
    ...[[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4]],
    ...[[0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]],
  ];
  const step = Math.max(1, channels * depth / 8);
  const bytes: number[] = [];
  for (const [left, top, columns, lines] of interlaced ? adam7 : [[0, 0, 1, 1]]) {
    let above: number[] | undefined;
    for (let y = top; y < height; y += lines) {
      let bits = "";
      for (let x = left; x < width; x += columns) {
        for (let channel = 0; channel < channels; channel++) {
          bits += data[(y * width + x) * channels + channel].toString(2).padStart(depth, "0");
        }
      }
      if (bits === "") continue;
      const row = bits.match(/.{1,8}/g)!.map((byte) => parseInt(byte.padEnd(8, "0"), 2));
      const type = filter++ % 5;
      const filtered = row.map((value, i) => {
        const a = row[i - step] ?? 0;
        const b = above?.[i] ?? 0;
        const c = above?.[i - step] ?? 0;
        const p = a + b - c;
        const nearest = [a, b, c].reduce((best, next) =>
          Math.abs(p - next) < Math.abs(p - best) ? next : best
        );
        return (value - [0, a, b, (a + b) >> 1, nearest][type]) & 255;
      });
      bytes.push(type, ...filtered);
      above = row;
    }
  }
  return Uint8Array.from(bytes);
}

const COLOUR = [0, 0, 4, 2, 6];
const KINDS: [PngPixels["channels"], PngPixels["depth"]][] = [
  ...[[1, 1], [1, 2], [1, 4], [1, 8], [1, 16]] as [1, PngPixels["depth"]][],
  ...[[2, 8], [2, 16], [3, 8], [3, 16], [4, 8], [4, 16]] as [2 | 3 | 4, 8 | 16][],
];

const pixels = fc.tuple(
  fc.constantFrom(...KINDS),
  fc.integer({ min: 1, max: 19 }),
  fc.integer({ min: 1, max: 19 }),
)
  .chain(([[channels, depth], width, height]) => {
    const length = width * height * channels;
    const values = fc.array(fc.integer({ min: 0, max: 2 ** depth - 1 }), {
      minLength: length,
      maxLength: length,
    });
    return values.map((list): PngPixels => ({
      width,
      height,
      channels,
      depth,
      data: depth === 16 ? Uint16Array.from(list) : Uint8Array.from(list),
    }));
  });

Deno.test("any pixels survive the way through a PNG, and the same pixels give the same bytes", () => {
  fc.assert(fc.property(pixels, (image) => {
    const bytes = encodePng(image);
    assert.deepEqual(decodePng(bytes), image);
    assert.deepEqual(encodePng(image), bytes);
  }));
});

Deno.test("every filter is undone, interlaced or not, at every depth", () => {
  fc.assert(fc.property(pixels, fc.boolean(), fc.integer({ min: 0, max: 4 }), (image, interlaced, filter) => {
    const { width, height, channels, depth } = image;
    const head = [width, height, depth, COLOUR[channels], interlaced ? 1 : 0];
    assert.deepEqual(decodePng(file(head, rows(image, interlaced, filter))), image);
  }));
});

Deno.test("an image with a palette gives its indices, also those beyond the palette", () => {
  const palette = [[0, 0, 0], [128, 0, 0], [0, 128, 0]];
  const image: PngPixels = {
    width: 3,
    height: 1,
    channels: 1,
    depth: 8,
    data: Uint8Array.of(2, 0, 255),
    palette,
  };
  assert.deepEqual(decodePng(encodePng(image)), image);
  const packed: PngPixels = {
    width: 5,
    height: 1,
    channels: 1,
    depth: 2,
    data: Uint8Array.of(2, 0, 1, 3, 2),
    palette,
  };
  assert.deepEqual(decodePng(encodePng(packed)), packed);
  const clear = { ...image, palette: [[1, 2, 3, 0], [4, 5, 6, 255], [7, 8, 9, 128]] };
  assert.deepEqual(decodePng(encodePng(clear)), clear);
});

Deno.test("a palette that is transparent in part is opaque in the rest", () => {
  const before = [chunk("PLTE", Uint8Array.of(1, 2, 3, 4, 5, 6)), chunk("tRNS", Uint8Array.of(0))];
  const bytes = file([1, 1, 8, 3], Uint8Array.of(0, 1), before);
  assert.deepEqual(decodePng(bytes).palette, [[1, 2, 3, 0], [4, 5, 6, 255]]);
});

Deno.test("a suggested palette and a transparent colour of an RGB image change nothing", () => {
  const before = [chunk("PLTE", Uint8Array.of(1, 2, 3)), chunk("tRNS", Uint8Array.of(0, 1, 0, 2, 0, 3))];
  const image = decodePng(file([1, 1, 8, 2], Uint8Array.of(0, 1, 2, 3), before));
  assert.deepEqual(image, { width: 1, height: 1, channels: 3, depth: 8, data: Uint8Array.of(1, 2, 3) });
});

Deno.test("pixels in several chunks are joined, and bytes in the middle of a buffer are read", () => {
  const compressed = deflateSync(Uint8Array.of(0, 7, 8, 0, 9, 10));
  const parts = [...compressed].map((byte) => chunk("IDAT", Uint8Array.of(byte)));
  const whole = file([2, 2, 8, 0], new Uint8Array(0));
  const bytes = Buffer.concat([
    Buffer.alloc(3),
    whole.subarray(0, 33),
    ...parts,
    chunk("IEND", new Uint8Array(0)),
  ]);
  assert.deepEqual([...decodePng(bytes.subarray(3)).data], [7, 8, 9, 10]);
});

Deno.test("damage is told, each kind with its reason", () => {
  const good = file([2, 1, 8, 0], Uint8Array.of(0, 5, 6));
  const flip = (at: number) => Uint8Array.from(good, (byte, i) => i === at ? byte ^ 1 : byte);
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /the file is no PNG/],
    [Uint8Array.of(0xff, 0xd8, 0xff), /the file is no PNG/],
    [flip(19), /checksum of the PNG's chunk IHDR is wrong/],
    [flip(good.length - 18), /checksum of the PNG's chunk IDAT is wrong/],
    [file([0, 1, 8, 0], Uint8Array.of(0)), /header that no PNG can have/],
    [file([1, 1, 4, 2], Uint8Array.of(0, 1, 1)), /header that no PNG can have/],
    [file([1, 1, 8, 1], Uint8Array.of(0, 1)), /header that no PNG can have/],
    [file([1, 1, 8, 0, 2], Uint8Array.of(0, 1)), /header that no PNG can have/],
    [file([1, 1, 8, 3], Uint8Array.of(0, 1)), /no palette/],
    [file([2, 1, 8, 0], Uint8Array.of(0, 5)), /fewer pixels than its header says/],
    [file([2, 1, 8, 0], Uint8Array.of(0, 5, 6, 7)), /more pixels than its header says/],
    [file([2, 1, 8, 0], Uint8Array.of(5, 5, 6)), /filter 5/],
    [file([16385, 16385, 1, 0], Uint8Array.of(0)), /16385×16385 px, more than can be held/],
    [file([4294967295, 4294967295, 8, 0], Uint8Array.of(0)), /more than can be held/],
    [file([16384, 16384, 16, 6], Uint8Array.of(0)), /more than can be held/],
    [Buffer.concat([Uint8Array.from(SIGNATURE), chunk("IDAT", Uint8Array.of(1))]), /no header/],
  ];
  for (const [bytes, reason] of cases) assert.throws(() => decodePng(bytes), reason);
  for (let length = 8; length < good.length; length++) {
    assert.throws(() => decodePng(good.subarray(0, length)), /the PNG ends early/);
  }
  const broken = Buffer.concat([
    good.subarray(0, 33),
    chunk("IDAT", Uint8Array.of(1, 2, 3)),
    good.subarray(-12),
  ]);
  assert.throws(() => decodePng(broken), /cannot be inflated/);
});

Deno.test("a file that blows up is left before it does", () => {
  // 64 MiB of zeros behind a header of one pixel.
  const bytes = file([1, 1, 8, 0], new Uint8Array(1 << 26));
  assert.throws(() => decodePng(bytes), /more pixels than its header says/);
});

Deno.test("no bytes do anything worse than throw an Error with a reason", () => {
  const good = encodePng({
    width: 3,
    height: 2,
    channels: 1,
    depth: 8,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    palette: [[1, 2, 3]],
  });
  const place = fc.integer({ min: 0, max: good.length - 1 });
  fc.assert(fc.property(place, fc.integer({ min: 0, max: 255 }), place, (at, value, end) => {
    const bytes = Uint8Array.from(good.subarray(0, end + 1), (byte, i) => i === at ? value : byte);
    try {
      decodePng(bytes);
    } catch (error) {
      assert.match((error as Error).message, /^the |^a row /);
    }
  }));
});

Deno.test("pixels that cannot be a PNG are refused", () => {
  const data = new Uint8Array(4);
  assert.throws(() => encodePng({ width: 2, height: 2, channels: 3, depth: 8, data }), RangeError);
  assert.throws(() => encodePng({ width: 0, height: 2, channels: 1, depth: 8, data }), RangeError);
  assert.throws(() => encodePng({ width: 1, height: 1, channels: 4, depth: 4, data }), RangeError);
  assert.throws(
    () => encodePng({ width: 2, height: 2, channels: 1, depth: 16, data: new Uint16Array(4), palette: [] }),
    RangeError,
  );
});

Deno.test("the colours of Pascal VOC", () => {
  const palette = vocPalette();
  assert.equal(palette.length, 256);
  assert.deepEqual([0, 1, 2, 3, 4, 5, 8, 15, 20, 255].map((index) => palette[index]), [
    ...[[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128], [128, 0, 128], [64, 0, 0]],
    ...[[192, 128, 128], [0, 64, 128], [224, 224, 192]],
  ]);
});

/** Opens PNGs, base64 a line, with Pillow; for each the mode, the values and the palette. */
const OPEN = `
import base64, io, json, sys
from PIL import Image
for line in sys.stdin:
    image = Image.open(io.BytesIO(base64.b64decode(line)))
    image.load()
    values = image.tobytes() if image.mode != "1" else bytes(v and 1 for v in image.getdata())
    palette = image.getpalette("RGB") if image.mode == "P" else None
    print(json.dumps([image.mode, list(values), palette]))
`;

testWith(
  ["python:PIL"],
  "Pillow reads the masks that are written, and interlaced images as they are read here",
  () => {
    const kinds = fc.sample(pixels.filter(({ channels, depth }) => depth === 8 && channels !== 2), 40);
    const files = kinds.map((image, i) =>
      i % 2 === 0
        ? encodePng(image)
        : file([image.width, image.height, 8, COLOUR[image.channels], 1], rows(image, true, i))
    );
    const voc: PngPixels = {
      width: 3,
      height: 1,
      channels: 1,
      depth: 8,
      data: Uint8Array.of(0, 20, 255),
      palette: vocPalette(),
    };
    const deep: PngPixels = { width: 2, height: 1, channels: 1, depth: 16, data: Uint16Array.of(258, 65535) };
    const bits: PngPixels = {
      width: 9,
      height: 1,
      channels: 1,
      depth: 1,
      data: Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1, 1),
    };
    files.push(...[voc, deep, bits].map((pixels) => encodePng(pixels)));
    const input = files.map((bytes) => Buffer.from(bytes).toString("base64")).join("\n");
    const opened = runOk([python, "-c", OPEN], { input }).trim().split("\n").map((line) => JSON.parse(line));
    kinds.forEach((image, i) => {
      assert.deepEqual(opened[i], [["", "L", "", "RGB", "RGBA"][image.channels], [...image.data], null]);
    });
    assert.deepEqual(opened.slice(-3), [
      ["P", [0, 20, 255], vocPalette().flat()],
      ["I;16", [2, 1, 255, 255], null],
      ["1", [1, 0, 1, 1, 0, 0, 0, 1, 1], null],
    ]);
  },
);

/** Writes pictures with Pillow, which chooses filters by itself; for each the values and the file as base64. */
const SAVE = `
import base64, io, json, sys
from PIL import Image
for mode, width, height in [("L", 37, 29), ("LA", 20, 9), ("RGB", 33, 21), ("RGBA", 16, 31), ("P", 41, 7), ("1", 13, 5)]:
    gradient = Image.linear_gradient("L").resize((width, height)).rotate(20)
    image = gradient.convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=mode == "L")
    values = bytes(v and 1 for v in image.getdata()) if mode == "1" else image.tobytes()
    print(json.dumps([list(values), base64.b64encode(out.getvalue()).decode()]))
`;

testWith(["python:PIL"], "what Pillow writes is read", () => {
  for (const line of runOk([python, "-c", SAVE]).trim().split("\n")) {
    const [values, base64] = JSON.parse(line);
    assert.deepEqual([...decodePng(Buffer.from(base64, "base64")).data], values);
  }
});
