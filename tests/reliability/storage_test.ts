import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const linux = process.platform === "linux";

/** 60 images and a label; about 3 MB, or what the size of an image (bytes) makes it. */
function makeDataset(folder: string, size = 50_000): void {
  writeTree(folder, {
    ...Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`images/${i}.jpg`, jpeg(64, 48, size)])),
    "labels/0.txt": "0 .5 .5 .1 .1\n",
    "data.yaml": "names: [thing]\n",
  });
}

/** Packs in a process of its own, after a shell command that spoils its surroundings. */
function packUnder(spoil: string, dataset: string, output: string, media = "zip") {
  // The runtime's cache of compiled code may be larger than the limit on the size of files.
  const command =
    `${spoil} && exec "$0" run -A --no-check --no-code-cache "$1" run "$2" --output "$3" --media "$4" --quiet`;
  const args = ["-c", command, Deno.execPath(), MAIN, dataset, output, media];
  const { code, stderr } = new Deno.Command("bash", { args }).outputSync();
  return { status: code, stderr: new TextDecoder().decode(stderr) };
}

const canMount = linux && (() => {
  using temp = tempDir();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", temp.path]).status === 0;
  if (mounted) spawnSync("umount", [temp.path]);
  return mounted;
})();

for (const media of ["zip", "tar", "mp4"]) {
  Deno.test({
    name: canMount
      ? `a full disk under a ${media}: exit 1, the remedy, no partial file`
      : `a full disk under a ${media} (skipped: mounting a small tmpfs is not allowed here)`,
    ignore: !canMount,
    fn() {
      using temp = tempDir();
      makeDataset(join(temp.path, "data"));
      const small = join(temp.path, "small");
      mkdirSync(small);
      spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", small]);
      try {
        const { status, stderr } = packUnder("true", join(temp.path, "data"), join(small, "out"), media);
        assert.equal(status, 1, stderr);
        assert.match(stderr, /disk is full/);
        assert.deepEqual(readdirSync(small), []);
      } finally {
        spawnSync("umount", [small]);
      }
    },
  });

  Deno.test({
    name: `a file size limit (ulimit -f) under a ${media}: exit 1, the remedy, no partial file`,
    ignore: !linux,
    fn() {
      using temp = tempDir();
      // The limit leaves room for the caches that the runtime writes when it starts.
      makeDataset(join(temp.path, "data"), 1_000_000);
      const { status, stderr } = packUnder(
        "ulimit -f 40000",
        join(temp.path, "data"),
        join(temp.path, "out"),
        media,
      );
      assert.equal(status, 1, stderr);
      assert.match(stderr, /largest size allowed/);
      assert.deepEqual(readdirSync(temp.path), ["data"]);
    },
  });
}

Deno.test({
  name: "a file size limit that leaves room for all frames of an mp4 but not for its tables: no partial file",
  ignore: !linux,
  fn() {
    using temp = tempDir();
    const [data, whole, out] = ["data", "whole", "out"].map((name) => join(temp.path, name));
    makeDataset(data, 1_000_000);
    assert.equal(packUnder("true", data, whole, "mp4").status, 0);
    const size = statSync(join(whole, "media_bundle.mp4")).size;
    const { status, stderr } = packUnder(`ulimit -f ${Math.floor((size - 1) / 1024)}`, data, out, "mp4");
    assert.equal(status, 1, stderr);
    assert.match(stderr, /largest size allowed/);
    assert.deepEqual(readdirSync(temp.path).sort(), ["data", "whole"]);
  },
});

Deno.test({
  name: "a read error of the storage ends the run: exit 1, the remedy, no partial file",
  ignore: !linux,
  fn() {
    using temp = tempDir();
    makeDataset(join(temp.path, "data"));
    // Reading this file of the kernel's from its beginning answers EIO.
    symlinkSync("/proc/self/mem", join(temp.path, "data/images/bad.jpg"));
    const { status, stderr } = packUnder("true", join(temp.path, "data"), join(temp.path, "out"));
    assert.equal(status, 1, stderr);
    assert.match(stderr, /storage reports a fault/);
    assert.deepEqual(readdirSync(temp.path), ["data"]);
  },
});

Deno.test({
  name: "an output folder that cannot be written: exit 1 and the remedy",
  ignore: !linux,
  fn() {
    using temp = tempDir();
    makeDataset(join(temp.path, "data"));
    const output = join(temp.path, "out");
    mkdirSync(output);
    chmodSync(output, 0o555);
    // Root may write anywhere but into the kernel's own file systems.
    const target = process.getuid?.() === 0 ? "/proc/nowhere" : output;
    const { status, stderr } = packUnder("true", join(temp.path, "data"), target);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /Cannot write to the output folder/);
    assert.match(stderr, /--output/);
  },
});
