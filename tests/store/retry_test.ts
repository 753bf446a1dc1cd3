import assert from "node:assert/strict";
import { StoreError } from "../../src/store/error.ts";
import { Pace } from "../../src/store/pace.ts";
import { Retrier, retryAfter, type RetryPolicy } from "../../src/store/retry.ts";

const POLICY: RetryPolicy = { attempts: 5, base: 1, cap: 4, budget: 7, idle: 1000 };
const busy = (after?: number) =>
  new StoreError("busy", "The store is busy.", undefined, { retryAfter: after });

Deno.test("a passing failure is repeated up to the limit, the waits never exceed the cap, another failure ends at once", async () => {
  const waits: number[] = [];
  const retrier = new Retrier(POLICY, (_, __, wait) => waits.push(wait));
  let calls = 0;
  assert.equal(
    await retrier.run(() => ++calls < 5 ? Promise.reject(busy()) : Promise.resolve("done")),
    "done",
  );
  assert.equal(calls, 5);
  assert.ok(waits.length === 4 && waits.every((wait, i) => wait <= Math.min(POLICY.cap, 2 ** i)));
  await assert.rejects(retrier.run(() => Promise.reject(busy())), /tried 5 times/);
  calls = 0;
  const denied = new StoreError("denied", "No.");
  await assert.rejects(retrier.run(() => (calls++, Promise.reject(denied))), denied);
  assert.equal(calls, 1);
});

Deno.test("failures in a row count for all requests together, and a success forgives them", async () => {
  const retrier = new Retrier({ ...POLICY, attempts: 100 });
  let calls = 0;
  await assert.rejects(retrier.run(() => (calls++, Promise.reject(busy()))));
  assert.equal(calls, POLICY.budget + 1);
  await retrier.run(() => Promise.resolve());
  calls = 0;
  await assert.rejects(retrier.run(() => (calls++, Promise.reject(busy()))));
  assert.equal(calls, POLICY.budget + 1);
});

Deno.test("a store's wish to wait is obeyed, in seconds or as a date, and an interruption ends the wait", async () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  assert.equal(retryAfter("2", now), 2000);
  assert.equal(retryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now), 30_000);
  assert.equal(retryAfter("Wed, 31 Dec 2025 00:00:30 GMT", now), 0);
  assert.equal(retryAfter("soon", now), undefined);
  const controller = new AbortController();
  const retrier = new Retrier(POLICY, (_, __, wait) => {
    assert.equal(wait, 60_000);
    controller.abort(new Error("interrupted"));
  });
  await assert.rejects(retrier.run(() => Promise.reject(busy(60_000)), controller.signal), /interrupted/);
});

Deno.test("a pace lets no byte go before its time, and time that was not used is not saved up", () => {
  const pace = new Pace(1_000_000);
  assert.deepEqual([0, 0, 5].map((now) => pace.wait(10_000, now)), [0, 10, 15]);
  assert.deepEqual([1000, 1000].map((now) => pace.wait(10_000, now)), [0, 10]);
});
