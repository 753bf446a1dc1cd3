import assert from "node:assert/strict";
import { cpSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Marked, markSince, sinceOf } from "../../src/manifest/since.ts";
import { tempDir } from "../dataset/temp.ts";

/** Whole seconds, which every file system can hold. */
const SINCE = Math.floor(Date.now() / 1000) * 1000 - 60_000;

/** A set with a mark, and the folder it was made of. */
function marked() {
  const temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  for (const name of ["photos", "other"]) mkdirSync(at(name));
  for (const name of ["manifest", "bundle"]) writeFileSync(at(name), "");
  const set: Marked = {
    manifest: at("manifest"),
    bundle: at("bundle"),
    seal: "5".repeat(64),
    inputs: [at("photos")],
  };
  markSince(set, SINCE);
  return { at, set, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}

Deno.test("a set tells since when files may be others, and of a folder that was moved as well", () => {
  using made = marked();
  const { at, set } = made;
  assert.equal(sinceOf(set), SINCE);
  renameSync(at("photos"), at("moved"));
  assert.equal(sinceOf({ ...set, inputs: [at("moved")] }), SINCE);
});

Deno.test("nothing is concluded from times of another folder, another set, or a copy with other times", () => {
  using made = marked();
  const { at, set } = made;
  assert.equal(sinceOf({ ...set, inputs: [at("other")] }), 0);
  assert.equal(sinceOf({ ...set, inputs: [at("photos"), at("other")] }), 0);
  assert.equal(sinceOf({ ...set, seal: "6".repeat(64) }), 0);
  renameSync(at("photos"), at("photos-1"));
  renameSync(at("other"), at("photos"));
  assert.equal(sinceOf(set), 0, "another folder has the name now");
  rmSync(at("photos"), { recursive: true });
  renameSync(at("photos-1"), at("photos"));
  assert.equal(sinceOf(set), SINCE);
  cpSync(set.bundle, at("copy"));
  assert.equal(sinceOf({ ...set, bundle: at("copy") }), 0);
  utimesSync(set.manifest, new Date(), new Date());
  assert.equal(sinceOf(set), 0);
});

Deno.test("nothing is concluded from times if the clock stands before the mark", () => {
  using made = marked();
  const later = Date.now() + 3_600_000;
  markSince(made.set, later);
  assert.equal(sinceOf(made.set), 0);
});
