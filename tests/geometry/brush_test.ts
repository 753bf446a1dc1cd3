import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "../property.ts";
import { decodeBrush, encodeBrush } from "../../src/geometry/brush.ts";

/** Masks row by row, as Label Studio's converter writes them. */
const vectors: { rows: string[]; bytes: number[] }[] = [
  {
    rows: ["00000000", "01110000", "01110000", "00000000", "00000000", "00000000"],
    bytes: [0, 0, 0, 192, 57, 27, 254, 35, 0, 183, 255, 132, 192, 45, 255, 230, 240, 0],
  },
  {
    rows: ["00000000", "00000000", "00000000", "00000110", "00000110", "00000110"],
    bytes: [0, 0, 0, 192, 57, 27, 254, 115, 0, 159, 255, 11, 128, 79, 255, 133, 192, 39, 255, 140, 0],
  },
  { rows: ["100", "000", "000"], bytes: [0, 0, 0, 36, 57, 27, 252, 127, 248, 124, 0] },
  { rows: ["11", "11"], bytes: [0, 0, 0, 16, 57, 27, 253, 255, 240] },
  { rows: ["00000", "00000", "00000", "00000"], bytes: [0, 0, 0, 80, 57, 27, 254, 79, 0] },
];

/** All four channels of a pixel are 255 or 0. */
function values(rows: string[]): Uint8Array {
  return Uint8Array.from([...rows.join("")].flatMap((digit) => Array(4).fill(digit === "1" ? 255 : 0)));
}

Deno.test("a brush mask is read and written as Label Studio does", () => {
  for (const { rows, bytes } of vectors) {
    assert.deepEqual(decodeBrush(Uint8Array.from(bytes)), values(rows));
    assert.deepEqual([...encodeBrush(values(rows))], bytes);
  }
});

Deno.test("words that are not repeated are read", () => {
  // 3 values; word 8, sizes 3, 4, 8, 16; flag 0, kind 0, length 3 − 1, the words 1, 2, 255; four bits to fill up.
  const bits = "00000000000000000000000000000011" + "00111" + "0010001101111111" +
    "000010" + "000000010000001011111111";
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g)!.map((byte) =>
    parseInt(byte, 2)
  );
  assert.deepEqual([...decodeBrush(Uint8Array.from(bytes))], [1, 2, 255]);
});

Deno.test("any values survive the way through the stream, runs of every length too", () => {
  const run = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(1, 2, 8, 9, 16, 17, 256, 257, 65535, 65536, 65537, 131073),
  );
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), (runs) => {
      const all = new Uint8Array(runs.reduce((sum, [, length]) => sum + length, 0));
      let at = 0;
      for (const [value, length] of runs) all.fill(value, at, at += length);
      assert.ok(Buffer.from(all).equals(decodeBrush(encodeBrush(all))));
    }),
    { numRuns: 50 },
  );
});

Deno.test("a damaged stream is told", () => {
  const whole = Uint8Array.from(vectors[0].bytes);
  for (let length = 0; length < whole.length - 1; length++) {
    assert.throws(() => decodeBrush(whole.subarray(0, length)), /it ends early|it claims 192 values/);
  }
  assert.throws(
    () => decodeBrush(Uint8Array.of(255, 255, 255, 255, 57, 27, 252, 0)),
    /it claims 4294967295 values/,
  );
  assert.throws(() => decodeBrush(Uint8Array.of(0, 0, 0, 4, 121, 27, 252, 0, 0)), /its values have 16 bits/);
});

Deno.test("no bytes do anything worse than throw an Error with a reason", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    try {
      decodeBrush(Uint8Array.of(0, 0, bytes.length, 9, 57, 27, ...bytes));
    } catch (error) {
      assert.match((error as Error).message, /^it |^its /);
    }
  }));
});
