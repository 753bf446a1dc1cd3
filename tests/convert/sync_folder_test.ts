import assert from "node:assert/strict";
import { linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { syncFolder } from "../../src/convert/sync_folder.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree } from "../pack/small_dataset.ts";

Deno.test("every file below a folder is waited for, each once", async () => {
  using temp = tempDir();
  const names = Array.from({ length: 200 }, (_, i) => `${i % 3 ? "labels/train" : "."}/${i}.txt`);
  writeTree(temp.path, Object.fromEntries(names.map((name) => [name, "0 0.5 0.5 0.1 0.1\n"])));
  mkdirSync(join(temp.path, "empty"));
  linkSync(join(temp.path, "0.txt"), join(temp.path, "linked.txt"));
  assert.equal(await syncFolder(temp.path), 201);
});

Deno.test("it ends early when it is interrupted, and says what failed", async () => {
  using temp = tempDir();
  writeTree(temp.path, { "a.txt": "" });
  assert.equal(await syncFolder(temp.path, AbortSignal.abort()), 0);
  rmSync(join(temp.path, "a.txt"));
  await assert.rejects(syncFolder(join(temp.path, "gone")), { code: "ENOENT" });
});
