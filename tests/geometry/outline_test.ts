import assert from "node:assert/strict";
import fc from "../property.ts";
import { joinParts, outlinesOf } from "../../src/geometry/outline.ts";
import { polygonArea } from "../../src/geometry/polygon.ts";
import { encodeCounts, encodeMask } from "../../src/geometry/rle.ts";

/** Mask of rows of `#` and `.`, as run lengths. */
function rle(...rows: string[]) {
  const [height, width] = [rows.length, rows[0].length];
  const mask = new Uint8Array(width * height);
  rows.forEach((row, y) => [...row].forEach((c, x) => mask[x * height + y] = c === "#" ? 1 : 0));
  return { size: [height, width] as const, counts: encodeCounts(encodeMask(mask)) };
}

/** True if a point lies inside a polygon. */
function inside(points: readonly number[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [points[i], points[i + 1], points[j], points[j + 1]];
    if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

Deno.test("the outline of a rectangle is its four corners", () => {
  assert.deepEqual(outlinesOf(rle("......", ".###..", ".###..", "......")), [[4, 1, 4, 3, 1, 3, 1, 1]]);
});

Deno.test("pixels that touch at a corner have outlines of their own, holes are filled, an empty mask has none", () => {
  assert.deepEqual(outlinesOf(rle("#.", ".#")), [[1, 0, 1, 1, 0, 1, 0, 0], [2, 1, 2, 2, 1, 2, 1, 1]]);
  assert.deepEqual(outlinesOf(rle("###", "#.#", "###")), [[3, 0, 3, 3, 0, 3, 0, 0]]);
  assert.deepEqual(outlinesOf(rle("...", "...")), []);
});

Deno.test("outlines hold every pixel of a mask, and no other but those of holes", () => {
  const masks = fc.array(fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), {
    minLength: 1,
    maxLength: 7,
  });
  fc.assert(fc.property(masks, (mask) => {
    const rows = mask.map((row) => row.map((set) => set ? "#" : ".").join(""));
    const outlines = outlinesOf(rle(...rows));
    // What can be reached from outside over unset pixels, also from corner to corner, is no hole.
    const open = new Set<string>();
    const reach = (x: number, y: number) => {
      const key = `${x} ${y}`;
      if (x < -1 || y < -1 || x > 7 || y > mask.length || open.has(key) || mask[y]?.[x]) return;
      open.add(key);
      for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) reach(x + dx, y + dy);
    };
    reach(-1, -1);
    mask.forEach((row, y) =>
      row.forEach((_, x) => {
        const within = outlines.filter((points) => inside(points, x + 0.5, y + 0.5)).length;
        assert.equal(within > 0, !open.has(`${x} ${y}`), `${rows.join("\n")}\n${x} ${y}`);
      })
    );
  }));
});

Deno.test("joined parts keep their area, whichever way round they run", () => {
  const square = (x: number, y: number) => [x, y, x + 10, y, x + 10, y + 10, x, y + 10];
  const back = [50, 0, 50, 10, 60, 10, 60, 0];
  const joined = joinParts([square(0, 0), back, square(20, 40)]);
  assert.equal(polygonArea(joined), 300);
  assert.equal(joined.length, 3 * 8 + 2 * 4);
  assert.deepEqual(joinParts([square(1, 2)]), square(1, 2));
});
