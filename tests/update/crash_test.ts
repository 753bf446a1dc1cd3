import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openManifest } from "../../src/manifest/reader.ts";
import { resolveSet } from "../../src/manifest/source_set.ts";
import { PackError } from "../../src/model/issue.ts";
import { pack } from "../../src/pack/pack.ts";
import { update } from "../../src/update/update.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { heavy } from "../tools.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";

const MAIN = fileURLToPath(import.meta.resolve("../../main.ts"));
const KILLS = heavy ? 100 : 6;

/** A set, and its dataset with images that were added, changed, renamed and removed since. */
async function agedSet(folder: string, media: "zip" | "tar" | "mp4") {
  const dataset = join(folder, "data"), set = join(folder, "set");
  writeTree(dataset, yoloFiles(30));
  await pack({ dataset, output: set, media, workers: 1 });
  const images = (part: string) => readdirSync(join(dataset, "images", part)).sort();
  const [changed, gone] = images("train");
  appendFileSync(join(dataset, "images/train", changed), "more");
  rmSync(join(dataset, "images/train", gone));
  const files = Array.from(
    { length: 30 },
    (_, i) => [`images/val/new-${i}.jpg`, jpeg(64, 48, 30_000)] as const,
  );
  writeTree(dataset, Object.fromEntries(files));
  return { dataset, set };
}

function start(dataset: string, set: string) {
  const args = ["run", "-A", "--no-check", MAIN, "update", dataset, "--output", set, "--quiet", "--checksum"];
  return spawn(Deno.execPath(), args, { stdio: "ignore" });
}

for (const media of ["zip", "tar", "mp4"] as const) {
  Deno.test(`update of a ${media} killed at any moment: old or new, and the next update makes the same bytes`, async () => {
    using temp = tempDir();
    const { dataset, set } = await agedSet(temp.path, media);
    const whole = join(temp.path, "whole");
    cpSync(set, whole, { recursive: true });
    const begun = performance.now();
    await once(start(dataset, whole), "exit");
    const time = performance.now() - begun;
    const names = readdirSync(whole).sort();
    let old = 0;
    for (let i = 0; i < KILLS / 3; i++) {
      const dir = join(temp.path, `killed-${i}`);
      cpSync(set, dir, { recursive: true });
      const child = start(dataset, dir);
      const ended = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), (0.2 + Math.random() * 0.8) * time);
      await ended;
      clearTimeout(timer);
      assert.deepEqual((await verify(dir, { deep: true, workers: 1 })).problems, []);
      const manifest = openManifest(resolveSet(dir).manifest);
      if (manifest.current === 1) old++;
      manifest.close();
      await update({ dataset, output: dir, workers: 1, checksum: true });
      assert.deepEqual(readdirSync(dir).sort(), names);
      for (const name of names) {
        assert.ok(readFileSync(join(dir, name)).equals(readFileSync(join(whole, name))), name);
      }
      rmSync(dir, { recursive: true });
    }
    if (KILLS > 20) assert.ok(old > 0, "some were killed before they were done");
  });
}

Deno.test("two updates at once: one updates, the other leaves with a reason", async () => {
  using temp = tempDir();
  const { dataset, set } = await agedSet(temp.path, "zip");
  const outcomes = await Promise.allSettled([
    update({ dataset, output: set, workers: 1 }),
    update({ dataset, output: set, workers: 1 }),
  ]);
  const [done] = outcomes.filter(({ status }) => status === "fulfilled");
  const [refused] = outcomes.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
  assert.ok(done && refused, "one of each");
  assert.ok(refused.reason instanceof PackError && /is writing to the set/.test(refused.reason.message));
  assert.deepEqual((await verify(set, { deep: true, workers: 1 })).problems, []);
});
