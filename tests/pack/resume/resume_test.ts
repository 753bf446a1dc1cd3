import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { PackOptions, PackReport } from "../../../src/pack/options.ts";
import { pack, packWithCheckpoints } from "../../../src/pack/pack.ts";
import { RUN_JOURNAL } from "../../../src/manifest/source_set.ts";
import { update } from "../../../src/update/update.ts";
import { verify } from "../../../src/verify/verify.ts";
import { tempDir } from "../../dataset/temp.ts";
import { testWith } from "../../tools.ts";
import { H264, paint } from "../../video/input/painted.ts";
import { jpeg, writeTree } from "../small_dataset.ts";
import { datasets } from "./datasets.ts";

const COUNT = 300;
/** So few are packed without starting threads, which takes longer than the rest. */
const FEW = 60;
/** Entries in a batch. */
const BATCH = 16;

/** Packs until so many checkpoints were made; returns the error that told of the interruption. */
async function interrupt(options: PackOptions, checkpoints: number): Promise<Error> {
  const controller = new AbortController();
  let left = checkpoints;
  const running = packWithCheckpoints({ ...options, signal: controller.signal }, {
    batch: BATCH,
    written: () => --left === 0 && controller.abort(),
  });
  const error = await running.then(() => undefined, (error) => error);
  assert.ok(error, `the run ended before checkpoint ${checkpoints}`);
  return error;
}

/** All files of a folder by name. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

/** What a report says of the set. */
function outcome({ seconds: _, output: __, resumed: ___, issues, ...rest }: PackReport): unknown {
  const { "run-continued": ____, ...others } = issues;
  return { ...rest, issues: others };
}

const CASES: [keyof typeof datasets, Partial<PackOptions>][] = [
  ["yolo", {}],
  ["yolo", { media: "mp4", dedupe: true, split: { train: 0.7, val: 0.3 } }],
  ["yolo", { media: "tar", layout: "webdataset" }],
  ["yolo", { keepLabels: true }],
  ["yolo", { stage: "bundle" }],
  ["voc", { media: "tar" }],
  ["coco", {}],
  ["classFolders", {}],
  ["labelsAlone", {}],
];

for (const [format, options] of CASES) {
  Deno.test(`an interrupted run that is continued gives the same bytes: ${format} ${JSON.stringify(options)}`, async () => {
    using temp = tempDir();
    const dataset = join(temp.path, "data");
    writeTree(dataset, datasets[format](COUNT));
    const whole = join(temp.path, "whole");
    const expected = await pack({ dataset, output: whole, workers: 1, ...options });

    const output = join(temp.path, "out");
    const half = { dataset, output, ...options };
    const error = await interrupt({ ...half, workers: 2 }, 4);
    assert.match(error.message, /^Interrupted: nothing was published/);
    assert.ok(existsSync(join(output, RUN_JOURNAL)));
    await interrupt({ ...half, workers: 1 }, 3);
    const issues: string[] = [];
    const report = await pack({
      ...half,
      workers: 3,
      resume: true,
      onIssue: ({ code }) => issues.push(code),
    });
    assert.ok(report.resumed! >= 3 * BATCH && report.resumed! < COUNT, `${report.resumed}`);
    assert.equal(issues.filter((code) => code === "run-continued").length, 1);
    assert.deepEqual(contents(output), contents(whole));
    assert.deepEqual(outcome(report), outcome(expected));
    assert.deepEqual((await verify(output, { deep: true })).problems, []);
  });
}

testWith(
  ["tar"],
  "a run on a tar.gz, which is inflated anew, is continued, unless it is another file now",
  async () => {
    using temp = tempDir();
    const [data, dataset, whole, output] = ["data", "data.tar.gz", "whole", "out"]
      .map((name) => join(temp.path, name));
    writeTree(data, datasets.yolo(COUNT));
    const archive = () => execFileSync("tar", ["-czf", dataset, "-C", data, "."]);
    archive();
    await pack({ dataset, output: whole });
    await interrupt({ dataset, output }, 3);
    assert.deepEqual(readdirSync(output).filter((name) => name.includes("inflated")), []);
    assert.ok((await pack({ dataset, output, resume: true })).resumed! > 0);
    assert.deepEqual(contents(output), contents(whole));

    await interrupt({ dataset, output, overwrite: true }, 3);
    archive();
    const report = await pack({ dataset, output, overwrite: true, resume: true });
    assert.equal(report.resumed, undefined);
    assert.equal(report.issues["run-begun-anew"], 1);
    assert.deepEqual(contents(output), contents(whole));
  },
);

testWith(
  ["encoder:libx264", "ffprobe"],
  "a run on videos, which are decoded anew, is continued, unless one is another file now",
  async () => {
    using temp = tempDir();
    const [dataset, whole, output] = ["data", "whole", "out"].map((name) => join(temp.path, name));
    writeTree(dataset, { "before.jpg": jpeg(40, 30), "z/after.jpg": jpeg(40, 31) });
    const video = join(dataset, "clip.mp4");
    const frames = 8 * BATCH;
    paint(video, frames, H264);
    assert.equal((await pack({ dataset, output: whole })).frames, frames + 2);
    await interrupt({ dataset, output, workers: 1 }, 3);
    assert.deepEqual(readdirSync(output).filter((name) => name.includes("inflated")), []);
    const report = await pack({ dataset, output, resume: true });
    assert.ok(report.resumed! >= 3 * BATCH && report.resumed! < frames, `${report.resumed}`);
    assert.deepEqual(contents(output), contents(whole));

    await interrupt({ dataset, output, overwrite: true, workers: 1 }, 3);
    paint(video, frames, [...H264, "-crf", "40"]);
    const other = await pack({ dataset, output, overwrite: true, resume: true });
    assert.equal(other.resumed, undefined);
    assert.equal(other.issues["run-begun-anew"], 1);
    await pack({ dataset, output: whole, overwrite: true });
    assert.deepEqual(contents(output), contents(whole));
  },
);

Deno.test("an update of the set in between leaves nothing that could be continued", async () => {
  using temp = tempDir();
  const [dataset, output] = ["data", "out"].map((name) => join(temp.path, name));
  writeTree(dataset, datasets.yolo(FEW));
  await pack({ dataset, output });
  await interrupt({ dataset, output, overwrite: true, dedupe: true }, 2);
  writeFileSync(join(dataset, "images/val/zzz.jpg"), jpeg(80, 60, 77));
  const { images } = await update({ dataset, output });
  assert.equal(images, FEW + 1);
  assert.ok(!existsSync(join(output, RUN_JOURNAL)));
  assert.deepEqual((await verify(output, { deep: true })).problems, []);
  const report = await pack({ dataset, output, overwrite: true, dedupe: true, resume: true });
  assert.equal(report.resumed, undefined);
});

Deno.test("annotate is continued, too", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data");
  writeTree(dataset, datasets.voc(FEW));
  const [whole, output] = [join(temp.path, "whole"), join(temp.path, "out")];
  for (const folder of [whole, output]) await pack({ dataset, output: folder, stage: "bundle" });
  await pack({ dataset, output: whole, stage: "annotate" });
  await interrupt({ dataset, output, stage: "annotate" }, 2);
  const report = await pack({ dataset, output, stage: "annotate", resume: true });
  assert.ok(report.resumed! > 0);
  assert.deepEqual(contents(output), contents(whole));
});

/** Interrupts a run, changes something, gives the command again, and compares with a run that was never interrupted. */
async function changedInBetween(
  change: (dataset: string, output: string) => void,
  again: Partial<PackOptions> = {},
): Promise<{ report: PackReport; told: string[] }> {
  using temp = tempDir();
  const [dataset, output, whole] = ["data", "out", "whole"].map((name) => join(temp.path, name));
  writeTree(dataset, datasets.yolo(FEW));
  await pack({ dataset, output: whole });
  await interrupt({ dataset, output }, 2);
  change(dataset, output);
  const told: string[] = [];
  const report = await pack({
    dataset,
    output,
    resume: true,
    ...again,
    onIssue: ({ code, message }) => {
      if (code === "run-begun-anew" || code === "run-continued") told.push(message);
    },
  });
  await pack({ dataset, output: whole, ...again, overwrite: true });
  assert.deepEqual(contents(output), contents(whole));
  return { report, told };
}

/** Path of the first image in bundle order: it is packed before the first checkpoint. */
const first = (dataset: string) =>
  join(dataset, "images/train", readdirSync(join(dataset, "images/train")).sort()[0]);

const CHANGES: Record<string, [RegExp, (dataset: string, output: string) => void, Partial<PackOptions>?]> = {
  "an image that is packed has other content and an older date": [
    /has changed since|another size/,
    (dataset) => {
      writeFileSync(first(dataset), jpeg(80, 60, 77));
      utimesSync(first(dataset), 1e9, 1e9);
    },
  ],
  "an image has the same size and other content": [/has changed since/, (dataset) => {
    const bytes = readFileSync(first(dataset));
    bytes[bytes.length - 4] ^= 1;
    writeFileSync(first(dataset), bytes);
  }],
  "an image that is packed is gone": [/others now/, (dataset) => rmSync(first(dataset))],
  "an image was added before the others": [/has changed since|others now/, (dataset) => {
    writeFileSync(join(dataset, "images/train/!first.jpg"), jpeg(80, 60, 77));
  }],
  "labels have changed": [/has changed since/, (dataset) => {
    const label = readdirSync(join(dataset, "labels/train"))[0];
    writeFileSync(join(dataset, "labels/train", label), "0 0.5 0.5 0.1 0.1\n");
  }],
  "the class list has changed": [/the dataset is another/, (dataset) => {
    writeFileSync(join(dataset, "data.yaml"), "names: [a, b, c]\n");
  }],
  "other options": [/other options/, () => {}, { keepIgnore: true, media: "tar" }],
  "the unfinished bundle is cut off": [/not all is there/, (_, output) => {
    truncateSync(join(output, "media_bundle.zip.partial"), 1000);
  }],
  "the unfinished manifest is damaged": [/is not there any more/, (_, output) => {
    const path = join(output, "frame_manifest.json.partial");
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("img-", 4096)] ^= 1;
    writeFileSync(path, bytes);
  }],
  "the unfinished annotations are gone": [/not all is there/, (_, output) => {
    rmSync(join(output, "unified_annotation.json.lines.partial"));
  }],
};

for (const [what, [reason, change, again]] of Object.entries(CHANGES)) {
  Deno.test(`an interrupted run begins anew and says so: ${what}`, async () => {
    const { report, told } = await changedInBetween(change, again);
    assert.equal(told.length, 1);
    assert.match(told[0], /cannot be continued/);
    assert.match(told[0], reason);
    assert.equal(report.resumed, undefined);
  });
}

Deno.test("images that come after those that are packed are no obstacle", async () => {
  const { report, told } = await changedInBetween((dataset) => {
    writeFileSync(join(dataset, "images/val/zzz.jpg"), jpeg(80, 60, 77));
  });
  assert.ok(report.resumed! > 0);
  assert.match(told.join(), /is continued/);
});

for (
  const [what, damage] of Object.entries<(path: string) => void>({
    "changed": (path) => writeFileSync(path, readFileSync(path, "utf8").replace('"frames":', '"frames":1')),
    "cut off": (path) => truncateSync(path, 100),
    "longer": (path) => appendFileSync(path, "x"),
    "empty": (path) => truncateSync(path, 0),
  })
) {
  Deno.test(`a journal that is ${what} is passed over`, async () => {
    const { report, told } = await changedInBetween((_, output) => damage(join(output, RUN_JOURNAL)));
    assert.equal(report.resumed, undefined);
    assert.deepEqual(told, []);
  });
}

Deno.test("without resume, an interrupted run is neither continued nor left behind", async () => {
  using temp = tempDir();
  const [dataset, output] = ["data", "out"].map((name) => join(temp.path, name));
  writeTree(dataset, datasets.yolo(FEW));
  await pack({ dataset, output: join(temp.path, "before") });
  await interrupt({ dataset, output }, 2);
  const controller = new AbortController();
  const running = pack({
    dataset,
    output,
    signal: controller.signal,
    onProgress: ({ phase }) => phase === "pack" && controller.abort(),
  });
  await assert.rejects(running, {
    message: "Interrupted: nothing was published.",
    exitCode: 130,
    suggestion: undefined,
  });
  assert.deepEqual(readdirSync(output), []);
});

Deno.test("an interrupted run outlasts a command that fails before it could be continued", async () => {
  using temp = tempDir();
  const [dataset, output] = ["data", "out"].map((name) => join(temp.path, name));
  writeTree(dataset, datasets.yolo(FEW));
  await pack({ dataset, output: join(temp.path, "before") });
  await interrupt({ dataset, output }, 2);
  const left = contents(output);
  Deno.renameSync(dataset, dataset + ".unmounted");
  Deno.mkdirSync(dataset);
  await assert.rejects(pack({ dataset, output, resume: true }), /nothing to pack/);
  Deno.removeSync(dataset);
  Deno.renameSync(dataset + ".unmounted", dataset);
  assert.deepEqual(contents(output), left);
  assert.ok((await pack({ dataset, output, resume: true })).resumed! > 0);
});
