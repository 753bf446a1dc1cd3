import assert from "node:assert/strict";
import fc from "fast-check";
import { readCocoAnnotation } from "../../src/formats/coco/annotation.ts";
import { IdNumbers } from "../../src/formats/coco/ids.ts";
import { PlainReader } from "../../src/formats/coco/plain.ts";

const encoder = new TextEncoder();
const plain = (text: string) => new PlainReader().read(encoder.encode(text + "\n"), 0);

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
      assert.deepEqual(found.annotation, readCocoAnnotation(parsed, 0, findings));
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
