import assert from "node:assert/strict";
import fc from "../property.ts";
import {
  cropToRle,
  labelMasks,
  type MaskShape,
  maskToRle,
  rleToCrop,
  rowRunsToMask,
} from "../../src/geometry/mask.ts";
import { decodeCounts, rleToMask } from "../../src/geometry/rle.ts";

/** Masks row by row, with what pycocotools 2.0.11 says about them. */
const vectors: { rows: string[]; shape: MaskShape | undefined }[] = [
  {
    rows: ["00000000", "01110000", "01110000", "00000000", "00000000", "00000000"],
    shape: shape([6, 8], "724000g0", [1, 1, 3, 2], 6),
  },
  {
    rows: ["00000000", "00000000", "00000000", "00000110", "00000110", "00000110"],
    shape: shape([6, 8], "Q13303", [5, 3, 2, 3], 6),
  },
  { rows: ["100", "000", "000"], shape: shape([3, 3], "018", [0, 0, 1, 1], 1) },
  { rows: ["11", "11"], shape: shape([2, 2], "04", [0, 0, 2, 2], 4) },
  { rows: ["00000", "00000", "00000", "00000"], shape: undefined },
];

/** Crops as CVAT writes them, of the masks above and of an L in an image of 100×80. */
const crops: {
  size: [number, number];
  left: number;
  top: number;
  width: number;
  runs: number[];
  text: string;
}[] = [
  { size: [6, 8], left: 1, top: 1, width: 3, runs: [0, 6], text: "724000g0" },
  { size: [6, 8], left: 5, top: 3, width: 2, runs: [0, 6], text: "Q13303" },
  { size: [3, 3], left: 0, top: 0, width: 1, runs: [0, 1], text: "018" },
  { size: [2, 2], left: 0, top: 0, width: 2, runs: [0, 4], text: "04" },
  { size: [80, 100], left: 4, top: 5, width: 3, runs: [0, 5, 1], text: "U:2^200O\\X7" },
  {
    size: [80, 100],
    left: 50,
    top: 10,
    width: 20,
    runs: [0, 105, ...Array<number>(19).fill(10), 105],
    text: "Zm3d0l100000000A^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b10^N0b1?00000000fZ2",
  },
];

function shape(
  size: [number, number],
  counts: string,
  [x, y, width, height]: number[],
  area: number,
): MaskShape {
  return { segmentation: { size, counts }, x, y, width, height, area };
}

function pixelsOf(mask: MaskShape | undefined, width: number, height: number): Uint8Array {
  if (!mask) return new Uint8Array(width * height);
  return rleToMask(decodeCounts(mask.segmentation.counts as string)!, width, height);
}

Deno.test("a mask is encoded as pycocotools does", () => {
  for (const { rows, shape } of vectors) {
    const mask = Uint8Array.from(rows.join(""), (digit) => digit === "1" ? 255 : 0);
    assert.deepEqual(maskToRle(mask, rows[0].length, rows.length), shape);
  }
});

Deno.test("a crop of CVAT is encoded as the mask of its image", () => {
  for (const { size: [height, width], left, top, width: across, runs, text } of crops) {
    const size = runs.reduce((sum, run) => sum + run);
    const mask = rowRunsToMask(runs, size);
    const crop = { x: left, y: top, width: across, height: size / across };
    assert.equal(cropToRle(mask, crop, width, height)?.segmentation.counts, text);
  }
});

Deno.test("runs that go row by row are drawn, and cut off where the mask ends", () => {
  assert.deepEqual([...rowRunsToMask([1, 2, 1], 4)], [0, 1, 1, 0]);
  assert.deepEqual([...rowRunsToMask([0, 9], 3)], [1, 1, 1]);
  assert.deepEqual([...rowRunsToMask([1, 1], 4)], [0, 1, 0, 0]);
});

Deno.test("what a crop has outside the image is cut off", () => {
  const four = Uint8Array.of(1, 1, 1, 1);
  const at = (x: number, y: number) => cropToRle(four, { x, y, width: 2, height: 2 }, 5, 4);
  assert.deepEqual(at(-1, -1), shape([4, 5], "01c0", [0, 0, 1, 1], 1));
  assert.deepEqual(at(4, 3), shape([4, 5], "c01", [4, 3, 1, 1], 1));
  for (const [x, y] of [[-2, 0], [0, -2], [5, 0], [0, 4], [1e9, 1e9]]) assert.equal(at(x, y), undefined);
});

Deno.test("a label map falls apart into one mask for each value, in ascending order", () => {
  // 9 9 3    The 9 goes on from the foot of the first column to the head of the second.
  // 9 3 3
  const pixels = Uint16Array.of(9, 9, 300, 9, 300, 300);
  const masks = labelMasks(pixels, 3, 2);
  assert.deepEqual([...masks], [
    [9, shape([2, 3], "033", [0, 0, 2, 2], 3)],
    [300, shape([2, 3], "33", [1, 0, 2, 2], 3)],
  ]);
  const asked: number[] = [];
  const skip = (value: number) => asked.push(value) > 0 && value === 9;
  assert.deepEqual([...labelMasks(pixels, 3, 2, skip).keys()], [300]);
  assert.deepEqual(asked, [9, 300]);
  assert.equal(labelMasks(new Uint8Array(0), 0, 0).size, 0);
});

const size = fc.integer({ min: 1, max: 24 });
/** Images of few values, so that runs and neighbours come up. */
const labelMap = fc.tuple(size, size).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    pixels: fc.array(fc.constantFrom(0, 1, 7, 70_000), {
      minLength: width * height,
      maxLength: width * height,
    }),
  })
);

Deno.test("the masks of a label map are those of its values, one by one, and cover it once", () => {
  fc.assert(fc.property(labelMap, ({ width, height, pixels }) => {
    const masks = labelMasks(Uint32Array.from(pixels), width, height);
    const values = [...new Set(pixels)].sort((a, b) => a - b);
    assert.deepEqual([...masks.keys()], values);
    for (const [value, mask] of masks) {
      const own = Uint8Array.from(pixels, (pixel) => pixel === value ? 1 : 0);
      assert.deepEqual(mask, maskToRle(own, width, height));
      assert.deepEqual(pixelsOf(mask, width, height), own);
    }
    assert.equal([...masks.values()].reduce((sum, { area }) => sum + area, 0), width * height);
  }));
});

Deno.test("a crop anywhere is the mask of what it covers", () => {
  const place = fc.integer({ min: -30, max: 30 });
  fc.assert(fc.property(labelMap, place, place, size, size, (crop, x, y, width, height) => {
    const mask = Uint8Array.from(crop.pixels, (pixel) => pixel & 1);
    const whole = new Uint8Array(width * height);
    for (let i = 0; i < mask.length; i++) {
      const column = x + i % crop.width;
      const row = y + Math.floor(i / crop.width);
      if (column >= 0 && column < width && row >= 0 && row < height) whole[row * width + column] = mask[i];
    }
    const found = cropToRle(mask, { x, y, width: crop.width, height: crop.height }, width, height);
    assert.deepEqual(found, maskToRle(whole, width, height));
    assert.deepEqual(pixelsOf(found, width, height), whole);
    const set = [...whole].flatMap((pixel, i) => pixel ? [[i % width, Math.floor(i / width)]] : []);
    assert.equal(found?.area, set.length || undefined);
    if (!found) return;
    const [xs, ys] = [set.map(([x]) => x), set.map(([, y]) => y)];
    assert.deepEqual(
      [found.x, found.y, found.x + found.width - 1, found.y + found.height - 1],
      [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    );
  }));
});

Deno.test("rleToCrop: the part in the smallest box, from which cropToRle makes the same mask", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 12, maxLength: 12, max: 1 }).filter((pixels) => pixels.includes(1)),
      fc.nat(5),
      fc.nat(4),
      (pixels, x, y) => {
        const shape = cropToRle(pixels, { x, y, width: 4, height: 3 }, 9, 7)!;
        const { mask, ...crop } = rleToCrop(shape.segmentation);
        assert.deepEqual(crop, { x: shape.x, y: shape.y, width: shape.width, height: shape.height });
        assert.deepEqual(cropToRle(mask, crop, 9, 7), shape);
      },
    ),
  );
});
