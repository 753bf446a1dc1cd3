import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { spawnSync } from "node:child_process";
import { writeAll } from "../../src/io/write_all.ts";
import { pack } from "../../src/pack/pack.ts";
import { copyFile, hashFile } from "../../src/pack/streamed.ts";
import { FolderSource } from "../../src/source/folder_source.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { closeSync, openSync } from "node:fs";

Deno.test("files that shrink, grow, vanish or become a FIFO after the scan are packed as they are when read, or rejected", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  const names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"];
  writeTree(dataset, Object.fromEntries(names.map((name) => [name, jpeg(64, 48, 500)])));
  let changed = false;
  const report = await pack({
    dataset,
    output: join(temp.path, "out"),
    onProgress({ phase }) {
      if (phase !== "pack" || changed) return;
      changed = true;
      writeFileSync(join(dataset, "a.jpg"), jpeg(64, 48, 10));
      appendFileSync(join(dataset, "b.jpg"), new Uint8Array(1 << 20));
      rmSync(join(dataset, "c.jpg"));
      rmSync(join(dataset, "d.jpg"));
      if (process.platform !== "win32") spawnSync("mkfifo", [join(dataset, "d.jpg")]);
    },
  });
  assert.equal(report.frames, 3);
  assert.equal(report.rejects.image, 2);
  assert.deepEqual((await verify(join(temp.path, "out"), { deep: true })).problems, []);
  const { images } = JSON.parse(readFileSync(join(temp.path, "out", "unified_annotation.json"), "utf8"));
  assert.deepEqual(images.map((image: { file_name: string }) => image.file_name), [
    "a.jpg",
    "b.jpg",
    "e.jpg",
  ]);
});

Deno.test("a large file that changes between hashing and copying ends the run", () => {
  using temp = tempDir();
  const path = join(temp.path, "big");
  const source = new FolderSource(temp.path);
  const target = join(temp.path, "target");
  writeFileSync(target, "");
  const file = openSync(target, "r+");
  try {
    const buffer = new Uint8Array(1000);
    const write = (bytes: Uint8Array, at: number) => writeAll(file, bytes, at);
    const changes: Record<string, () => void> = {
      shrinks: () => truncateSync(path, 4000),
      grows: () => appendFileSync(path, "more"),
      "changes in place": () => writeFileSync(path, new Uint8Array(5000).fill(8)),
    };
    for (const [what, change] of Object.entries(changes)) {
      writeFileSync(path, new Uint8Array(5000).fill(7));
      const digests = hashFile(source, "big", buffer);
      copyFile(source, "big", write, digests, buffer);
      change();
      assert.throws(
        () => copyFile(source, "big", write, digests, buffer),
        /changed while it was packed/,
        what,
      );
    }
  } finally {
    closeSync(file);
  }
});
