import assert from "node:assert/strict";
import fc from "../property.ts";
import { ReadAhead } from "../../src/extract/read_ahead.ts";
import type { FrameRecord } from "../../src/model/frame.ts";

const MiB = 2 ** 20;
const record = (index: number, size: number) => ({ index, size }) as FrameRecord;

Deno.test("every image that is asked for is the right one, in whatever order and however few are", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 10 * MiB }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.boolean(),
      async (sizes, picks, inOrder) => {
        const records = sizes.map((size, i) => record(3 * i, size));
        const ahead = new ReadAhead(records, ({ index }) => Promise.resolve(Uint8Array.of(index)));
        const asked = picks.map((pick) => pick % records.length);
        if (inOrder) asked.sort((a, b) => a - b);
        for (const i of asked) assert.deepEqual(await ahead.bytes(records[i]), Uint8Array.of(3 * i));
      },
    ),
  );
});

Deno.test("images are read once, before they are asked for, and no more than two batches of them", async () => {
  const records = Array.from({ length: 40 }, (_, i) => record(i, MiB));
  const read: number[] = [];
  const ahead = new ReadAhead(records, ({ index }) => {
    read.push(index);
    return Promise.resolve(new Uint8Array(0));
  });
  for (const [i, each] of records.entries()) {
    await ahead.bytes(each);
    // Batches are of 8 MiB.
    assert.equal(read.length, Math.min(40, 16 + 8 * Math.floor(i / 8)), `image ${i}`);
  }
  assert.deepEqual(read, records.map(({ index }) => index));
});

Deno.test("an image that fails ends nothing but its own reading", async () => {
  const ahead = new ReadAhead(
    [1, 2, 3].map((index) => record(index, 10)),
    ({ index }) => index === 2 ? Promise.reject(new Error("gone")) : Promise.resolve(Uint8Array.of(index)),
  );
  assert.deepEqual(await ahead.bytes(record(1, 10)), Uint8Array.of(1));
  assert.deepEqual(await ahead.bytes(record(3, 10)), Uint8Array.of(3));
  await assert.rejects(ahead.bytes(record(2, 10)), /gone/);
});
