import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileStatus } from "../../src/io/runtime.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { pack } from "../../src/pack/pack.ts";
import { scan } from "../../src/scan/scan.ts";
import { walk } from "../../src/tree/walk.ts";
import { findDifference } from "../../src/update/difference.ts";
import { KnownFrames } from "../../src/update/known_frames.ts";
import { StatusLister } from "../../src/update/status_lister.ts";
import { isOld, Statuses } from "../../src/update/statuses.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";

/** What differs, by name. */
async function differences(dataset: string, set: string, since: number) {
  const manifest = openManifest(join(set, "frame_manifest.json"));
  const found = await scan({ images: dataset, labels: dataset }, { issue: () => {} });
  try {
    const { added, changed, moved, suspects, removed, unchanged, hashed } = findDifference(
      found,
      manifest,
      new KnownFrames(manifest),
      { statuses: since === 0 ? undefined : new Statuses(since) },
    );
    const name = (position: number) => manifest.record(position).file_name;
    return {
      added: added.map(({ fileName }) => fileName),
      changed: changed.map(({ entry, position }) => `${name(position)} ${entry.fileName}`),
      moved: moved.map(({ entry, position }) => `${name(position)} ${entry.fileName}`),
      suspects: suspects.map(({ entry }) => entry.fileName),
      removed: removed.map(name),
      unchanged,
      hashed,
    };
  } finally {
    found.close();
    manifest.close();
  }
}

const NOTHING = { added: [], changed: [], moved: [], suspects: [], removed: [] };
/** Every file is older. */
const LATER = Date.now() + 3_600_000;
const IMAGES = Object.keys(yoloFiles(14)).filter((name) => name.endsWith(".jpg")).length;

async function packed(count: number) {
  const temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(count));
  await pack({ dataset, output: set });
  return { dataset, set, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}

Deno.test("a dataset that is as it was differs in nothing, and old files are not read for that", async () => {
  using made = await packed(14);
  const same = await differences(made.dataset, made.set, LATER);
  assert.deepEqual(same, { ...NOTHING, unchanged: IMAGES, hashed: 0 });
  // Without a hint every image is read, and every label file has to be.
  const read = await differences(made.dataset, made.set, 0);
  assert.deepEqual({ ...read, suspects: [] }, { ...NOTHING, unchanged: 2, hashed: IMAGES });
  assert.equal(read.suspects.length, IMAGES - 2, "all but those without labels");
});

Deno.test("new, changed, renamed and removed images and labels are told apart", async () => {
  using made = await packed(14);
  const { dataset, set } = made;
  const path = (name: string) => join(dataset, name);
  const { added, changed, moved, suspects, removed } = await (async () => {
    writeFileSync(path("images/train/new.jpg"), readFileSync(path("images/val/img-0_0.jpg")));
    appendFileSync(path("images/train/img-37_1.jpg"), "more");
    renameSync(path("images/train/img-74_2.jpg"), path("images/train/other.jpg"));
    renameSync(path("labels/train/img-74_2.txt"), path("labels/train/other.txt"));
    renameSync(path("images/val/img-111_3.jpg"), path("images/train/img-111_3.jpg"));
    rmSync(path("images/train/img-148_4.jpg"));
    rmSync(path("labels/train/img-185_5.txt"));
    return await differences(dataset, set, 0);
  })();
  assert.deepEqual(added, ["images/train/new.jpg"]);
  assert.deepEqual(changed, ["images/train/img-37_1.jpg images/train/img-37_1.jpg"]);
  assert.deepEqual(moved.sort(), [
    "images/train/img-185_5.jpg images/train/img-185_5.jpg",
    "images/train/img-74_2.jpg images/train/other.jpg",
    "images/val/img-111_3.jpg images/train/img-111_3.jpg",
  ]);
  assert.deepEqual(removed, ["images/train/img-148_4.jpg"]);
  assert.ok(suspects.includes("images/train/other.jpg") && suspects.includes("images/train/img-185_5.jpg"));
  assert.ok(!suspects.includes("images/train/img-37_1.jpg"), "what is packed again brings its labels along");
});

Deno.test("a file of another size is other, whatever its time; one of the same bytes is not", async () => {
  using made = await packed(14);
  const { dataset, set } = made;
  appendFileSync(join(dataset, "images/train/img-37_1.jpg"), "more");
  utimesSync(join(dataset, "images/train/img-74_2.jpg"), 1, 1);
  const found = await differences(dataset, set, LATER);
  assert.deepEqual(found.changed, ["images/train/img-37_1.jpg images/train/img-37_1.jpg"]);
  assert.deepEqual(found.suspects, []);
});

Deno.test("a class list that has changed casts doubt on all labels", async () => {
  using made = await packed(14);
  const { dataset, set } = made;
  const list = join(dataset, "data.yaml");
  const before = fileStatus(list).changed;
  const touch = () => {
    writeFileSync(list, "path: .\ntrain: images/train\nval: images/val\nnames: [a, b, c]\n");
    return fileStatus(list).changed;
  };
  let since: number;
  // Times of status may be whole seconds.
  do since = touch(); while (since < before + 2000);
  const found = await differences(dataset, set, since);
  assert.equal(found.suspects.length, IMAGES - 2);
  assert.equal(found.hashed, 0, "the images are older");
});

Deno.test({
  name:
    "a folder that another was renamed to, or that a link leads to, is looked into though its files are old",
  // A folder has no time of status change there.
  ignore: process.platform === "win32",
  fn: async () => {
    using made = await packed(14);
    const { dataset, set } = made;
    const path = (name: string) => join(dataset, name);
    // Beside the dataset, on the same file system.
    const others = `${dataset}-others`, aside = `${dataset}-aside`;
    cpSync(path("labels/train"), others, { recursive: true });
    const before = fileStatus(others).changed;
    // Times of status may be whole seconds; every other time the folder has its own name again.
    do {
      renameSync(path("labels/train"), aside);
      renameSync(others, path("labels/train"));
      renameSync(aside, others);
    } while (fileStatus(path("labels/train")).changed <= before);
    const since = fileStatus(path("labels/train")).changed;
    const found = await differences(dataset, set, since);
    const inTrain = found.suspects.filter((name) => name.startsWith("images/train/"));
    assert.ok(inTrain.length > 5);
    assert.deepEqual(found.suspects, inTrain, "those of val lie where they were");
    assert.equal(found.hashed, 0, "the images are older");

    renameSync(path("labels/val"), path("labels/real"));
    symlinkSync("real", path("labels/val"));
    const linked = await differences(dataset, set, LATER);
    assert.ok(linked.suspects.length > 0 && linked.suspects.every((name) => name.startsWith("images/val/")));
  },
});

Deno.test("threads that list folders find what one thread finds, and know of each file if it has changed", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  const files: Record<string, Uint8Array | string> = { "list.txt": "" };
  // So many names make a folder large.
  for (let i = 0; i < 900; i++) {
    for (const folder of ["images", "labels"]) {
      files[`${folder}/${i}-${"long ".repeat(20)}.txt`] = "x".repeat(i % 7);
    }
  }
  for (const odd of ["images/._hidden", "images/.DS_Store", "labels/deep/\u00e9.txt"]) files[odd] = "x";
  writeTree(dataset, files);
  if (process.platform !== "win32") symlinkSync("../list.txt", join(dataset, "images/linked.txt"));
  const isLinked = (path: string) => path.endsWith("linked.txt");
  const options = { issue: () => {} };
  const plain = await walk(dataset, options);
  for (const since of [LATER, 1]) {
    for (const threads of [1, 2, 3]) {
      using lister = new StatusLister(since, threads);
      const listed = await walk(dataset, { ...options, lister });
      assert.deepEqual(listed.folders, plain.folders);
      const statuses = await lister.statuses();
      statuses.root(dataset);
      const all = (folder: string) =>
        statuses.changed(join(dataset, folder), plain.folders.get(folder)!.files, () => true);
      for (const folder of ["images", "labels", "labels/deep"]) {
        const suspect = plain.folders.get(folder)!.files.filter((name) => since === 1 || isLinked(name));
        assert.deepEqual([...all(folder)], suspect);
      }
      for (const path of plain.paths()) {
        const size = statSync(join(dataset, path)).size;
        const old = since === LATER && !isLinked(path);
        assert.equal(statuses.of(join(dataset, path)), old ? size : -1 - size);
      }
    }
  }
});

Deno.test("what threads cannot list is left to who walks; waiting for them can be ended", async () => {
  using temp = tempDir();
  const file = join(temp.path, "no-folder");
  writeFileSync(file, new Uint8Array(100_000));
  using lister = new StatusLister(LATER, 1);
  lister.expect(file);
  lister.expect(join(temp.path, "never"));
  assert.equal(await lister.list(file), undefined);
  assert.equal(await lister.list(join(temp.path, "never")), undefined);
  const statuses = await lister.statuses();
  statuses.root(temp.path);
  assert.equal(statuses.of(file), 100_000);
  assert.ok(!isOld(statuses.of(join(temp.path, "never"))));
  await assert.rejects(lister.statuses(AbortSignal.abort(new Error("enough"))), /enough/);
});
