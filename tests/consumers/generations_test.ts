/** Bundles that were appended to, read by programs that know nothing of generations. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDataset } from "../../src/dataset/open.ts";
import { appendGeneration } from "../../src/generations/append.ts";
import { rollback } from "../../src/generations/rollback.ts";
import type { Media } from "../../src/media/container.ts";
import { pack } from "../../src/pack/pack.ts";
import { tempDir } from "../dataset/temp.ts";
import { python, runOk, testWith } from "../tools.ts";

const SAMPLE = fileURLToPath(new URL("../../fixtures/sample", import.meta.url));
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Hands over a set of four generations: images added, one removed, one renamed, a rollback and its undoing. */
async function withGrown(
  media: Media,
  test: (dir: string, bundle: string, entries: Map<string, string>) => void,
) {
  using temp = tempDir();
  const dir = join(temp.path, "set"), incoming = join(temp.path, "incoming");
  await pack({ dataset: SAMPLE, output: dir, pattern: ["images/train/**"], media, workers: 1 });
  await pack({ dataset: SAMPLE, output: incoming, pattern: ["images/val/**"], media, workers: 1 });
  const moved = new Map([[1, { fileName: "images/train/renamed.jpg" }]]);
  await appendGeneration(dir, { incoming, removed: new Set([0]), moved });
  await rollback(dir, 1);
  await rollback(dir, 2);
  using dataset = await openDataset(dir);
  const entries = new Map<string, string>();
  for await (const { record } of dataset) entries.set(record.entry ?? record.file_name, record.sha256);
  test(dir, join(dir, `media_bundle.${media}`), entries);
}

testWith(
  ["unzip"],
  "unzip finds no error in a zip that was appended to, and sees what is alive",
  () =>
    withGrown("zip", (_, bundle, entries) => {
      assert.match(runOk(["unzip", "-t", bundle]), /No errors detected/);
      assert.deepEqual(
        runOk(["unzip", "-Z1", bundle]).trimEnd().split("\n").sort(),
        [...entries.keys()].sort(),
      );
    }),
);

for (const media of ["zip", "tar"] as const) {
  testWith(
    ["bsdtar"],
    `bsdtar extracts every image that is alive from a ${media} that was appended to`,
    () =>
      withGrown(media, (dir, bundle, entries) => {
        const out = join(dir, "..", "out");
        mkdirSync(out);
        runOk(["bsdtar", "-xf", bundle, "-C", out]);
        for (const [name, sha256] of entries) {
          assert.equal(
            createHash("sha256").update(readFileSync(join(out, name))).digest("hex"),
            sha256,
            name,
          );
        }
      }),
  );

  const read = media === "zip"
    ? "import zipfile; z = zipfile.ZipFile(sys.argv[1]); f = {n: z.read(n) for n in z.namelist()}"
    : "import tarfile; t = tarfile.open(sys.argv[1]); f = {m.name: t.extractfile(m).read() for m in t}";
  testWith(
    ["python"],
    `Python reads every image that is alive from a ${media} that was appended to`,
    () =>
      withGrown(media, (_, bundle, entries) => {
        const tell = "print(json.dumps({n: hashlib.sha256(b).hexdigest() for n, b in f.items()}))";
        const found = JSON.parse(
          runOk([python, "-c", `import hashlib, json, sys; ${read}; ${tell}`, bundle]),
        );
        for (const [name, sha256] of entries) assert.equal(found[name], sha256, name);
        // What is gone can be hidden from readers of a directory only.
        if (media === "zip") assert.equal(Object.keys(found).length, entries.size);
      }),
  );
}

testWith(
  ["ffprobe"],
  "ffprobe counts the frames that are alive in an mp4 that was appended to",
  () =>
    withGrown("mp4", (_, bundle, entries) => {
      const asked = [
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        "stream=nb_read_frames",
        "-of",
        "csv=p=0",
      ];
      const counts = runOk(["ffprobe", ...asked, bundle]).trim().split(/\s+/).map((text) => parseInt(text));
      assert.equal(counts.reduce((sum, count) => sum + count), entries.size);
    }),
);

testWith(
  ["python:av", "python:cv2"],
  "PyAV and OpenCV find each frame by its number in an mp4 that was appended to",
  () =>
    withGrown("mp4", (dir) => {
      const { tracks } = JSON.parse(runOk([python, script("video_read.py"), dir]));
      assert.deepEqual(tracks.map(({ codec }: { codec: string }) => codec), ["jpeg", "png"]);
    }),
);
