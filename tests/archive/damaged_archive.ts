/** Archives with any of their bytes changed, and what must hold of them. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdirSync } from "node:fs";
import fc from "../property.ts";
import { PackError } from "../../src/model/issue.ts";
import { isSafePath } from "../../src/model/safe_path.ts";
import { type Listed, listedIn } from "./listed.ts";
import { longName, pax, tarBytes } from "./tar_bytes.ts";

/** A sound tar with what makes tars hard to read. */
export const TAR = tarBytes([
  { name: "a/", type: "5" },
  longName("a/" + "b".repeat(120)),
  { name: "a/b", data: "picture", gnu: true },
  pax({ path: "c/ü.txt", size: "3" }),
  { name: "x", data: "abc" },
]);

const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

/** The bytes with some of them changed, and perhaps cut or with a piece repeated. */
export const mutated = (sound: Uint8Array) =>
  fc.tuple(changes, fc.option(fc.nat(sound.length)), fc.option(fc.tuple(fc.nat(), fc.nat(), fc.nat(64)))).map(
    ([bytes, cut, moved]) => {
      const made = Uint8Array.from(sound);
      for (const [at, value] of bytes) made[at % made.length] = value;
      if (moved) {
        made.copyWithin(moved[0] % made.length, moved[1] % made.length, moved[1] % made.length + moved[2]);
      }
      return cut === null ? made : made.subarray(0, cut);
    },
  );

/** Reads the archive; it may be refused, and every path that is kept is one below the root. */
export async function survives(folder: string, bytes: Uint8Array, name: string): Promise<void> {
  let found: Listed;
  try {
    found = await listedIn(folder, bytes, name);
  } catch (error) {
    assert.ok(error instanceof PackError, String((error as Error).stack));
    return;
  } finally {
    assert.deepEqual(readdirSync(folder), [name]);
  }
  for (const path of Object.keys(found.files)) assert.ok(isSafePath(Buffer.from(path)), path);
}
