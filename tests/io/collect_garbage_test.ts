import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { collectGarbage } from "../../src/io/collect_garbage.ts";

Deno.test("what nobody uses is gone, what is used stays", async () => {
  const kept = { names: ["a"] };
  const used = new WeakRef(kept);
  const unused = new WeakRef({ names: ["b"] });
  // What a weak reference leads to stays until the turn is over.
  await setImmediate();
  collectGarbage();
  assert.equal(unused.deref(), undefined);
  assert.equal(used.deref(), kept);
  assert.equal("gc" in globalThis, false);
});
