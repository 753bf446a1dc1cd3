import assert from "node:assert/strict";
import fc from "../property.ts";
import {
  boundsOf,
  circlePolygon,
  ellipsePolygon,
  rotatedAboutCorner,
  rotatedBox,
  turnedRectangle,
} from "../../src/geometry/shapes.ts";
import { polygonArea } from "../../src/geometry/polygon.ts";

function near(actual: readonly number[], expected: readonly number[], tolerance = 1e-9): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= tolerance, `${actual} is not ${expected}`);
  });
}

Deno.test("the bounds of points hold them all", () => {
  assert.deepEqual(boundsOf([3, 7, -1, 9, 2, 2]), { x: -1, y: 2, width: 4, height: 7 });
  assert.deepEqual(boundsOf([3, 7]), { x: 3, y: 7, width: 0, height: 0 });
  assert.ok(Number.isNaN(boundsOf([1, 2, NaN, 4]).x));
  assert.ok(!Number.isFinite(boundsOf([]).width));
});

Deno.test("a box turns clockwise about its middle", () => {
  assert.deepEqual(rotatedBox(50, 40, 20, 10, 0), [40, 35, 60, 35, 60, 45, 40, 45]);
  // The upper left corner goes to the upper right.
  assert.deepEqual(rotatedBox(50, 40, 20, 10, 90), [55, 30, 55, 50, 45, 50, 45, 30]);
  assert.deepEqual(rotatedBox(50, 40, 20, 10, -270), rotatedBox(50, 40, 20, 10, 90));
  assert.deepEqual(rotatedBox(50, 40, 20, 10, 180), [60, 45, 40, 45, 40, 35, 60, 35]);
  // dx = −10, dy = −5 with cos = √3/2, sin = 1/2.
  const root = Math.sqrt(3) / 2;
  near(rotatedBox(50, 40, 20, 10, 30).slice(0, 2), [50 - 10 * root + 2.5, 40 - 5 - 5 * root]);
});

Deno.test("a box turns clockwise about its upper left corner", () => {
  assert.deepEqual(rotatedAboutCorner(10, 20, 30, 40, 0), [10, 20, 40, 20, 40, 60, 10, 60]);
  assert.deepEqual(rotatedAboutCorner(10, 20, 30, 40, 90), [10, 20, 10, 50, -30, 50, -30, 20]);
  const root = Math.sqrt(3) / 2;
  near(rotatedAboutCorner(10, 20, 30, 40, 30), [
    ...[10, 20, 10 + 30 * root, 35],
    ...[10 + 30 * root - 20, 35 + 40 * root, -10, 20 + 40 * root],
  ]);
});

Deno.test("an ellipse has a corner every 5°, and turns clockwise", () => {
  const flat = ellipsePolygon(50, 40, 20, 10);
  assert.equal(flat.length, 144);
  assert.deepEqual(flat.slice(0, 2), [70, 40]);
  assert.deepEqual(flat.slice(36, 38), [50, 50]);
  assert.deepEqual(boundsOf(flat), { x: 30, y: 30, width: 40, height: 20 });
  const turned = ellipsePolygon(50, 40, 20, 10, 90);
  assert.deepEqual(turned.slice(0, 2), [50, 60]);
  near(turned.slice(36, 38), [40, 40]);
  // 72 · sin(5°) / 2 instead of π.
  near([polygonArea(ellipsePolygon(5, 6, 20, 10, 33))], [200 * 36 * Math.sin(Math.PI / 36)], 1e-6);
});

Deno.test("a circle has as many corners as LabelMe gives it", () => {
  // π / acos(1 − 1/10) = 6.97; π / acos(1 − 1/100) = 22.19; π / acos(1 − 1/1000) = 70.24.
  const corners = [[0.5, 12], [1, 12], [10, 12], [100, 22], [1000, 70], [NaN, 12], [-3, 12]];
  for (const [r, count] of corners) assert.equal(circlePolygon(50, 40, r).length, 2 * count);
  assert.deepEqual(circlePolygon(50, 40, 100).slice(0, 2), [150, 40]);
  assert.ok(circlePolygon(0, 0, 1e300).length < 5000);
  assert.ok(circlePolygon(0, 0, NaN).every(Number.isNaN));
});

Deno.test("a turned box is found again from its corners, in both directions", () => {
  const place = fc.double({ min: -2000, max: 2000, noNaN: true });
  const side = fc.double({ min: 1, max: 2000, noNaN: true });
  const angle = fc.double({ min: -360, max: 720, noNaN: true });
  fc.assert(fc.property(place, place, side, side, angle, (cx, cy, width, height, degrees) => {
    const points = rotatedBox(cx, cy, width, height, degrees);
    const found = turnedRectangle(points)!;
    near([found.cx, found.cy, found.width, found.height], [cx, cy, width, height], 1e-6);
    const apart = ((found.degrees - degrees) % 360 + 360) % 360;
    assert.ok(Math.min(apart, 360 - apart) < 1e-6);
    assert.ok(found.degrees >= 0 && found.degrees < 360);
    const [ax, ay, bx, by, qx, qy, dx, dy] = points;
    const back = turnedRectangle([ax, ay, dx, dy, qx, qy, bx, by])!;
    near([back.cx, back.cy, back.width, back.height, back.degrees], Object.values(found), 1e-6);
  }));
});

Deno.test("the rectangle of corners is exact where it can be, and may be rounded", () => {
  const level = { cx: 50, cy: 40, width: 20, height: 10, degrees: 0 };
  assert.deepEqual(turnedRectangle([40, 35, 60, 35, 60, 45, 40, 45]), level);
  assert.deepEqual(turnedRectangle([55, 30, 55, 50, 45, 50, 45, 30]), { ...level, degrees: 90 });
  const rounded = rotatedBox(50, 40, 20, 10, 30).map((value) => Math.round(value * 10) / 10);
  near([turnedRectangle(rounded)!.degrees], [30], 0.5);
});

Deno.test("what is no rectangle is not taken for one", () => {
  const others = [
    [],
    [40, 35, 60, 35, 60, 45],
    [40, 35, 60, 35, 60, 45, 40, 45, 30, 40],
    [40, 35, 60, 35, 65, 45, 45, 45],
    [40, 35, 60, 35, 62, 45, 40, 45],
    [40, 35, 60, 45, 60, 35, 40, 45],
    [40, 35, 60, 35, 60, 35, 40, 35],
    [5, 5, 5, 5, 5, 5, 5, 5],
    [40, 35, NaN, 35, 60, 45, 40, 45],
  ];
  for (const points of others) assert.equal(turnedRectangle(points), undefined, String(points));
});
