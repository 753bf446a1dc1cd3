import assert from "node:assert/strict";
import fc from "../property.ts";
import { LineBuffer } from "../../src/text/line_buffer.ts";

const written = (write: (out: LineBuffer) => void) => {
  const out = new LineBuffer(1);
  write(out);
  return new TextDecoder().decode(out.written);
};

Deno.test("integers are written as JSON would write them, up to 2^53 - 1", () => {
  for (const n of [0, 9, 10, 99, 100, 999999999, 1e9, 1e9 + 1, 4294967296, 1e15, Number.MAX_SAFE_INTEGER]) {
    assert.equal(written((out) => out.integer(n)), String(n));
  }
  fc.assert(fc.property(fc.maxSafeNat(), (n) => assert.equal(written((out) => out.integer(n)), String(n))));
});

Deno.test("decimals have at most 6 digits after the point and no trailing zeros", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [0.5, "0.5"],
    [312.49984, "312.49984"],
    [0.1 + 0.2, "0.3"],
    [199.84000000000003, "199.84"],
    [0.9999999, "1"],
    [1e-7, "0"],
    [-1e-7, "0"],
    [-12.25, "-12.25"],
    [100.000001, "100.000001"],
    [1e9, "1000000000"],
    [1e21, "1000000000000000000000"],
  ];
  for (const [value, text] of cases) assert.equal(written((out) => out.decimal(value)), text);
});

Deno.test("a decimal read back is within half of the last digit", () => {
  fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
    const text = written((out) => out.decimal(value));
    assert.match(text, /^-?\d+(\.\d{0,5}[1-9])?$/);
    assert.ok(Math.abs(Number(text) - value) <= 5.0001e-7);
  }));
});

Deno.test("strings are JSON literals whatever they hold", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(JSON.parse(written((out) => out.string(text))), text);
  }));
});

Deno.test("hex digits are lower case and padded", () => {
  assert.equal(written((out) => out.hex32(0xcbf43926)), "cbf43926");
  assert.equal(written((out) => out.hex32(0xf)), "0000000f");
});

Deno.test("a list of decimals is written as each of them alone", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: -200_000, max: 12_000_000 }).map((hundredths) => hundredths / 100),
    fc.tuple(fc.nat(12_000), fc.integer({ min: -9, max: 9 })).map(([value, off]) => value / 100 + off * 1e-7),
    fc.constantFrom(-0, 0.995, 0.999996, 99_999.995, 99_999.999, 1e5),
  );
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const alone = values.map((each) => written((out) => out.decimal(each)));
      assert.equal(written((out) => out.decimals(values)), `[${alone.join(",")}]`);
    }),
    { numRuns: 1000 },
  );
});
