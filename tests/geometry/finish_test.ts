import assert from "node:assert/strict";
import fc from "../property.ts";
import { finish } from "../../src/geometry/finish.ts";
import type { CocoAnnotation } from "../../src/model/annotation.ts";
import type { Annotation, ParsedLabels, Segmentation } from "../../src/model/annotation.ts";
import { type ImageHeader, uprightSize } from "../../src/model/frame.ts";
import type { Issue } from "../../src/model/issue.ts";
import { writeAnnotationBody } from "../../src/coco/lines.ts";
import { PLAIN_POLICY } from "../../src/model/label_policy.ts";
import { PolygonText } from "../../src/model/polygon_text.ts";
import { LineBuffer } from "../../src/text/line_buffer.ts";
import { catalogue } from "../../src/model/catalogue.ts";

type Told = Omit<Issue, "path">;
const image: ImageHeader = { codec: "jpeg", width: 100, height: 80, orientation: 1 };

function box(
  x: number,
  y: number,
  width: number,
  height: number,
  more: Partial<Annotation> = {},
): Annotation {
  return { category: 0, x, y, width, height, ...more };
}

function run(annotations: Annotation[], header = image, declared: Partial<ParsedLabels> = {}) {
  const issues: Told[] = [];
  const finished = finish({ annotations, ...declared }, header, (issue) => issues.push(issue));
  return { finished, issues, codes: issues.map(({ code }) => code) };
}

const bbox = ({ x, y, width, height }: CocoAnnotation) => [x, y, width, height];

Deno.test("a box inside the image goes through unchanged", () => {
  const { finished, issues } = run([
    box(10.1, 20.2, 30.3, 40.4, { category: 3, attributes: { difficult: 1 } }),
  ]);
  assert.deepEqual(finished, [{
    category: 3,
    x: 10.1,
    y: 20.2,
    width: 30.3,
    height: 40.4,
    area: 30.3 * 40.4,
    iscrowd: 0,
    segmentation: undefined,
    keypoints: undefined,
    attributes: { difficult: 1 },
  }]);
  assert.deepEqual(issues, []);
  assert.equal(run([box(1, 1, 2, 2, { attributes: {} })]).finished[0].attributes, undefined);
  assert.deepEqual(run([]).finished, []);
});

Deno.test("a box is clipped to the image; only what rounding does not explain is told", () => {
  // FORMATS samples, yolo_out_of_range: "0.95 0.5 0.2 0.2" and "1.5 0.5 0.2 0.2" on 100×80.
  const { finished, codes, issues } = run([
    box(85, 32, 20, 16, { line: 1 }),
    box(140, 32, 20, 16, { line: 2 }),
  ]);
  assert.deepEqual(finished.map(bbox), [[85, 32, 15, 16]]);
  assert.equal(finished[0].area, 240);
  assert.deepEqual(codes, ["annotation-mostly-outside", "annotation-outside"]);
  assert.match(issues[0].message, /25 % of the box x 85, y 32, width 20, height 16/);
  assert.deepEqual(issues.map(({ line, severity, record }) => [line, severity, record]), [
    [1, "warning", undefined],
    [2, "reject", "annotation"],
  ]);

  assert.deepEqual(run([box(-0.5, 0, 50, 50)]).codes, []);
  assert.deepEqual(run([box(-0.6, 0, 50, 50)]).codes, ["annotation-clipped"]);
  assert.deepEqual(bbox(run([box(-0.6, -1, 50, 82)]).finished[0]), [0, 0, 49.4, 80]);
  assert.deepEqual(run([box(100, 0, 5, 5)]).codes, ["annotation-outside"]);
  assert.deepEqual(run([box(-5, 0, 5, 5)]).codes, ["annotation-outside"]);
});

Deno.test("what cannot be a box is rejected, each with its own code", () => {
  const cases: [Annotation, string][] = [
    [box(NaN, 0, 5, 5), "annotation-not-finite"],
    [box(0, 0, Infinity, 5), "annotation-not-finite"],
    [box(0, 0, 5, 0), "annotation-empty"],
    [box(0, 0, -5, 5), "annotation-empty"],
    [box(0, 0, 1e-9, 5), "annotation-empty"],
    [box(0, 1001, 5, 5), "annotation-out-of-bounds"],
    [box(0, 0, 5, 2e6), "annotation-out-of-bounds"],
    [box(0, 0, 5, 5, { segmentation: [[0, 0, 5, 0, NaN, 5]] }), "annotation-not-finite"],
    [box(0, 0, 5, 5, { segmentation: [[0, 0, 5, 0, 1e9, 5]] }), "annotation-out-of-bounds"],
  ];
  for (const [annotation, code] of cases) {
    const { finished, issues } = run([{ ...annotation, line: 7 }, box(1, 2, 3, 4)]);
    assert.deepEqual(finished.map(bbox), [[1, 2, 3, 4]]);
    assert.deepEqual(issues.map((issue) => [issue.code, issue.severity, issue.record, issue.line]), [
      [code, "reject", "annotation", 7],
    ]);
  }
});

Deno.test("of exact duplicates the first stays, among few and among many", () => {
  for (const count of [1, 10, 100]) {
    const boxes = Array.from({ length: count }, (_, i) => box(i % 10, Math.floor(i / 10), 20, 20));
    const { finished, codes } = run([...boxes, ...boxes, box(0, 0, 20, 20, { category: 1 })]);
    assert.equal(finished.length, count + 1);
    assert.deepEqual(codes, Array(count).fill("duplicate-annotation"));
  }
  const polygon = (points: number[]) => box(0, 0, 9, 9, { segmentation: [points] });
  const { finished } = run([
    polygon([0, 0, 9, 0, 9, 9]),
    polygon([0, 0, 9, 0, 0, 9]),
    polygon([0, 0, 9, 0, 9, 9]),
  ]);
  assert.equal(finished.length, 2);
});

Deno.test("ten thousand boxes on an image take no ten thousand times ten thousand steps", () => {
  const boxes = Array.from({ length: 10_000 }, (_, i) => box(i % 90, i % 70, 1 + i % 7, 1 + i / 10_000));
  assert.equal(run([...boxes, ...boxes]).finished.length, 10_000);
});

Deno.test("the area is the source's, else the outline's, else the box's", () => {
  const triangle = [[1, 1, 4, 1, 1, 4]];
  const area = (annotation: Annotation) => run([annotation]).finished[0].area;
  assert.equal(area(box(1, 1, 3, 3, { area: 3, segmentation: triangle })), 3);
  assert.equal(area(box(1, 1, 3, 3, { segmentation: triangle })), 4.5);
  assert.equal(area(box(1, 1, 3, 3, { segmentation: [...triangle, [4, 4, 4, 2, 2, 4]] })), 6.5);
  assert.equal(area(box(0, 0, 1, 2, { segmentation: { size: [80, 100], counts: [0, 2, 7998] } })), 2);
  for (const bad of [0, -5, NaN, Infinity]) assert.equal(area(box(1, 1, 3, 3, { area: bad })), 9);
  // Clipped: the source's figure is no longer true.
  assert.equal(area(box(95, 0, 6, 10, { area: 60 })), 50);
  // Six decimals would turn it into 0, which COCO does not allow.
  assert.equal(area(box(0, 0, 1e-5, 1e-5)), 1e-6);
});

Deno.test("polygons are clipped to the image point by point", () => {
  const { finished, codes } = run([
    box(90, 10, 10, 10, { segmentation: [[90, 10, 110, 10, 110, 20, 90, 20]] }),
  ]);
  assert.deepEqual(finished[0].segmentation, [[90, 10, 100, 10, 100, 20, 90, 20]]);
  assert.equal(finished[0].area, 100);
  assert.deepEqual(codes, []);
  const outside = run([box(90, 10, 10, 10, { segmentation: [[110, 10, 120, 10, 120, 20]] })]);
  assert.equal(outside.finished[0].segmentation, undefined);
  assert.deepEqual(outside.codes, ["segmentation-invalid"]);
});

Deno.test("segmentations no reader accepts are left out, and their box is kept", () => {
  // FORMATS samples, coco_bad_polygons, in its order.
  const cases: [unknown, Segmentation | undefined, number][] = [
    [[[1, 1, 4, 3]], undefined, 1],
    [[[]], undefined, 1],
    [[], undefined, 0],
    [[[1, 1, 4, 1, 4, 3, 1]], undefined, 1],
    [{ size: [80, 100], counts: [10, 5] }, undefined, 1],
    [{ size: [80, 100], counts: [10, 5, 9000] }, undefined, 1],
    [null, undefined, 0],
    [[1, 1, 4, 1, 4, 3], [[1, 1, 4, 1, 4, 3]], 0],
    [[[1, 1, 4, 1, 4, 3], [1, 1]], [[1, 1, 4, 1, 4, 3]], 1],
    ["724000g0", undefined, 1],
    [{}, undefined, 1],
  ];
  for (const [source, expected, problems] of cases) {
    const { finished, codes } = run([box(1, 1, 3, 2, { area: 6, segmentation: source as Segmentation })]);
    assert.deepEqual(finished[0].segmentation, expected, JSON.stringify(source));
    assert.deepEqual(bbox(finished[0]), [1, 1, 3, 2]);
    assert.equal(finished[0].area, 6);
    assert.deepEqual(codes, Array(problems).fill("segmentation-invalid"), JSON.stringify(source));
  }
});

Deno.test("a valid mask goes through in the form it came, without foreign keys", () => {
  const masks = [{ size: [80, 100], counts: "U:2^200O\\X7" }, {
    size: [80, 100],
    counts: [325, 2, 78, 2, 78, 1, 7514],
  }];
  for (const mask of masks) {
    const segmentation = { ...mask, extra: 1 } as unknown as Segmentation;
    const { finished, issues } = run([box(4, 5, 3, 2, { segmentation, iscrowd: 1 })]);
    assert.deepEqual(finished[0].segmentation, mask);
    assert.equal(finished[0].area, 5);
    assert.equal(finished[0].iscrowd, 1);
    assert.deepEqual(issues, []);
  }
});

const turned: ImageHeader = { codec: "jpeg", width: 80, height: 100, orientation: 6 };

Deno.test("labels that declare the stored size are turned upright with everything they have", () => {
  const mask = new Uint8Array(8000);
  mask[20 * 100 + 60] = 1; // column 20, row 60 of the stored 80×100 matrix
  const { finished, issues } = run(
    [
      box(20, 60, 40, 30, {
        segmentation: [[20, 60, 60, 60, 60, 90, 20, 90]],
        keypoints: [20, 60, 2, 0, 0, 0],
      }),
      box(20, 60, 1, 1, { segmentation: { size: [100, 80], counts: [2060, 1, 5939] } }),
    ],
    turned,
    { declaredWidth: 80, declaredHeight: 100 },
  );
  // Orientation 6: (x, y) goes to (100 − y, x).
  assert.deepEqual(bbox(finished[0]), [10, 20, 30, 40]);
  assert.deepEqual(finished[0].segmentation, [[40, 20, 40, 60, 10, 60, 10, 20]]);
  assert.deepEqual(finished[0].keypoints, [40, 20, 2, 0, 0, 0]);
  assert.equal(finished[0].area, 1200);
  assert.deepEqual(bbox(finished[1]), [39, 20, 1, 1]);
  // Column 39, row 20 of the upright 100×80 matrix; the text is from pycocotools.
  const { segmentation } = finished[1];
  assert.deepEqual((segmentation as { size: unknown }).size, [80, 100]);
  assert.equal((segmentation as { counts: unknown }).counts, "TR31kg4");
  assert.deepEqual(issues, []);
});

Deno.test("which frame labels were drawn in follows from the size they declare", () => {
  const square: ImageHeader = { ...turned, width: 90, height: 90 };
  const mirrored: ImageHeader = { ...image, orientation: 3 };
  const cases: [string, ImageHeader, [number, number] | undefined, number[], string[]][] = [
    ["upright", turned, [100, 80], [10, 20, 30, 40], []],
    ["not declared", turned, undefined, [10, 20, 30, 40], ["exif-assumed-upright"]],
    ["declared as 0×0", turned, [0, 0], [10, 20, 30, 40], ["exif-assumed-upright"]],
    ["square", square, [90, 90], [10, 20, 30, 40], ["exif-assumed-upright"]],
    ["upside down: the sizes are the same", mirrored, [100, 80], [10, 20, 30, 40], ["exif-assumed-upright"]],
    ["neither", turned, [640, 480], [10, 20, 30, 40], ["size-mismatch"]],
    ["neither, without EXIF", image, [640, 480], [10, 20, 30, 40], ["size-mismatch"]],
    ["swapped, without EXIF", image, [80, 100], [10, 20, 30, 40], ["size-mismatch"]],
    ["as it is, without EXIF", image, [100, 80], [10, 20, 30, 40], []],
  ];
  for (const [name, header, declared, expected, codes] of cases) {
    const sizes = declared ? { declaredWidth: declared[0], declaredHeight: declared[1] } : {};
    const result = run([box(10, 20, 30, 40)], header, sizes);
    assert.deepEqual(bbox(result.finished[0]), expected, name);
    assert.deepEqual(result.codes, codes, name);
  }
});

Deno.test("keypoints that are no triples or lie far away are left out", () => {
  const keypoints = (points: unknown) => run([box(1, 1, 5, 5, { keypoints: points as number[] })]);
  assert.deepEqual(keypoints([1, 2, 2, 0, 0, 0]).finished[0].keypoints, [1, 2, 2, 0, 0, 0]);
  for (const bad of [[1, 2], [NaN, 1, 2], [1e7, 1, 2], "abc", {}]) {
    const { finished, codes } = keypoints(bad);
    assert.equal(finished[0].keypoints, undefined);
    assert.deepEqual(codes, ["keypoints-invalid"]);
  }
});

Deno.test("whatever comes in, what goes out lies inside the image, and every issue is in the catalogue", () => {
  const number = fc.oneof(
    fc.double({ min: -150, max: 150, noNaN: true }),
    fc.double(),
    fc.integer({ min: -5, max: 120 }),
  );
  const annotation = fc.record({
    category: fc.nat(2),
    x: number,
    y: number,
    width: number,
    height: number,
    segmentation: fc.option(
      fc.oneof(
        fc.array(fc.array(number, { maxLength: 9 }), { maxLength: 3 }),
        fc.record({ size: fc.constant([80, 100]), counts: fc.oneof(fc.string(), fc.array(number)) }),
        fc.jsonValue(),
      ),
      { nil: undefined },
    ),
    keypoints: fc.option(fc.array(number, { maxLength: 7 }), { nil: undefined }),
    area: fc.option(number, { nil: undefined }),
  });
  const header = fc.record({
    codec: fc.constant("png"),
    width: fc.constantFrom(100, 80),
    height: fc.constantFrom(100, 80),
    orientation: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(fc.array(annotation, { maxLength: 40 }), header, (annotations, header) => {
      const { width, height } = uprightSize(header);
      const sizes = { declaredWidth: header.width, declaredHeight: header.height };
      const { finished, issues } = run(annotations as unknown as Annotation[], header, sizes);
      const rejects = issues.filter(({ severity }) => severity === "reject");
      assert.equal(finished.length + rejects.length, annotations.length);
      for (const { code } of issues) assert.ok(code in catalogue, code);
      for (const { x, y, width: w, height: h, area, segmentation } of finished) {
        assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && area > 0);
        assert.ok(x + w <= width + 1e-9 && y + h <= height + 1e-9);
        if (!Array.isArray(segmentation)) continue;
        for (const polygon of segmentation) {
          assert.ok(polygon.length >= 6 && polygon.length % 2 === 0);
          polygon.forEach((value, i) => assert.ok(value >= 0 && value <= (i % 2 === 0 ? width : height)));
        }
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("polygons that are text become the lines that their numbers become", () => {
  const encoder = new TextEncoder();
  const coordinate = fc.nat(11_000).map((value) => value / 100);
  const polygon = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 5 }).map((points) =>
    points.flat()
  );
  const asText = (polygons: number[][]) => {
    const bytes = encoder.encode(`..${JSON.stringify(polygons)}.`);
    const most = (side: number) =>
      Math.max(...polygons.flatMap((list) => list.filter((_, i) => i % 2 === side).map(Math.ceil)));
    return new PolygonText(bytes, 2, bytes.length - 1, most(0), most(1));
  };
  const object = fc.record({
    x: fc.nat(90),
    area: fc.constantFrom(undefined, 0, 12.5),
    polygons: fc.array(polygon, { minLength: 1, maxLength: 3 }),
    twice: fc.boolean(),
  });
  const policy = fc.record({ maskArea: fc.boolean(), outlineBoxes: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(object, { maxLength: 5 }),
      fc.constantFrom(1, 3, 6),
      policy,
      (objects, orientation, how) => {
        const lines = (segmentation: (polygons: number[][]) => Annotation["segmentation"]) => {
          const out = new LineBuffer();
          const told: Told[] = [];
          const annotations = objects.flatMap(({ x, area, polygons, twice }) =>
            Array.from(
              { length: twice ? 2 : 1 },
              () => box(x, 5, 20, 30, { area, segmentation: segmentation(polygons) }),
            )
          );
          const parsed = { annotations, declaredWidth: 100, declaredHeight: 80 };
          const header = { ...image, orientation };
          for (
            const each of finish(parsed, header, (issue) => told.push(issue), { ...PLAIN_POLICY, ...how })
          ) {
            writeAnnotationBody(out, each);
          }
          return [new TextDecoder().decode(out.written), told];
        };
        assert.deepEqual(lines(asText), lines((polygons) => polygons));
      },
    ),
  );
});
