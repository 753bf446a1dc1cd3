import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "../property.ts";
import { openDataset } from "../../mod.ts";
import { openManifest } from "../../src/manifest/reader.ts";
import { markSince } from "../../src/manifest/since.ts";
import { PackError } from "../../src/model/issue.ts";
import { pack } from "../../src/pack/pack.ts";
import { update } from "../../src/update/update.ts";
import { tempDir } from "../dataset/temp.ts";
import { canBeDenied, deniable, heavy, run } from "../tools.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";

/** A set with everything ids are not part of, so that it can be compared with one that was packed anew. */
async function contents(set: string) {
  await using dataset = await openDataset(set);
  const classes = new Map(dataset.categories.map(({ id, name }) => [id, name]));
  const images: Record<string, unknown> = {};
  for await (const { file_name, width, height, split, annotations, record } of dataset) {
    images[file_name] = {
      width,
      height,
      split,
      sha256: record.sha256,
      labels: record.labels,
      annotations: annotations.map(({ bbox, area, category_id }) => [classes.get(category_id), ...bbox, area])
        .sort(),
    };
  }
  return images;
}

/** Ids by name of the images, and of the annotations by image and content. */
async function ids(set: string) {
  await using dataset = await openDataset(set);
  const images = new Map<string, number>(), annotations = new Map<number, string>();
  for await (const image of dataset) {
    images.set(image.file_name, image.id);
    for (const { id, ...rest } of image.annotations) annotations.set(id, JSON.stringify(rest));
  }
  return { images, annotations, classes: dataset.categories.map(({ id, name }) => `${id} ${name}`) };
}

type Step =
  | { kind: "add"; at: number; size: number }
  | { kind: "change"; at: number; size: number }
  | { kind: "rename"; at: number; to: number }
  | { kind: "remove"; at: number }
  | { kind: "label"; at: number; box: number; classNumber: number }
  | { kind: "unlabel"; at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), at: fc.nat(40), size: fc.nat(300) }),
  fc.record({ kind: fc.constant("change" as const), at: fc.nat(), size: fc.nat(300) }),
  fc.record({ kind: fc.constant("rename" as const), at: fc.nat(), to: fc.nat(40) }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("label" as const), at: fc.nat(), box: fc.nat(8), classNumber: fc.nat(4) }),
  fc.record({ kind: fc.constant("unlabel" as const), at: fc.nat() }),
);

const stemOf = (name: string) => name.slice("images/".length, -".jpg".length);
const labelOf = (name: string) => `labels/${stemOf(name)}.txt`;

/** Carries out a step on the folder. */
function apply(folder: string, made: Step, names: string[]): void {
  const path = (name: string) => join(folder, name);
  const write = (name: string, data: Uint8Array | string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), data);
  };
  const fresh = (n: number) => `images/${n % 3 ? "train" : "val"}/n-${n}.jpg`;
  const name = names.length > 0 ? names[made.at % names.length] : undefined;
  if (made.kind === "add") write(fresh(made.at), jpeg(30 + made.at, 40, made.size));
  else if (name === undefined) return;
  else if (made.kind === "change") write(name, jpeg(31, 41 + made.at % 9, made.size));
  else if (made.kind === "remove") rmSync(path(name));
  else if (made.kind === "rename") {
    if (existsSync(path(fresh(made.to)))) return;
    renameSync(path(name), path(fresh(made.to)));
    if (existsSync(path(labelOf(name)))) renameSync(path(labelOf(name)), path(labelOf(fresh(made.to))));
  } else if (made.kind === "label") {
    write(labelOf(name), `${made.classNumber} 0.5 0.5 0.${made.box + 1} 0.2\n`);
  } else rmSync(path(labelOf(name)), { force: true });
}

function imageNames(folder: string): string[] {
  return ["train", "val"].flatMap((part) =>
    readdirSync(join(folder, "images", part)).map((name) => `images/${part}/${name}`)
  ).sort();
}

Deno.test("after any changes an update holds what packing anew would hold, and ids stay", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom("zip" as const, "tar" as const),
      async (rounds, media) => {
        using temp = tempDir();
        const dataset = join(temp.path, "data"), set = join(temp.path, "set");
        writeTree(dataset, yoloFiles(5));
        await pack({ dataset, output: set, media, workers: 1 });
        const bundle = join(set, `media_bundle.${media}`);
        for (const [round, steps] of rounds.entries()) {
          const old = await ids(set), before = readFileSync(bundle);
          for (const made of steps) apply(dataset, made, imageNames(dataset));
          if (imageNames(dataset).length === 0) return;
          const report = await update({ dataset, output: set, workers: 1 });
          const anew = join(temp.path, `anew-${round}`);
          await pack({ dataset, output: anew, media, workers: 1 });
          assert.deepEqual(await contents(set), await contents(anew));

          const now = await ids(set);
          for (const [name, id] of now.images) {
            const known = old.images.get(name);
            assert.ok(known === undefined ? true : known === id, `${name} had the id ${known} and has ${id}`);
          }
          for (const [id, text] of now.annotations) {
            const known = old.annotations.get(id);
            assert.ok(known === undefined || known === text, `annotation ${id} is another`);
          }
          assert.deepEqual(now.classes.slice(0, old.classes.length), old.classes);
          assert.equal(new Set(now.images.values()).size, now.images.size);
          const prefix = media === "tar" ? before.length - 1024 : before.length;
          assert.ok(readFileSync(bundle).subarray(0, prefix).equals(before.subarray(0, prefix)));
          assert.equal(report.images, now.images.size);
          assert.deepEqual(readdirSync(set).filter((name) => /partial|lock|journal/.test(name)), []);

          const again = await update({ dataset, output: set, workers: 1 });
          assert.equal(again.written, false);
        }
      },
    ),
    { numRuns: heavy ? 40 : 5 },
  );
});

Deno.test("a changed image that cannot be packed stays as it was, and is told; others come in all the same", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(5));
  await pack({ dataset, output: set });
  const [first, second] = imageNames(dataset);
  const old = await contents(set);
  writeFileSync(join(dataset, first), "no image");
  appendFileSync(join(dataset, second), "more");
  const report = await update({ dataset, output: set });
  assert.deepEqual(report.rejects, { image: 1, label: 1, annotation: 0 });
  assert.equal(report.changed, 1);
  const now = await contents(set);
  assert.deepEqual(now[first], old[first]);
  assert.notDeepEqual(now[second], old[second]);
  const rejects = readFileSync(join(set, "rejects.jsonl"), "utf8").trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(rejects.map(({ record, path }) => `${record} ${path}`).sort(), [
    `image ${first}`,
    `label ${labelOf(first)}`,
  ]);
  writeFileSync(join(dataset, first), jpeg(70, 50));
  await update({ dataset, output: set });
  assert.ok(!existsSync(join(set, "rejects.jsonl")), "nothing is left out any more");
});

/** Lets a set believe that all files there are now were read before. */
function readBefore(set: string, dataset: string): void {
  const manifest = openManifest(join(set, "frame_manifest.json"));
  manifest.close();
  const { path, header, footer } = manifest;
  const files = { manifest: path, bundle: join(set, header.bundle.file) };
  markSince({ ...files, seal: footer.sha256, inputs: [dataset, dataset] }, Date.now());
}

Deno.test("another folder is compared with the set file by file, however old its files are", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), other = join(temp.path, "other"), set = join(temp.path, "set");
  const files = yoloFiles(6);
  writeTree(dataset, files);
  const [name] = imageNames(dataset);
  const bytes = Uint8Array.from(files[name] as Uint8Array);
  bytes[bytes.length - 3] ^= 1;
  writeTree(other, { ...files, [name]: bytes, "labels/train/img-37_1.txt": "2 0.5 0.5 0.4 0.4\n" });
  await pack({ dataset, output: set });
  readBefore(set, dataset);
  const same = await update({ dataset, output: set });
  assert.deepEqual([same.written, same.hashed], [false, 0]);
  readBefore(set, dataset);
  const { changed, relabelled } = await update({ dataset: other, output: set });
  assert.deepEqual({ changed, relabelled }, { changed: 1, relabelled: 1 });
});

Deno.test("a list of class names that is gone is a change of all labels, as when packing anew", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set"), anew = join(temp.path, "anew");
  writeTree(dataset, yoloFiles(6));
  await pack({ dataset, output: set });
  readBefore(set, dataset);
  rmSync(join(dataset, "data.yaml"));
  const { relabelled } = await update({ dataset, output: set });
  assert.ok(relabelled > 0);
  await pack({ dataset, output: anew });
  assert.deepEqual(await contents(set), await contents(anew));
});

Deno.test("a dataset without images is taken for one that is not mounted: the set stays as it was", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set"), empty = join(temp.path, "empty");
  writeTree(dataset, yoloFiles(4));
  mkdirSync(empty);
  await pack({ dataset, output: set });
  const before = readdirSync(set).sort();
  for (const dryRun of [true, false]) {
    await assert.rejects(
      update({ dataset: empty, output: set, dryRun }),
      (error) =>
        error instanceof PackError && error.exitCode === 1 &&
        /no images.*all images.*\(4\)/.test(error.message) &&
        /its disk/.test(error.suggestion ?? ""),
    );
  }
  assert.deepEqual(readdirSync(set).sort(), before);
  const { written } = await update({ dataset, output: set });
  assert.equal(written, false);
});

Deno.test({
  name: "images and labels in a folder that may not be listed are not taken for gone" +
    (canBeDenied ? "" : " (skipped: this user may list any folder, and setpriv is not installed)"),
  ignore: !canBeDenied,
  fn: async () => {
    using temp = tempDir();
    const dataset = join(temp.path, "data"), set = join(temp.path, "set");
    writeTree(dataset, yoloFiles(6));
    await pack({ dataset, output: set });
    const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
    const command = [Deno.execPath(), "run", "-A", "--no-check", main, "update", dataset, "--output", set];
    const updateWithout = (folder: string) => {
      chmodSync(join(dataset, folder), 0);
      const output = run(deniable(command));
      chmodSync(join(dataset, folder), 0o755);
      return output;
    };
    for (const folder of ["images/train", "labels/train"]) {
      const { code, stderr } = updateWithout(folder);
      assert.deepEqual([code, stderr.includes(`"${folder}" cannot be listed, so`)], [1, true], stderr);
    }
    mkdirSync(join(dataset, "lost"));
    const { code, stdout } = updateWithout("lost");
    assert.deepEqual([code, /Nothing has changed/.test(stdout)], [3, true], "nothing of the set was there");
  },
});

Deno.test("what cannot grow is refused with the remedy, and nothing is written", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(4));
  await pack({ dataset, output: set, keepLabels: true });
  const before = readdirSync(set).sort();
  rmSync(join(dataset, imageNames(dataset)[0]));
  await assert.rejects(
    update({ dataset, output: set }),
    (error) =>
      error instanceof PackError && error.exitCode === 2 && /--keep-labels/.test(error.suggestion ?? ""),
  );
  assert.deepEqual(readdirSync(set).sort(), before);
});

Deno.test("a dry run counts what would change and writes nothing", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(6));
  await pack({ dataset, output: set });
  const [first, second, third] = imageNames(dataset);
  rmSync(join(dataset, first));
  appendFileSync(join(dataset, second), "more");
  renameSync(join(dataset, third), join(dataset, "images/val/elsewhere.jpg"));
  writeFileSync(join(dataset, "images/val/new.jpg"), jpeg(99, 98));
  const files = () =>
    readdirSync(set).map((name) => [name, readFileSync(join(set, name)).toString("base64")]);
  const before = files();
  const { written, added, changed, moved, removed, images } = await update({
    dataset,
    output: set,
    dryRun: true,
  });
  assert.deepEqual(
    { written, added, changed, moved, removed, images },
    { written: false, added: 1, changed: 1, moved: 1, removed: 1, images: 6 },
  );
  assert.deepEqual(files(), before);
});

Deno.test("an update that is interrupted, or rejects too much, leaves the set as it was", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(30));
  await pack({ dataset, output: set });
  for (const name of imageNames(dataset)) appendFileSync(join(dataset, name), "more");
  writeFileSync(join(dataset, "images/val/broken.jpg"), "no image");
  const files = () =>
    readdirSync(set).map((name) => [name, readFileSync(join(set, name)).toString("base64")]);
  const before = files();
  await assert.rejects(update({ dataset, output: set, maxRejects: 0 }), /--max-rejects/);
  assert.deepEqual(files(), before);
  for (const phase of ["scan", "compare", "pack", "write"]) {
    const controller = new AbortController();
    await assert.rejects(
      update({
        dataset,
        output: set,
        signal: controller.signal,
        onProgress: (progress) => progress.phase === phase && controller.abort(),
      }),
      (error) => error instanceof PackError && error.exitCode === 130,
      phase,
    );
    assert.deepEqual(files(), before, phase);
  }
});
