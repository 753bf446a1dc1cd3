import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { type FilledSegment, SegmentFlow } from "../../../src/pack/segments/segment_flow.ts";
import { SegmentWriter } from "../../../src/pack/segments/segment_writer.ts";
import { PackError } from "../../../src/model/issue.ts";
import { Aborted, Tickets } from "../../../src/pack/ticket.ts";
import { tempDir } from "../../dataset/temp.ts";
import fc from "../../property.ts";

/** The bundle as the segments that were taken make it up. */
class Taken {
  readonly bytes: Uint8Array;
  readonly segments: FilledSegment[] = [];
  /** Most files that were there at once. */
  most = 0;

  constructor(readonly folder: string, size: number) {
    this.bytes = new Uint8Array(size);
  }

  look(): void {
    this.most = Math.max(this.most, readdirSync(this.folder).length);
  }

  async take(segment: FilledSegment): Promise<void> {
    await setImmediate();
    const content = readFileSync(segment.path);
    assert.equal(content.length, segment.size);
    this.bytes.set(content, segment.offset);
    this.segments.push(segment);
  }
}

/** Bytes that differ from their neighbours. */
const numbered = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) % 251);

const fail = (error: unknown) => assert.fail(String(error));

Deno.test("whatever is written in whatever pieces, the segments make up the same bytes, few files at a time", () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({
        size: fc.integer({ min: 1, max: 40 }),
        even: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      }),
      fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(30),
      async (cut, lengths, parallel, number) => {
        // What stands at the beginning and is known last never fills a segment.
        const head = number % cut.size;
        using temp = tempDir();
        const size = head + lengths.reduce((sum, length) => sum + length, 0);
        const bytes = numbered(size);
        const taken = new Taken(temp.path, size);
        const target = {
          folder: temp.path,
          cut,
          parallel,
          take: (segment: FilledSegment) => taken.take(segment),
        };
        const flow = new SegmentFlow(target, new Tickets(), fail);
        let at = head;
        for (const length of lengths) {
          await flow.write(bytes.subarray(at, at += length), at - length);
          taken.look();
        }
        await flow.write(bytes.subarray(0, head), 0);
        await flow.finish(size);
        assert.deepEqual(taken.bytes, bytes);
        assert.ok(taken.most <= flow.place.window + 1, `${taken.most} files`);
        assert.deepEqual(readdirSync(temp.path), []);
      },
    ),
    { numRuns: 100 },
  ));

Deno.test("a segment that cannot be taken ends the run and whoever waits", async () => {
  using temp = tempDir();
  const told: unknown[] = [];
  const broken = new Error("no network");
  const take = () => Promise.reject(broken);
  const target = { folder: temp.path, cut: { size: 10 }, parallel: 2, take };
  const flow = new SegmentFlow(target, new Tickets(), (error) => told.push(error));
  await assert.rejects(flow.write(numbered(1000), 0), broken);
  await assert.rejects(flow.finish(1000), broken);
  assert.deepEqual(told, [broken, broken]);
});

Deno.test("bytes that were never written are noticed", async () => {
  using temp = tempDir();
  const target = { folder: temp.path, cut: { size: 10 }, parallel: 2, take: () => Promise.resolve() };
  const flow = new SegmentFlow(target, new Tickets(), fail);
  await flow.write(numbered(15), 0);
  await flow.write(numbered(3), 17);
  await assert.rejects(flow.finish(20), /10 of 20 bytes/);
});

Deno.test("a folder that cannot be written to is named, with the option that names another", async () => {
  using temp = tempDir();
  const folder = `${temp.path}/nowhere`;
  const target = { folder, cut: { size: 10 }, parallel: 2, take: () => Promise.resolve() };
  const flow = new SegmentFlow(target, new Tickets(), fail);
  await assert.rejects(
    flow.write(numbered(15), 0),
    (error) =>
      error instanceof PackError && error.message.includes(folder) && /--temp/.test(error.suggestion!),
  );
});

Deno.test("a worker waits until there is room, and no longer", () => {
  using temp = tempDir();
  const tickets = new Tickets();
  const target = { folder: temp.path, cut: { size: 10 }, parallel: 2, take: () => Promise.resolve() };
  const flow = new SegmentFlow(target, tickets, fail);
  const filled: number[] = [];
  const writer = new SegmentWriter(flow.place, tickets, (offset) => filled.push(offset));
  const room = (flow.place.window + 1) * 10;
  writer.write(numbered(room), 0);
  assert.equal(filled.length, flow.place.window + 1);
  tickets.abort();
  assert.throws(() => writer.write(numbered(1), room), Aborted);
});
