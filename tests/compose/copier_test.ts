import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { Copier } from "../../src/compose/copier.ts";
import { tempDir } from "../dataset/temp.ts";
import { random } from "../bench/picture.ts";

/** More than a thread is worth. */
const LARGE = 1 << 30;
const SOURCE_SIZE = 3 << 20;

function noise(seed: number): Uint8Array {
  const next = random(seed);
  return new Uint8Array(SOURCE_SIZE).map(() => next() * 256);
}

Deno.test("pieces of any size, from files and from memory, come in their order, with a thread and without", async () => {
  using temp = tempDir();
  const data = [noise(1), noise(2)];
  const sources = data.map((_, i) => join(temp.path, `source-${i}`));
  sources.forEach((path, i) => writeFileSync(path, data[i]));
  const own = fc.record({ source: fc.constant(-1), start: fc.nat(1000), size: fc.nat(100_000) });
  const range = (size: number) =>
    fc.record({
      source: fc.nat(1),
      start: fc.nat(SOURCE_SIZE - size),
      size: fc.integer({ min: 1, max: size }),
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(own, range(1000), range(300_000), range(2_000_000)), { maxLength: 30 }),
      fc.constantFrom(0, 44),
      fc.constantFrom(0, LARGE),
      async (pieces, position, size) => {
        const path = join(temp.path, "out");
        writeFileSync(path, "");
        const copier = new Copier(path, position, sources, size);
        const expected: Uint8Array[] = [new Uint8Array(position)];
        try {
          for (const { source, start, size } of pieces) {
            const bytes = (data[source] ?? data[0]).slice(start, start + size);
            expected.push(bytes.slice());
            if (source < 0) {
              copier.put(bytes);
              bytes.fill(0);
            } else copier.copy(source, start, size);
            if (copier.full) await copier.room();
          }
          await copier.finish();
          assert.equal(copier.left, 0);
        } finally {
          await copier.end();
        }
        const whole = expected.length > 1 && pieces.some(({ size }) => size > 0)
          ? expected
          : [new Uint8Array(0)];
        assert.ok(Buffer.concat(whole).equals(readFileSync(path)));
      },
    ),
    { numRuns: 20 },
  );
});

for (const [name, size] of [["with a thread", LARGE], ["without", 0]] as const) {
  Deno.test(`a source that has become shorter, or is gone, is told, ${name}`, async () => {
    using temp = tempDir();
    const out = join(temp.path, "out"), source = join(temp.path, "source");
    writeFileSync(out, "");
    writeFileSync(source, new Uint8Array(1000));
    const copying = async (path: string, bytes: number) => {
      const copier = new Copier(out, 0, [path], size);
      try {
        copier.copy(0, 100, bytes);
        await copier.finish();
      } finally {
        await copier.end();
      }
    };
    await copying(source, 900);
    await assert.rejects(copying(source, 901), /ends at byte 1000, before its last image does/);
    await assert.rejects(copying(source, 1 << 20), /ends at byte 1000, before its last image does/);
    await assert.rejects(copying(join(temp.path, "nothing"), 1), { code: "ENOENT" });
  });
}

Deno.test("what is given up is not copied", async () => {
  using temp = tempDir();
  const out = join(temp.path, "out"), source = join(temp.path, "source");
  writeFileSync(out, "");
  writeFileSync(source, new Uint8Array(1 << 20));
  const copier = new Copier(out, 0, [source], LARGE);
  for (let i = 0; i < 500; i++) copier.copy(0, 0, 1 << 20);
  await copier.end();
  const { length } = readFileSync(out);
  assert.ok(length < 500 << 20, `${length}`);
});
