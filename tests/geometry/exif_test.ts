import assert from "node:assert/strict";
import { turn, turnKeypoints, turnMask, turnPolygon } from "../../src/geometry/exif.ts";

/**
 * Where the red pixel of a stored 3×2 image at column 0, row 0 is after Pillow's `ImageOps.exif_transpose`: `[column, row]`.
 */
const upright: Record<number, [number, number]> = {
  1: [0, 0],
  2: [2, 0],
  3: [2, 1],
  4: [0, 1],
  5: [0, 0],
  6: [1, 0],
  7: [1, 2],
  8: [0, 2],
};

for (let orientation = 1; orientation <= 8; orientation++) {
  Deno.test(`orientation ${orientation}: points and masks land where Pillow puts the pixels`, () => {
    const t = turn(orientation, 3, 2);
    const [column, row] = upright[orientation];
    assert.deepEqual(turnPolygon([0.5, 0.5], t), [column + 0.5, row + 0.5]);
    assert.deepEqual(turnKeypoints([0.5, 0.5, 2, 0, 0, 0], t), [column + 0.5, row + 0.5, 2, 0, 0, 0]);
    const height = orientation >= 5 ? 3 : 2;
    const at = column * height + row;
    const expected = at === 5 ? [5, 1] : [at, 1, 5 - at];
    assert.deepEqual(turnMask([0, 1, 5], 3, 2, t), expected);
  });
}

Deno.test("the corners of the stored image become the corners of the upright one", () => {
  // FORMATS: stored 80×100 with orientation 6 is shown as 100×80; (x, y) goes to (100 − y, x).
  assert.deepEqual(turnPolygon([0, 0, 80, 0, 80, 100, 0, 100], turn(6, 80, 100)), [
    100,
    0,
    100,
    80,
    0,
    80,
    0,
    0,
  ]);
});
