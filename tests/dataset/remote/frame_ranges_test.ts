import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import fc from "../../property.ts";
import { ByteCache } from "../../../src/dataset/remote/byte_cache.ts";
import { neighbours, RangeQueue } from "../../../src/dataset/remote/frame_ranges.ts";

const MiB = 2 ** 20;
const ranges = fc.array(fc.record({ offset: fc.nat(8 * MiB), size: fc.integer({ min: 1, max: 3 * MiB }) }));

Deno.test("each range is in one group, groups are in order and no larger than one request may be", () =>
  fc.assert(fc.property(ranges, (given) => {
    const groups = neighbours(given);
    assert.deepEqual(new Set(groups.flat()), new Set(given));
    for (const group of groups) {
      const end = Math.max(...group.map(({ offset, size }) => offset + size));
      assert.ok(group.length === 1 || end - group[0].offset <= 2 * MiB);
    }
  })));

Deno.test("ranges come back as they are in the file, never more requests at once than lanes", async () => {
  const file = new Uint8Array(randomBytes(MiB));
  const range = fc.record({ offset: fc.nat(MiB - 5000), size: fc.nat(5000) });
  await fc.assert(
    fc.asyncProperty(fc.array(range), async (wanted) => {
      let now = 0, most = 0;
      const queue = new RangeQueue(async (offset, size) => {
        most = Math.max(most, ++now);
        await Promise.resolve();
        now--;
        return file.slice(offset, offset + size);
      }, 3);
      const found = await Promise.all(wanted.map(({ offset, size }) => queue.read(offset, size)));
      found.forEach((bytes, i) => {
        assert.deepEqual(bytes, file.slice(wanted[i].offset, wanted[i].offset + wanted[i].size));
      });
      assert.ok(most <= 3);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a range that fails fails alone", async () => {
  const queue = new RangeQueue((offset, size) => {
    return offset === 0 ? Promise.reject(new Error("no")) : Promise.resolve(new Uint8Array(size));
  }, 1);
  const all = await Promise.allSettled([queue.read(0, 5), queue.read(4 * MiB, 5)]);
  assert.deepEqual(all.map(({ status }) => status), ["rejected", "fulfilled"]);
});

Deno.test("the cache keeps what was used last", () => {
  const cache = new ByteCache(30);
  for (const key of [1, 2, 3]) cache.set(key, new Uint8Array(10));
  cache.get(1);
  cache.set(4, new Uint8Array(10));
  cache.set(5, new Uint8Array(31));
  assert.deepEqual([1, 2, 3, 4, 5].filter((key) => cache.get(key)), [1, 3, 4]);
});
