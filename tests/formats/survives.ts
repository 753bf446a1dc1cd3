import assert from "node:assert/strict";
import fc from "../property.ts";
import { type Files, readFiles } from "./reading.ts";

/** What is put in the place of pieces of a file: structure, and values that parsers stumble over. */
const PIECES = [
  "",
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "null",
  "-1",
  "1e999",
  "NaN",
  '"__proto__"',
  "\n",
  "\0",
  "[]",
  "{}",
];

/**
 * Checks that a dataset is read without an error, and every annotation has a class, however its label file is damaged: a few
 * of its bytes changed, pieces of it replaced or cut off.
 *
 * @param path The label file among the files.
 */
export async function survives(files: Files, path: string, format: string, numRuns = 150): Promise<void> {
  const text = new TextDecoder().decode(
    typeof files[path] === "string" ? new TextEncoder().encode(files[path]) : files[path]!,
  );
  const place = fc.nat(text.length);
  const damage = fc.tuple(place, fc.nat(12), fc.constantFrom(...PIECES));
  await fc.assert(
    fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.option(place),
      async (damages, end) => {
        let damaged = text.slice(0, end ?? text.length);
        for (const [at, length, piece] of damages) {
          damaged = damaged.slice(0, at) + piece +
            damaged.slice(at + length);
        }
        const read = await readFiles({ ...files, [path]: damaged }, { format });
        for (const labels of Object.values(read.labels)) {
          for (const { category, ignore } of labels?.annotations ?? []) {
            assert.ok(ignore || read.names[category] !== undefined);
          }
        }
      },
    ),
    { numRuns },
  );
}
