import assert from "node:assert/strict";
import fc from "../property.ts";
import {
  checkedCounts,
  decodeCounts,
  decodeMask,
  encodeCounts,
  encodeMask,
  rleArea,
  rleBox,
  rleToMask,
} from "../../src/geometry/rle.ts";

/** Made with pycocotools 2.0.11 (`mask.encode`): size is [height, width]. */
const vectors: { size: [number, number]; counts: number[]; text: string; area: number; box?: number[] }[] = [
  { size: [6, 8], counts: [7, 2, 4, 2, 4, 2, 27], text: "724000g0", area: 6, box: [1, 1, 3, 2] },
  { size: [6, 8], counts: [33, 3, 3, 3, 6], text: "Q13303", area: 6, box: [5, 3, 2, 3] },
  { size: [3, 3], counts: [0, 1, 8], text: "018", area: 1, box: [0, 0, 1, 1] },
  { size: [2, 2], counts: [0, 4], text: "04", area: 4, box: [0, 0, 2, 2] },
  { size: [4, 5], counts: [20], text: "d0", area: 0 },
  { size: [80, 100], counts: [325, 2, 78, 2, 78, 1, 7514], text: "U:2^200O\\X7", area: 5, box: [4, 5, 3, 2] },
];

Deno.test("text, run lengths, area and box agree with pycocotools", () => {
  for (const { size, counts, text, area, box } of vectors) {
    assert.equal(encodeCounts(counts), text);
    assert.deepEqual(decodeCounts(text), counts);
    assert.deepEqual(checkedCounts({ size, counts: text }, size[1], size[0]), counts);
    assert.equal(rleArea(counts), area);
    assert.deepEqual(rleBox(counts, size[0]), box);
    assert.deepEqual(encodeMask(decodeMask(counts, size[1], size[0])), counts);
  }
});

Deno.test("a mask is drawn column by column, or row by row", () => {
  assert.deepEqual([...decodeMask([1, 2, 3], 3, 2)], [0, 1, 1, 0, 0, 0]);
  assert.deepEqual([...rleToMask([1, 2, 3], 3, 2)], [0, 1, 0, 1, 0, 0]);
});

Deno.test("a ring and a disc are where they were drawn", () => {
  const ring = decodeCounts(
    "Zm3d0l100000000A^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b1?00000000fZ2",
  )!;
  const disc = decodeCounts(
    "RPb0Q1T8>D:F:G8I6J6J6J6K4K6K4L4K6K4M2M4L4L4L4M2M4M2M4M2M4M2N2M4M2N2M4M2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2O0O2N2N2O0O2N2N2O0O2N2O0O2N2O0O2N2O0O2O0O2O0O2O0O2N2O0O2O000O2O0O2O0O2O000O2O0O2O000O2O000O2O000O2O000O2O00000O2O0000000O2O0000000O2O00000000000O2O0000000000000000000000000000000000000000000000000000000000000001N1000000000001N100000001N100000001N1000001N10001N10001N10001N10001N101N10001N101N101N10001N101N2N101N101N101N101N2N101N2N101N2N101N2N2N101N2N2N101N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N2N3L3N2N3L3N2N3L3N3L3N3L3N3L4L4L4L3N3L5J5L4L5J5L5J6J6J6J7H9F:F<Ba^a0",
  )!;
  const inRing = (x: number, y: number) =>
    x >= 50 && x < 70 && y >= 10 && y < 30 && !(x >= 55 && x < 65 && y >= 15 && y < 25);
  assert.deepEqual(rleToMask(ring, 100, 80), drawn(100, 80, inRing));
  assert.deepEqual([rleArea(ring), rleBox(ring, 80)], [300, [50, 10, 20, 20]]);
  const inDisc = (x: number, y: number) => (x - 200) ** 2 + (y - 150) ** 2 < 140 ** 2;
  assert.deepEqual(rleToMask(disc, 400, 300), drawn(400, 300, inDisc));
  assert.deepEqual([rleArea(disc), rleBox(disc, 300)], [61517, [61, 11, 279, 279]]);
});

function drawn(width: number, height: number, set: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => set(i % width, Math.floor(i / width)) ? 1 : 0);
}

Deno.test("runs that do not fill the mask are told, as pycocotools does not", () => {
  const check = (counts: unknown, size: unknown = [80, 100]) =>
    checkedCounts({ size, counts } as Parameters<typeof checkedCounts>[0], 100, 80);
  assert.match(check([10, 5]) as string, /cover 15 px, but the image has 8000/);
  assert.match(check([10, 5, 9000]) as string, /cover 9015 px/);
  assert.match(check([8001, -1]) as string, /run length -1/);
  assert.match(check([7999.5, 0.5]) as string, /run length 7999.5/);
  assert.match(check([8000], [100, 80]) as string, /size \[100,80\], but the image has \[80,100\]/);
  for (const counts of ["not\x00base", "U:2^200O\\X", "oooooooooooo", undefined, null, 5, {}]) {
    assert.equal(typeof check(counts), "string");
  }
  assert.equal(typeof check([8000], undefined), "object");
  assert.equal(typeof check([8000], null), "string");
});

Deno.test("any mask survives the way through run lengths and text", () => {
  const mask = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).chain((
    [width, height],
  ) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      pixels: fc.array(fc.integer({ min: 0, max: 1 }), {
        minLength: width * height,
        maxLength: width * height,
      }),
    })
  );
  fc.assert(fc.property(mask, ({ width, height, pixels }) => {
    const counts = encodeMask(Uint8Array.from(pixels));
    const decoded = decodeCounts(encodeCounts(counts));
    assert.deepEqual(decoded, counts);
    assert.deepEqual([...decodeMask(decoded!, width, height)], pixels);
    assert.equal(rleArea(counts), pixels.filter((pixel) => pixel === 1).length);
    const set = pixels.flatMap((pixel, i) => pixel ? [[Math.floor(i / height), i % height]] : []);
    const [xs, ys] = [set.map(([x]) => x), set.map(([, y]) => y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const box = [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
    assert.deepEqual(rleBox(counts, height), set.length ? box : undefined);
  }));
});

Deno.test("no text makes decoding throw", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    decodeCounts(text);
    checkedCounts({ size: [3, 3], counts: text }, 3, 3);
  }));
});
