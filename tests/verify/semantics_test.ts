import assert from "node:assert/strict";
import { verify } from "../../src/verify/verify.ts";
import { makeSet, noise, type Picture, type SetOptions } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";

/** A picture of 64×48 px. */
const picture = (changes: Partial<Picture> = {}): Picture => ({
  name: "a.jpg",
  data: noise(100, 1),
  ...changes,
});

// All digests of these sets are right: only what the records say is wrong.
const CASES: [string, Picture[], SetOptions, string, RegExp][] = [
  [
    "a box that reaches over the right edge",
    [picture({ boxes: [[1, 60, 0, 5, 5]] })],
    {},
    "annotation-geometry",
    /has bbox \[60,0,5,5\] outside its image of 64×48 px/,
  ],
  [
    "a box left of the image",
    [picture({ boxes: [[1, -1, 0, 5, 5]] })],
    {},
    "annotation-geometry",
    /outside its image/,
  ],
  [
    "a box in the size before rotation",
    [picture({ orientation: 8, boxes: [[1, 0, 0, 64, 48]] })],
    {},
    "annotation-geometry",
    /outside its image of 48×64 px/,
  ],
  ["an empty box", [picture({ boxes: [[1, 5, 5, 0, 5]] })], {}, "annotation-geometry", /an empty bbox/],
  [
    "no area",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { area: 0 } })],
    {},
    "annotation-geometry",
    /has area 0/,
  ],
  [
    "an area that is text",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { area: "9" } })],
    {},
    "annotation-geometry",
    /has area "9"/,
  ],
  [
    "iscrowd 2",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { iscrowd: 2 } })],
    {},
    "annotation-geometry",
    /has iscrowd 2/,
  ],
  [
    "a polygon of two points",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { segmentation: [[1, 2, 3, 4]] } })],
    {},
    "annotation-geometry",
    /not at least 3 points/,
  ],
  [
    "a polygon of seven values",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { segmentation: [[1, 2, 3, 4, 5, 6, 7]] } })],
    {},
    "annotation-geometry",
    /not at least 3 points/,
  ],
  [
    "a mask of another size",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { segmentation: { size: [64, 48], counts: [3072] } } })],
    {},
    "annotation-geometry",
    /wrong mask/,
  ],
  [
    "a mask that is not filled",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { segmentation: { size: [48, 64], counts: [3071] } } })],
    {},
    "annotation-geometry",
    /wrong mask/,
  ],
  [
    "keypoints that are no triples",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { keypoints: [1, 2] } })],
    {},
    "annotation-geometry",
    /not triples/,
  ],
  [
    "a wrong count of keypoints",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { keypoints: [1, 2, 2, 0, 0, 0], num_keypoints: 2 } })],
    {},
    "annotation-geometry",
    /1 keypoints are labelled/,
  ],
  [
    "a category that is not there",
    [picture({ boxes: [[3, 5, 5, 2, 5]] })],
    {},
    "annotation-reference",
    /has category_id 3, there are 2 categories/,
  ],
  [
    "a missing id",
    [picture({ boxes: [[1, 5, 5, 2, 5]], extra: { id: 2 } })],
    {},
    "annotation-order",
    /id 2 .* should be 1/,
  ],
  ["two classes of one name", [picture()], { classes: ["cat", "cat"] }, "category", /which another has too/],
  [
    "names that do not ascend",
    [picture({ name: "b.jpg" }), picture()],
    {},
    "frame-order",
    /does not sort after/,
  ],
  ["the same name twice", [picture(), picture()], {}, "frame-order", /does not sort after/],
  ["a name that leads out", [picture({ name: "../a.jpg" })], {}, "frame-name", /not a plain path/],
];

for (const [what, pictures, options, code, message] of CASES) {
  Deno.test(`a set whose digests are right but that has ${what} is not sound`, async () => {
    using dir = tempDir();
    makeSet(dir.path, pictures, options);
    const { problems } = await verify(dir.path);
    assert.deepEqual(problems.map((problem) => problem.code), [code]);
    assert.match(problems[0].message, message);
  });
}

Deno.test("masks, polygons, keypoints, attributes and numbers with exponents are sound", async () => {
  using dir = tempDir();
  const boxes: Picture["boxes"] = [[1, 0.000001, 1e-7, 63.999999, 48]];
  const extras = [
    { segmentation: [[1, 2, 3.5, 4, 5, 6.25], [0, 0, 1, 0, 1, 1, 0, 1]] },
    // 10 pixels of background, 3,062 of the object: 64 · 48 in all.
    { segmentation: { size: [48, 64], counts: [10, 3062] } },
    { keypoints: [1, 2, 2, 0, 0, 0], num_keypoints: 1, attributes: { 'a"b': [1, { c: null }], d: "é\\" } },
    { attributes: { score: 1e-9 } },
  ];
  makeSet(dir.path, extras.map((extra, i) => picture({ name: `${i}.jpg`, boxes, extra })));
  assert.deepEqual((await verify(dir.path)).problems, []);
});

Deno.test("of many problems 100 are kept and all are counted", async () => {
  using dir = tempDir();
  const boxes = Array.from({ length: 250 }, (): [number, number, number, number, number] => [1, 60, 0, 5, 5]);
  makeSet(dir.path, [picture({ boxes })]);
  const report = await verify(dir.path);
  assert.equal(report.problems.length, 100);
  assert.equal(report.problemCount, 250);
  assert.deepEqual(report.counts, { "annotation-geometry": 250 });
});

Deno.test("a signal ends a verification, with and without workers", async () => {
  using dir = tempDir();
  makeSet(dir.path, [picture()]);
  for (const workers of [1, 2]) {
    const controller = new AbortController();
    const options = { workers, signal: controller.signal, onProgress: () => controller.abort() };
    await assert.rejects(verify(dir.path, options), { exitCode: 130 });
  }
});
