import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { rollback } from "../../src/generations/rollback.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { appendModel, type Model, packModel, picture, row } from "./model.ts";

for (const media of ["zip", "tar", "mp4"] as const) {
  Deno.test(`one changed bit anywhere in the four files of a ${media} with generations is found`, async () => {
    using temp = tempDir();
    const dir = join(temp.path, "set");
    const image = (number: number) => ({ bytes: picture(number), labels: [row(number, number)] });
    const one: Model = new Map([["a.jpg", image(0)], ["b.jpg", image(1)], ["c.jpg", image(2)]]);
    const two: Model = new Map([["a.jpg", image(5)], ["d.jpg", one.get("b.jpg")!], ["e.jpg", image(4)]]);
    await packModel(join(temp.path, "first"), one, dir, media);
    await appendModel(dir, one, two, new Map([["b.jpg", "d.jpg"]]), temp.path, media);
    await rollback(dir, 1);
    assert.deepEqual((await verify(dir, { deep: true, workers: 1 })).problems, []);
    const files = readdirSync(dir).sort();
    assert.equal(files.length, 4);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.nat(7),
        async (
          file,
          place,
          bit,
        ) => {
          const path = join(dir, file);
          const sound = readFileSync(path), damaged = new Uint8Array(sound);
          damaged[Math.floor(place * sound.length)] ^= 1 << bit;
          writeFileSync(path, damaged);
          try {
            const found = await verify(dir, { workers: 1 }).then(({ ok }) => !ok, () => true);
            assert.ok(found, `${file}, byte ${Math.floor(place * sound.length)}`);
          } finally {
            writeFileSync(path, sound);
          }
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
}
