import assert from "node:assert/strict";
import fc from "../property.ts";
import { readCocoAnnotation } from "../../src/formats/coco/annotation.ts";
import { IdNumbers } from "../../src/formats/coco/ids.ts";
import { PlainReader } from "../../src/formats/coco/plain.ts";
import { PolygonCopier } from "../../src/formats/coco/polygon_copier.ts";
import { PolygonText } from "../../src/model/polygon_text.ts";
import { LineBuffer } from "../../src/text/line_buffer.ts";

const encoder = new TextEncoder();
const plain = (text: string) => new PlainReader().read(encoder.encode(text + "\n"), 0);

/** A coordinate as it is copied. */
const coordinate = fc.tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.nat(7)).map((
  [value, decimals],
) => value.toFixed(decimals));
const blank = fc.constantFrom("", " ", "\n  ");
const polygonsText = fc.array(fc.tuple(blank, fc.array(coordinate, { minLength: 4, maxLength: 9 }), blank), {
  maxLength: 3,
}).map((polygons) =>
  `[${
    polygons.map(([before, list, between]) => `${before}[${list.join(`${between},${before}`)}${between}]`)
  }]`
);

Deno.test("polygons that are copied have the text that their numbers would get", () => {
  const copier = new PolygonCopier();
  let copied = 0;
  fc.assert(
    fc.property(polygonsText, fc.nat(9), (text, start) => {
      const bytes = encoder.encode(" ".repeat(start) + text + ", 5");
      const found = copier.copy(bytes, start);
      const polygons = JSON.parse(text) as number[][];
      if (!found) return;
      copied++;
      const written = new LineBuffer();
      polygons.forEach((polygon, i) => {
        if (i > 0) written.ascii(",");
        written.decimals(polygon);
      });
      assert.equal(found.text(), `[${new TextDecoder().decode(written.written)}]`);
      assert.deepEqual(found.polygons(), polygons);
      assert.equal(copier.end, start + text.length);
      const reaches = (side: number) =>
        Math.max(...polygons.flatMap((polygon) => polygon.filter((_, i) => i % 2 === side)).map(Math.ceil));
      assert.deepEqual([found.right, found.bottom], [reaches(0), reaches(1)]);
    }),
    { numRuns: 5000 },
  );
  assert.ok(copied > 100, `${copied} were copied`);
});

Deno.test("the usual polygons are copied, others are left to the reader of numbers", () => {
  const copied = (text: string) => new PolygonCopier().copy(encoder.encode(text), 0)?.text();
  assert.equal(copied("[[1.50, 2, 30.0, 4, 5, 6.125000]]"), "[[1.5,2,30,4,5,6.125]]");
  for (
    const list of ["1,2,3,4", "1,2,3,4,5", "-1,2,3,4,5,6", "1e2,2,3,4,5,6", "01,2,3,4,5,6", "1.,2,3,4,5,6"]
  ) {
    assert.equal(copied(`[[${list}]]`), undefined);
  }
  for (const text of ["[]", "[[]]", "[1,2,3,4,5,6]", "[[1,2,3,4,5,6]", "[[1,2,3,4,5,6],]", "null"]) {
    assert.equal(copied(text), undefined);
  }
});

/** A number as programs write them. */
const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -20, max: 5000 }).map(String) },
  {
    weight: 20,
    arbitrary: fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.nat(9)).map(([value, digits]) =>
      (value / 7).toFixed(digits)
    ),
  },
  {
    weight: 2,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-6, max: 1e6 }).map(String),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("0", "-0", "0.30000000000000004", "123456789012345678", "0.000001"),
  },
  { weight: 1, arbitrary: fc.constantFrom("1e3", "1.5E-3", "00", "01.5", "1.", "-", ".5", "null") },
);
const numbers = (most: number) => fc.array(number, { maxLength: most }).map((list) => `[${list.join(", ")}]`);
const value: Record<string, fc.Arbitrary<string>> = {
  id: fc.oneof(number, fc.constant('"7"')),
  image_id: number,
  category_id: fc.nat(99).map(String),
  bbox: fc.oneof({
    weight: 9,
    arbitrary: fc.tuple(number, number, number, number).map((list) => `[${list.join(",")}]`),
  }, numbers(5)),
  area: number,
  iscrowd: fc.constantFrom("0", "1", "true", "2"),
  segmentation: fc.oneof(
    fc.array(numbers(8), { maxLength: 3 }).map((list) => `[${list.join(",")}]`),
    numbers(6),
    fc.constantFrom("[]", "[[]]", "null", '{"size":[2,2],"counts":"04"}'),
  ),
  keypoints: numbers(6),
  num_keypoints: number,
  score: number,
};
const record = fc.shuffledSubarray(Object.keys(value), { minLength: 4 }).chain((keys) =>
  fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), fc.constantFrom("", " ", "\n\t"), value[key])))
).map((fields) =>
  `{${fields.map(([key, blank, text]) => `${blank}"${key}"${blank}:${blank}${text}${blank}`).join(",")}}`
);

Deno.test("what is read from bytes is what JSON.parse and the reader of any record make of it", () => {
  let read = 0;
  fc.assert(
    fc.property(record, (text) => {
      const found = plain(text);
      if (!found) return;
      read++;
      const parsed = JSON.parse(text) as Record<string, unknown>;
      const findings = { asText: false };
      const { segmentation: drawn, ...annotation } = found.annotation;
      const polygons = drawn instanceof PolygonText ? drawn.polygons() : drawn;
      assert.deepEqual(
        { ...annotation, ...polygons && { segmentation: polygons } },
        readCocoAnnotation(parsed, 0, findings),
      );
      assert.deepEqual([found.category, found.end], [parsed.category_id ?? NaN, text.length]);
      assert.equal(findings.asText, false);
    }),
    { numRuns: 5000 },
  );
  assert.ok(read > 100, `${read} records were plain`);
});

Deno.test("any bytes are read or left to the reader of any record", () => {
  const bytes = encoder.encode(
    '{"segmentation": [[1.5, 2, 3, 4, 5, 6.25]],"area": 7.5,"iscrowd": 0,"image_id": 1,"bbox": [1, 2, 3, 4],"category_id": 3,"id": 9}\n',
  );
  assert.ok(new PlainReader().read(bytes, 0));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 5 }), (changes) => {
      const copy = bytes.slice();
      for (const [at, byte] of changes) copy[at] = byte;
      const found = new PlainReader().read(copy, 0);
      // What is read must be JSON, or a damaged record would come through unnoticed.
      if (found) JSON.parse(new TextDecoder().decode(copy.subarray(0, found.end)));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("ids get numbers in the order they are met, whatever they look like", () => {
  const id = fc.oneof(
    fc.nat(20),
    fc.nat(2 ** 25),
    fc.double(),
    fc.string(),
    fc.constantFrom(65535, 65536, 2 ** 24),
  );
  fc.assert(fc.property(fc.array(id), (ids) => {
    const numbers = new IdNumbers();
    const known = new Map<unknown, number>();
    for (const each of ids) {
      assert.equal(numbers.find(each), known.get(each));
      if (!known.has(each)) known.set(each, known.size);
      assert.equal(numbers.of(each), known.get(each));
    }
    assert.equal(numbers.ids.length, known.size);
  }));
});
