import assert from "node:assert/strict";
import { polygonArea } from "../../src/geometry/polygon.ts";

Deno.test("the area of a polygon does not depend on direction or place", () => {
  assert.equal(polygonArea([1, 1, 4, 1, 1, 4]), 4.5);
  assert.equal(polygonArea([1, 4, 4, 1, 1, 1]), 4.5);
  assert.equal(polygonArea([101, -99, 104, -99, 101, -96]), 4.5);
  // An L of 20 × 20 without its upper right quarter.
  assert.equal(polygonArea([0, 0, 10, 0, 10, 10, 20, 10, 20, 20, 0, 20]), 300);
  assert.equal(polygonArea([0, 0, 5, 5, 10, 10]), 0);
});
