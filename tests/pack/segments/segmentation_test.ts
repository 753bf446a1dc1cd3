import assert from "node:assert/strict";
import { segmentAt, STEP } from "../../../src/pack/segments/segmentation.ts";
import fc from "../../property.ts";

Deno.test("segments follow each other without gap, each byte in one of them", () => {
  fc.assert(
    fc.property(
      fc.record({ size: fc.integer({ min: 1, max: 1000 }), even: fc.option(fc.integer({ min: 1, max: 9 })) }),
      fc.nat(2_000_000),
      ({ size, even }, position) => {
        const cut = { size, even: even ?? undefined };
        const here = segmentAt(cut, position);
        assert.ok(here.offset <= position && position < here.offset + here.size);
        assert.deepEqual(segmentAt(cut, here.offset), here);
        const next = segmentAt(cut, here.offset + here.size);
        assert.equal(next.index, here.index + 1);
        assert.equal(next.offset, here.offset + here.size);
        assert.ok(even !== null || next.size === size);
      },
    ),
  );
});

Deno.test("10,000 parts hold an object as large as S3 takes, in parts as large as it takes", () => {
  const MiB = 2 ** 20;
  const cut = { size: 8 * MiB, even: 2500 };
  const last = segmentAt(cut, 5 * 2 ** 40 - 1);
  assert.ok(last.index < 10_000);
  assert.ok(last.size <= 5 * 2 ** 30);
  assert.equal(segmentAt(cut, 2500 * 8 * MiB).size, 16 * MiB);
  assert.equal(segmentAt(cut, 2500 * 8 * MiB + STEP * 16 * MiB).size, 32 * MiB);
});
