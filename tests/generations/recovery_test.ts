import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { appendGeneration } from "../../src/generations/append.ts";
import { rollback } from "../../src/generations/rollback.ts";
import { writeJournal } from "../../src/publish/append_journal.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { resolveSet } from "../../src/manifest/source_set.ts";
import { pack } from "../../src/pack/pack.ts";
import { recover } from "../../src/publish/publication.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { heavy } from "../tools.ts";

const APPEND = fileURLToPath(new URL("append_once.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const KILLS = heavy ? 100 : 8;

/** A set and one to be appended to it. */
async function twoSets(folder: string, media: "zip" | "tar" | "mp4", images: number): Promise<void> {
  writeTree(join(folder, "one"), yoloFiles(images));
  writeTree(join(folder, "two"), {
    ...Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`images/train/new_${i}.jpg`, jpeg(64, 48, 20_000)]),
    ),
    "labels/train/new_0.txt": "0 .5 .5 .1 .1\n",
    "data.yaml": "names: [zebra, ant, moth, bee]\n",
  });
  await pack({ dataset: join(folder, "one"), output: join(folder, "set"), media, workers: 1 });
  await pack({ dataset: join(folder, "two"), output: join(folder, "incoming"), media, workers: 1 });
}

for (const media of ["zip", "tar", "mp4"] as const) {
  Deno.test(`what an update of a ${media} appended before it was cut short is passed over by readers, and cut off by the next writer`, async () => {
    using temp = tempDir();
    await twoSets(temp.path, media, 10);
    const dir = join(temp.path, "set"), file = `media_bundle.${media}`, bundle = join(dir, file);
    const sound = readFileSync(bundle);
    const twin = join(temp.path, "twin");
    cpSync(dir, twin, { recursive: true });
    await appendGeneration(twin, { incoming: join(temp.path, "incoming"), removed: new Set([1]) });
    const directory = openManifest(join(twin, "frame_manifest.json")).generations()[0].frames_end;
    // The moment before the rename: bundle and history are complete, the manifest is still the old one.
    writeJournal(dir, { bundle: { file, size: sound.length, media, directory }, history: 0 });
    cpSync(join(twin, file), bundle);
    cpSync(join(twin, "set_history.jsonl"), join(dir, "set_history.jsonl"));
    for (const length of [undefined, sound.length + 7, sound.length]) {
      if (length !== undefined) truncateSync(bundle, length);
      assert.deepEqual((await verify(dir, { deep: true, workers: 1 })).problems, []);
    }
    recover(dir);
    assert.ok(readFileSync(bundle).equals(sound));
    assert.deepEqual(
      readdirSync(dir).sort(),
      ["frame_manifest.json", file, "unified_annotation.json"].sort(),
    );
    const { generation } = await appendGeneration(dir, {
      incoming: join(temp.path, "incoming"),
      removed: new Set([1]),
    });
    assert.equal(generation, 2);
    assert.ok(
      readFileSync(bundle).equals(readFileSync(join(twin, file))),
      "the second try gives the same bytes",
    );
  });
}

Deno.test("an update that is aborted leaves the set as it was", async () => {
  using temp = tempDir();
  await twoSets(temp.path, "tar", 10);
  const dir = join(temp.path, "set");
  const before = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString("hex")]);
  const controller = new AbortController();
  const aborted = appendGeneration(dir, { incoming: join(temp.path, "incoming") }, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(aborted, { exitCode: 130 });
  assert.deepEqual(
    readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString("hex")]),
    before,
  );
});

Deno.test({
  name:
    `kill -9 at ${KILLS} moments of updates and rollbacks: the old generation or the new one, never anything else`,
  ignore: process.platform === "win32",
  async fn() {
    using temp = tempDir();
    await twoSets(temp.path, "zip", heavy ? 3000 : 200);
    const dir = join(temp.path, "set");
    const incoming = join(temp.path, "incoming");
    let generation = 1;
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [
        ...["run", "-A", "--no-check", "--config", CONFIG, APPEND, dir, incoming],
      ], { stdio: ["ignore", "pipe", "inherit"] });
      // It writes a line before it begins, and one at each look at the signal.
      const moment = Math.floor(Math.random() * (heavy ? 60 : 12));
      let lines = 0;
      child.stdout.on("data", (data: Uint8Array) => {
        lines += data.filter((byte) => byte === 10).length;
        if (lines >= moment) child.kill("SIGKILL");
      });
      const [, signal] = await once(child, "exit");
      if (signal === "SIGKILL") killed++;
      const { manifest, dir: found } = resolveSet(dir);
      const now = openManifest(manifest);
      assert.ok(now.current === generation || now.current === generation + 1, `kill ${kill}: ${now.current}`);
      generation = now.current;
      now.close();
      recover(found);
      const report = await verify(dir, { deep: true, workers: 1 });
      assert.deepEqual(report.problems, [], `after kill ${kill}`);
      assert.ok(!existsSync(join(dir, "update.journal")));
    }
    assert.ok(killed > 0);
  },
});

const canMount = process.platform === "linux" && (() => {
  using temp = tempDir();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", temp.path]).status === 0;
  if (mounted) spawnSync("umount", [temp.path]);
  return mounted;
})();

Deno.test({
  name: canMount
    ? "a disk that is full leaves the old generation as it was, wherever it became full"
    : "a disk that is full (skipped: mounting a small tmpfs is not allowed here)",
  ignore: !canMount,
  async fn() {
    using temp = tempDir();
    await twoSets(temp.path, "zip", 10);
    const small = join(temp.path, "small");
    mkdirSync(small);
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", small]);
    try {
      const dir = join(small, "set");
      cpSync(join(temp.path, "set"), dir, { recursive: true });
      const before = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString("hex")]);
      const twin = join(temp.path, "twin");
      cpSync(dir, twin, { recursive: true });
      const { appended } = await appendGeneration(twin, { incoming: join(temp.path, "incoming") });
      // Room for a part of the frames; for them but not their directory; for the bundle but not the manifest.
      for (const room of [appended / 2, appended - 1000, appended + 12_000]) {
        const filler = join(small, "filler");
        const { bavail, bsize } = statfsSync(small);
        writeFileSync(filler, new Uint8Array(bavail * bsize - room));
        await assert.rejects(
          appendGeneration(dir, { incoming: join(temp.path, "incoming") }),
          /ENOSPC|no space/i,
        );
        rmSync(filler);
        assert.deepEqual(
          readdirSync(dir).map((name) => [name, readFileSync(join(dir, name)).toString("hex")]),
          before,
        );
      }
      assert.deepEqual((await verify(dir, { workers: 1 })).problems, []);
    } finally {
      spawnSync("umount", [small]);
    }
  },
});

Deno.test("a generation that is not there is named, and so are those that are", async () => {
  using temp = tempDir();
  await twoSets(temp.path, "zip", 10);
  const dir = join(temp.path, "set");
  await assert.rejects(rollback(dir, 1), /Generation 1 is the current one/);
  await assert.rejects(rollback(dir, 2), /There is no generation 2 .* only 1/);
  await appendGeneration(dir, { removed: new Set([0]) });
  await assert.rejects(verify(dir, { at: 9 }), /There is no generation 9 .* those from 1 to 2/);
});
