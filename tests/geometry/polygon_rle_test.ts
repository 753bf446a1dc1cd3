import assert from "node:assert/strict";
import fc from "../property.ts";
import { evenOddToRle, polygonsToRle, ringsToRle } from "../../src/geometry/polygon_rle.ts";
import { decodeCounts, rleToMask } from "../../src/geometry/rle.ts";
import type { MaskShape } from "../../src/geometry/mask.ts";
import { python, runOk, testWith } from "../tools.ts";

/** Polygons on an image of 100×80, drawn with pycocotools 2.0.11. */
const vectors: { name: string; polygon: number[]; text: string; box: number[]; area: number }[] = [
  { name: "square", polygon: [1, 1, 4, 1, 4, 3, 1, 3], text: "a22^2000o_7", box: [1, 1, 3, 2], area: 6 },
  { name: "other way", polygon: [1, 3, 4, 3, 4, 1, 1, 1], text: "a22^2000o_7", box: [1, 1, 3, 2], area: 6 },
  { name: "triangle", polygon: [1, 1, 4, 1, 1, 4], text: "a22^2O`b7", box: [1, 1, 2, 2], area: 3 },
  {
    name: "square off the grid",
    polygon: [10, 10, 20.4, 10, 20.4, 20.4, 10, 20.4],
    text: "Zi0:V200000000000000000fW6",
    box: [10, 10, 10, 10],
    area: 100,
  },
  {
    name: "diamond",
    polygon: [50, 20, 60, 30, 50, 40, 40, 30],
    text: "mT31^22N2N2N2N2N2N2N2N2O01N2N2N2N2N2N2N2N2NTS3",
    box: [40, 20, 20, 19],
    area: 200,
  },
  {
    name: "L",
    polygon: [50, 20, 80, 20, 80, 40, 70, 40, 70, 60, 50, 60],
    text: "dm3X1X100000000000000000000000000000000000000\\Od000000000000000000\\a1",
    box: [50, 20, 30, 40],
    area: 1000,
  },
  {
    name: "partly outside",
    polygon: [-5, -5, 10, -5, 10, 10, -5, 10],
    text: "0:V200000000000000000PQ7",
    box: [0, 0, 10, 10],
    area: 100,
  },
];

for (const { name, polygon, text, box: [x, y, width, height], area } of vectors) {
  Deno.test(`polygon as pycocotools draws it: ${name}`, () => {
    const shape = { segmentation: { size: [80, 100], counts: text }, x, y, width, height, area };
    assert.deepEqual(polygonsToRle([polygon], 100, 80), shape);
  });
}

const rectangle = (x: number, y: number, width: number, height: number) => [
  ...[x, y, x + width, y],
  ...[x + width, y + height, x, y + height],
];
const area = (mask: MaskShape | undefined) => mask?.area;

Deno.test("polygons of one object are joined, holes are taken out, even-odd takes turns", () => {
  const outer = rectangle(10, 10, 20, 20);
  const inner = rectangle(15, 15, 10, 10);
  const across = rectangle(20, 15, 20, 10);
  assert.equal(area(polygonsToRle([outer, inner], 100, 80)), 400);
  assert.equal(area(polygonsToRle([outer, across], 100, 80)), 500);
  assert.equal(area(ringsToRle(outer, [], 100, 80)), 400);
  assert.equal(area(ringsToRle(outer, [inner], 100, 80)), 300);
  // Holes may overlap each other and stick out: of the second, 10 × 10 lie inside and half of those in the first.
  assert.equal(area(ringsToRle(outer, [inner, across], 100, 80)), 250);
  assert.equal(ringsToRle(inner, [outer], 100, 80), undefined);
  assert.equal(area(evenOddToRle([outer, inner], 100, 80)), 300);
  assert.equal(area(evenOddToRle([outer, inner, rectangle(18, 18, 2, 2)], 100, 80)), 304);
  assert.equal(evenOddToRle([outer, outer], 100, 80), undefined);
});

Deno.test("what has no area, lies outside or is damaged gives no mask", () => {
  const none = [
    [],
    [[]],
    [[5, 5]],
    [[5, 5, 9, 5, 5, 5]],
    [rectangle(200, 10, 20, 20)],
    [rectangle(10, -50, 20, 20)],
    [[0, 0, 10, 0, NaN, 10]],
    [[0, 0, 10, 0, Infinity, 10]],
    [rectangle(0, 0, 1e12, 10)],
    [rectangle(0, 0, 10, 10), [0, 0, 1001, 0, 0, 9]],
  ];
  for (const polygons of none) {
    assert.equal(polygonsToRle(polygons, 100, 80), undefined);
    assert.equal(evenOddToRle(polygons, 100, 80), undefined);
    assert.equal(ringsToRle(polygons[0] ?? [], polygons.slice(1), 100, 80), undefined);
  }
});

Deno.test("joining masks does to each pixel what its name says", () => {
  const corner = fc.integer({ min: -40, max: 160 }).map((value) => value / 4);
  const ring = fc.array(corner, { minLength: 6, maxLength: 12 });
  const [width, height] = [23, 17];
  const pixels = (mask: MaskShape | undefined) =>
    mask
      ? [...rleToMask(decodeCounts(mask.segmentation.counts as string)!, width, height)]
      : Array<number>(width * height).fill(0);
  fc.assert(fc.property(fc.array(ring, { minLength: 1, maxLength: 5 }), (rings) => {
    const each = rings.map((points) => pixels(polygonsToRle([points], width, height)));
    const hits = each[0].map((_, i) => each.map((mask) => mask[i]));
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    assert.deepEqual(
      pixels(polygonsToRle(rings, width, height)),
      hits.map((values) => Math.min(1, sum(values))),
    );
    assert.deepEqual(pixels(evenOddToRle(rings, width, height)), hits.map((values) => sum(values) % 2));
    const [exterior, ...holes] = rings;
    const left = hits.map(([first, ...others]) => first === 1 && sum(others) === 0 ? 1 : 0);
    assert.deepEqual(pixels(ringsToRle(exterior, holes, width, height)), left);
  }));
});

/** Draws groups of polygons with pycocotools; for each `[counts, box, area]`. */
const DRAW = `
import json, sys
from pycocotools import mask
drawn = []
for polygons, width, height in json.load(sys.stdin):
    rle = mask.merge(mask.frPyObjects(polygons, height, width))
    drawn.append([rle["counts"].decode(), mask.toBbox(rle).tolist(), int(mask.area(rle))])
json.dump(drawn, sys.stdout)
`;

testWith(["python:pycocotools"], "2000 groups of polygons, to the bit like pycocotools", () => {
  const side = fc.integer({ min: 1, max: 120 });
  const value = fc.oneof(
    fc.double({ min: -20, max: 140, noNaN: true }),
    fc.integer({ min: -20, max: 140 }),
    fc.integer({ min: -100, max: 700 }).map((fifths) => fifths / 5),
    fc.constantFrom(-9, 0, 0.5, 3, 3.1),
  );
  // Three corners are the fewest that pycocotools takes for a polygon; corners may coincide.
  const polygon = fc.array(fc.tuple(value, value), { minLength: 3, maxLength: 9 }).map((points) =>
    points.flat()
  );
  const group = fc.tuple(fc.array(polygon, { minLength: 1, maxLength: 3 }), side, side)
    .filter(([polygons, width, height]) =>
      polygons.flat().every((v) => Math.abs(v) <= 10 * Math.max(width, height))
    );
  const groups = fc.sample(group, 2000);
  const drawn = JSON.parse(runOk([python, "-c", DRAW], { input: JSON.stringify(groups) }));
  groups.forEach(([polygons, width, height], i) => {
    const mask = polygonsToRle(polygons, width, height);
    const [counts, box, area] = drawn[i];
    const found = mask && [mask.segmentation.counts, [mask.x, mask.y, mask.width, mask.height], mask.area];
    assert.deepEqual(found, area === 0 ? undefined : [counts, box, area], JSON.stringify(groups[i]));
  });
});
