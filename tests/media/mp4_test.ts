import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "../property.ts";
import { mp4 } from "../../src/media/mp4.ts";
import { originalLabelsMember } from "../../src/media/original_labels.ts";
import { memoryFile } from "../../src/io/range_window.ts";
import { boxes, tracks } from "./mp4_reader.ts";

interface File {
  data: Uint8Array;
  codec: string;
  width: number;
  height: number;
}

/** Directory records of frames. */
function recordsOf(files: readonly (Omit<File, "data"> & { size: number })[]): Uint8Array {
  const name = new Uint8Array(0);
  let offset = mp4.prologueSize;
  return new Uint8Array(Buffer.concat(files.map(({ size, ...header }) => {
    const record = new Uint8Array(mp4.directorySize(name, size, 0));
    mp4.writeDirectory(
      record,
      0,
      { name, size, originalSize: size, crc32: 0, deflated: false, header },
      offset,
    );
    offset += size;
    return record;
  })));
}

/** A whole file in memory, as the packer would write it. */
function file(files: readonly File[], fps = 30): Uint8Array {
  const data = files.map(({ data }) => data);
  const records = recordsOf(files.map(({ data, ...header }) => ({ ...header, size: data.length })));
  const framesSize = data.reduce((sum, { length }) => sum + length, 0);
  return new Uint8Array(
    Buffer.concat([mp4.prologue(framesSize), ...data, ...mp4.tables!(memoryFile(records), fps)]),
  );
}

Deno.test("a file with one frame is, byte for byte, what the specification says", () => {
  const hex = [
    "0000001c 66747970 69736f6d 00000200 69736f6d 69736f32 6d703431", // ftyp: isom, 512, isom iso2 mp41
    "00000001 6d646174 0000000000000013", // mdat of 16 + 3 bytes
    "616263", // the frame
    "0000027a 6d6f6f76", // moov
    "00000078 6d766864 01000000 0000000000000000 0000000000000000", // mvhd, version 1, no times
    "00007530 00000000000003e8 00010000 0100 00000000000000000000", // 30000 units a second, 1000 long
    "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000",
    "000000000000000000000000000000000000000000000000 00000002", // next track
    "000001fa 7472616b", // trak
    "00000068 746b6864 01000007 0000000000000000 0000000000000000 00000001 00000000", // tkhd, track 1
    "00000000000003e8 0000000000000000 0000 0000 0000 0000",
    "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000",
    "02800000 01e00000", // 640 × 480
    "0000018a 6d646961", // mdia
    "0000002c 6d646864 01000000 0000000000000000 0000000000000000", // mdhd
    "00007530 00000000000003e8 55c4 0000",
    "00000021 68646c72 00000000 00000000 76696465 000000000000000000000000 00", // hdlr: vide
    "00000135 6d696e66", // minf
    "00000014 766d6864 00000001 0000 000000000000", // vmhd
    "00000024 64696e66 0000001c 64726566 00000000 00000001 0000000c 75726c20 00000001", // dinf: in this file
    "000000f5 7374626c", // stbl
    "00000089 73747364 00000000 00000001", // stsd, one entry
    "00000079 6d703476 000000000000 0001 00000000000000000000000000000000 0280 01e0", // mp4v
    "00480000 00480000 00000000 0001", // 72 dpi, one frame a sample
    "0000000000000000000000000000000000000000000000000000000000000000 0018 ffff",
    "00000023 65736473 00000000 0315 0000 00 040d 6c 11 0000000000000000000000 0601 02", // esds: JPEG
    "00000018 73747473 00000000 00000001 00000001 000003e8", // stts: 1 sample of 1000 units
    "0000001c 73747363 00000000 00000001 00000001 00000001 00000001", // stsc: one sample a chunk
    "00000018 7374737a 00000000 00000000 00000001 00000003", // stsz
    "00000018 636f3634 00000000 00000001 000000000000002c", // co64: byte 44
  ];
  const bytes = file([{ data: new TextEncoder().encode("abc"), codec: "jpeg", width: 640, height: 480 }]);
  assert.equal(Buffer.from(bytes).toString("hex"), hex.join("").replaceAll(" ", ""));
});

Deno.test("a reader that knows boxes alone finds every frame, in its codec's track, in order", () => {
  const frame = fc.record({
    data: fc.uint8Array({ maxLength: 50 }),
    codec: fc.constantFrom("jpeg", "png"),
    width: fc.integer({ min: 1, max: 100_000 }),
    height: fc.integer({ min: 1, max: 65_535 }),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 40 }), fc.constantFrom(30, 29.97, 0.001, 1000), (list, fps) => {
      const bytes = file(list, fps);
      assert.deepEqual(boxes(bytes).map(({ type }) => type), ["ftyp", "mdat", "moov"]);
      const found = tracks(bytes);
      const codecs = found.map(({ objectType }) => objectType === 0x6c ? "jpeg" : "png");
      assert.deepEqual(codecs.toSorted(), [...new Set(list.map(({ codec }) => codec))].sort());
      for (const [i, track] of found.entries()) {
        const own = list.filter(({ codec }) => codec === codecs[i]);
        assert.deepEqual(track.samples, own.map(({ data }) => data));
        assert.deepEqual([track.format, track.delta], ["mp4v", 1000]);
        assert.equal(track.timescale, Math.round(fps * 1000));
        assert.deepEqual([track.width, track.height], [Math.min(own[0].width, 65_535), own[0].height]);
        // The larger track comes first, of two that are equal the JPEGs.
        if (i > 0) assert.ok(found[0].samples.length > own.length || codecs[0] === "jpeg");
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("tables of more frames than are read at once have no seam, and offsets go beyond 4 GiB", () => {
  const count = 20_000;
  const size = 0x7fffffff;
  const records = recordsOf(Array.from({ length: count }, (_, i) => ({
    codec: i % 3 ? "jpeg" : "png",
    width: 1,
    height: 1,
    size: size - i % 2,
  })));
  const movie = new Uint8Array(Buffer.concat([...mp4.tables!(memoryFile(records), 30)]));
  const [jpegs, pngs] = tracks(movie);
  const places = (png: boolean) =>
    Array.from({ length: count }, (_, i) => [i, 44 + i * size - Math.floor(i / 2)])
      .filter(([i]) => (i % 3 === 0) === png).map(([, at]) => at);
  assert.deepEqual(jpegs.offsets, places(false));
  assert.deepEqual(pngs.offsets, places(true));
});

Deno.test("the original labels lie in a uuid box after the frames", () => {
  const { header, padding, directory } = originalLabelsMember(mp4, 1000, { size: 5 * 2 ** 30, crc32: 0 });
  assert.equal(
    Buffer.from(header).toString("hex"),
    "00000001" + "75756964" + "0000000140000020" + "1256aaabb1b944309f54718639d056d6",
  );
  assert.deepEqual([padding.length, directory.length], [0, 0]);
});

Deno.test("what is neither JPEG nor PNG, or too large for readers, is refused", () => {
  assert.equal(mp4.refusal!("jpeg", 0x7fffffff), undefined);
  assert.equal(mp4.refusal!("png", 1), undefined);
  assert.match(mp4.refusal!("webp", 1)!, /^is a WEBP, and an mp4 bundle holds JPEG and PNG only$/);
  assert.match(mp4.refusal!("toString", 1)!, /^is a TOSTRING/);
  assert.match(mp4.refusal!("jpeg", 0x80000000)!, /^has 2147483648 bytes/);
});
