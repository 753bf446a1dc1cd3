import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { Copier } from "../../src/io/copy/copier.ts";
import { tempDir } from "../dataset/temp.ts";

/** Sizes for which the work is done here, and by a thread. */
const SIZES = [0, 1 << 30];

type Step = { kind: "copy"; source: number; start: number; size: number } | {
  kind: "put";
  bytes: Uint8Array;
};

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("copy" as const),
    source: fc.nat(1),
    start: fc.nat(400_000),
    size: fc.nat(300_000),
  }),
  fc.record({ kind: fc.constant("put" as const), bytes: fc.uint8Array({ maxLength: 50 }) }),
);

Deno.test("pieces come in their order, with the SHA-256 of all, in this thread and in another", async () => {
  using temp = tempDir();
  const sources = ["a", "b"].map((name) => join(temp.path, name));
  const contents = sources.map((_, i) => Uint8Array.from({ length: 700_000 }, (_, at) => at * (i + 3) >> 3));
  sources.forEach((path, i) => writeFileSync(path, contents[i]));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const wanted = createHash("sha256");
      for (const made of steps) {
        const { start = 0, size = 0 } = made.kind === "copy" ? made : {};
        wanted.update(made.kind === "put" ? made.bytes : contents[made.source].subarray(start, start + size));
      }
      const sha256 = wanted.digest("hex");
      for (const size of SIZES) {
        const path = join(temp.path, `out-${size}`);
        const copier = new Copier({ path, sources, size, seal: true });
        try {
          for (const made of steps) {
            if (made.kind === "put") {
              const bytes = made.bytes.slice();
              copier.put(bytes);
              bytes.fill(0);
            } else copier.copy(made.source, made.start, made.size);
          }
          await copier.room();
          assert.equal(await copier.finish(), sha256);
          assert.equal(copier.left, 0);
        } finally {
          await copier.end();
        }
        assert.equal(createHash("sha256").update(readFileSync(path)).digest("hex"), sha256);
      }
    }),
    { numRuns: 15 },
  );
});

Deno.test("a source that is too short, and a file that cannot be made, are errors, here and in a thread", async () => {
  using temp = tempDir();
  const source = join(temp.path, "source");
  writeFileSync(source, "short");
  for (const size of SIZES) {
    const copier = new Copier({ path: join(temp.path, "out"), sources: [source], size });
    await assert.rejects(async () => {
      copier.copy(0, 2, 10);
      await copier.finish();
    }, /"[^"]*source" ends at byte 5/);
    await copier.end();
    await assert.rejects(async () => {
      const nowhere = new Copier({ path: join(temp.path, "no folder", "out"), sources: [], size });
      try {
        nowhere.put(new Uint8Array(1));
        await nowhere.finish();
      } finally {
        await nowhere.end();
      }
    }, { code: "ENOENT" });
    assert.ok(!existsSync(join(temp.path, "no folder")));
  }
});

Deno.test("what is given up is not copied", async () => {
  using temp = tempDir();
  const path = join(temp.path, "out"), source = join(temp.path, "source");
  writeFileSync(source, new Uint8Array(1 << 20));
  const copier = new Copier({ path, sources: [source], size: SIZES[1] });
  for (let i = 0; i < 500; i++) copier.copy(0, 0, 1 << 20);
  await copier.end();
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  assert.ok(size < 500 << 20, `${size}`);
});
