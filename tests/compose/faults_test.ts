import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { compact, merge, pack, split, subset } from "../../mod.ts";
import { SetLock } from "../../src/publish/lock.ts";
import { resolveSet } from "../../src/manifest/source_set.ts";
import { program } from "../cli/program.ts";
import { tempDir } from "../dataset/temp.ts";
import { appendModel, type Model, packModel, picture, row } from "../generations/model.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { heavy, python, runOk, testWith } from "../tools.ts";
import { assertSound } from "./sets.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const windows = process.platform === "win32";
/** Of each; updates and rollbacks are killed by tests of their own. */
const KILLS = heavy ? 50 : 5;

/** Starts the program and kills it when its output has so many bytes; true if it was still running. */
async function killAt(files: readonly string[], bytes: number, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, ["run", "-A", "--no-check", MAIN, ...args, "--quiet"], {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  let running = true;
  ended.then(() => running = false);
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  while (running && files.reduce((sum, path) => sum + sizeOf(path), 0) < bytes) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill("SIGKILL");
  return (await ended)[1] === "SIGKILL";
}

/** Images with one box each. */
function photos(first: number, count: number, bytes: number): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = { "classes.txt": "cat\ndog\n" };
  for (let i = first; i < first + count; i++) {
    files[`images/train/${i}.jpg`] = jpeg(64, 48, bytes + i);
    files[`labels/train/${i}.txt`] = `${i % 2} .5 .5 .1 .1\n`;
  }
  return files;
}

Deno.test({
  name: windows
    ? "kill -9 during merge (skipped: not on Windows)"
    : `kill -9 at ${KILLS} moments of a merge: nothing or the new set, and the next merge goes through`,
  ignore: windows,
  async fn() {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    for (const [name, first] of [["a", 0], ["b", 500]] as const) {
      writeTree(at(name), photos(first, 300, 20_000));
      await pack({ dataset: at(name), output: at(`set-${name}`), workers: 1 });
    }
    await merge([at("set-a"), at("set-b")], at("wanted"));
    const wanted = readFileSync(join(at("wanted"), "frame_manifest.json"), "utf8");
    const size = statSync(join(at("wanted"), "media_bundle.zip")).size;
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const output = at("out");
      const bundle = join(output, "media_bundle.zip.partial");
      // Some end after the bundle is complete, among the renames.
      const moment = Math.random() * size * 1.1;
      if (await killAt([bundle], moment, "merge", at("set-a"), at("set-b"), "--output", output)) killed++;
      const there = ["", ".commit"].some((ending) =>
        existsSync(join(output, `frame_manifest.json${ending}`))
      );
      if (there) {
        assert.equal(readFileSync(resolveSet(output).manifest, "utf8"), wanted);
        await assertSound(output);
      }
      await merge([at("set-a"), at("set-b")], output, { overwrite: true });
      assert.deepEqual(readdirSync(output).sort(), readdirSync(at("wanted")).sort());
      await assertSound(output);
      rmSync(output, { recursive: true });
    }
    assert.ok(killed > 0, "no merge was hit");
  },
});

Deno.test({
  name: windows
    ? "kill -9 during compact (skipped: not on Windows)"
    : `kill -9 at ${KILLS} moments of compact: the old set or the new one, nothing between`,
  ignore: windows,
  async fn() {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    const model = (numbers: number[]): Model =>
      new Map(
        numbers.map((i) => [`train/${i}.jpg`, { bytes: jpeg(100, 80, 20_000 + i), labels: [row(i, i)] }]),
      );
    const all = Array.from({ length: 300 }, (_, i) => i);
    const before = model(all);
    await packModel(at("first"), before, at("old"), "zip");
    const kept = new Map([...before].filter((_, i) => i % 3 > 0)).set("val/new.jpg", {
      bytes: picture(1),
      labels: [],
    });
    await appendModel(at("old"), before, kept, new Map(), at("scratch"), "zip");
    cpSync(at("old"), at("new"), { recursive: true });
    await compact(at("new"));
    const manifests = ["old", "new"].map((name) =>
      readFileSync(join(at(name), "frame_manifest.json"), "utf8")
    );
    const size = statSync(join(at("new"), "media_bundle.zip")).size;
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const dir = at("out");
      cpSync(at("old"), dir, { recursive: true });
      const partial = join(dir, "media_bundle.zip.partial");
      if (await killAt([partial], Math.random() * size * 1.1, "compact", dir, "--yes")) killed++;
      assert.ok(
        manifests.includes(readFileSync(resolveSet(dir).manifest, "utf8")),
        `kill ${kill} left neither`,
      );
      await assertSound(dir);
      await compact(dir);
      assert.equal(readFileSync(join(dir, "frame_manifest.json"), "utf8"), manifests[1]);
      await assertSound(dir);
      assert.ok(readdirSync(dir).every((name) => !name.endsWith(".partial")));
      rmSync(dir, { recursive: true });
    }
    assert.ok(killed > 0, "no compact was hit");
  },
});

Deno.test("interrupted in the middle, merge, subset and split leave nothing, and a set that is replaced stays", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("a"), photos(0, 1200, 100));
  await pack({ dataset: at("a"), output: at("set"), workers: 1 });
  writeTree(at("b"), photos(2000, 2, 100));
  await pack({ dataset: at("b"), output: at("other"), workers: 1 });
  const work = {
    merge: (output: string, options: object) => merge([at("set"), at("other")], output, options),
    subset: (output: string, options: object) => subset(at("set"), output, options),
    split: (output: string, options: object) => split(at("set"), output, options),
  };
  for (const [name, carryOut] of Object.entries(work)) {
    for (const overwrite of [false, true]) {
      const output = at(`out-${name}`);
      if (overwrite) cpSync(at("other"), output, { recursive: true });
      const before = overwrite ? readdirSync(output).sort() : [];
      const controller = new AbortController();
      let calls = 0;
      const onProgress = () => {
        if (++calls === 2) controller.abort();
      };
      await assert.rejects(
        carryOut(output, { overwrite, signal: controller.signal, onProgress }),
        (error: { exitCode?: number }) => error.exitCode === 130,
      );
      assert.ok(calls >= 2);
      if (overwrite) {
        assert.deepEqual(readdirSync(output).sort(), before);
        await assertSound(output);
      } else if (existsSync(output)) assert.deepEqual(readdirSync(output), []);
    }
  }
});

Deno.test("who writes to a set keeps compact out, and merge out of its folder", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("a"), {
    "images/a/val/1.jpg": jpeg(20, 20),
    "images/b/train/2.jpg": jpeg(21, 20),
    "classes.txt": "cat\n",
  });
  await pack({ dataset: at("a"), output: at("set"), workers: 1 });
  mkdirSync(at("out"));
  using _set = new SetLock(at("set")), _out = new SetLock(at("out"));
  const inOther = (...args: string[]) => program(temp.path, ...args);
  const compacted = inOther("compact", "set", "--order", "split", "--yes");
  assert.equal(compacted.code, 1, compacted.stderr);
  const merged = inOther("merge", "set", "set", "--output", "out");
  assert.equal(merged.code, 1, merged.stderr);
  assert.match(merged.stderr, /is writing to the set/);
});

Deno.test({
  name: windows
    ? "a file size limit (skipped: not on Windows)"
    : "a full disk (a file size limit) during merge and compact: exit 1, the remedy, nothing left",
  ignore: windows,
  async fn() {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    // Deno writes files of its own, which must fit.
    const all: Model = new Map(
      Array.from(
        { length: 24 },
        (_, i) => [`${10 + i}.jpg`, { bytes: jpeg(100, 80, 2_000_000 + i), labels: [] }],
      ),
    );
    await packModel(at("first"), all, at("set"), "tar");
    await appendModel(at("set"), all, new Map([...all].slice(2)), new Map(), at("scratch"), "tar");
    const limited = (...args: string[]) => {
      const command = 'ulimit -f 40000 && exec "$0" run -A --no-check --no-code-cache "$@" --quiet';
      const { code, stderr } = new Deno.Command("bash", {
        args: ["-c", command, Deno.execPath(), MAIN, ...args],
      })
        .outputSync();
      assert.equal(code, 1);
      assert.match(new TextDecoder().decode(stderr), /grew beyond the largest size/);
    };
    const before = readdirSync(at("set"));
    limited("compact", at("set"), "--yes");
    assert.deepEqual(readdirSync(at("set")), before);
    await assertSound(at("set"));
    limited("merge", at("set"), at("set"), "--output", at("out"));
    assert.ok(!existsSync(at("out")));
  },
});

testWith(
  ["unzip", "bsdtar", "python:zipfile"],
  "unzip, bsdtar and Python read what was made of sets",
  async () => {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    const model = (numbers: number[]): Model =>
      new Map(numbers.map((i) => [`train/${i} ü.jpg`, { bytes: picture(i), labels: [row(i, i)] }]));
    const one = model([1, 2, 3, 4]), two = model([5, 6]);
    await packModel(at("first"), one, at("one"), "zip");
    await appendModel(at("one"), one, new Map([...one].slice(1)), new Map(), at("scratch"), "zip");
    await packModel(at("second"), two, at("two"), "tar");
    for (const media of ["zip", "tar"] as const) {
      const output = at(`merged-${media}`);
      await merge([at("one"), at("two")], output, { media });
      await subset(output, at(`part-${media}`), { frames: "1..2" });
      if (media === "zip") await compact(at("one"));
      const bundle = join(output, `media_bundle.${media}`);
      const script = `import sys,zipfile,tarfile
f=sys.argv[1]
print("\\n".join(zipfile.ZipFile(f).namelist() if f.endswith("zip") else tarfile.open(f).getnames()))`;
      const names = [2, 3, 4, 5, 6].map((i) => `train/${i} ü.jpg`);
      assert.deepEqual(runOk([python, "-c", script, bundle]).trim().split("\n"), names);
      for (
        const file of [
          bundle,
          join(at(`part-${media}`), `media_bundle.${media}`),
          join(at("one"), "media_bundle.zip"),
        ]
      ) {
        const restored = at("restored");
        mkdirSync(restored);
        runOk(["bsdtar", "-xf", file, "-C", restored]);
        const files = readdirSync(join(restored, "train"));
        for (const name of files) {
          const found = one.get(`train/${name}`) ?? two.get(`train/${name}`);
          assert.deepEqual(
            new Uint8Array(readFileSync(join(restored, "train", name))),
            new Uint8Array(found!.bytes),
          );
        }
        assert.equal(files.length, file === bundle ? 5 : file.includes("part") ? 2 : 3);
        rmSync(restored, { recursive: true });
        if (file.endsWith(".zip")) runOk(["unzip", "-tq", file]);
      }
    }
  },
);
