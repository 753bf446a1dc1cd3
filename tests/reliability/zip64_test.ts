import assert from "node:assert/strict";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { pack } from "../../src/pack/pack.ts";
import { listArchive } from "../../src/archive/list_archive.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg } from "../pack/small_dataset.ts";
import { heavy, python, runOk, testWith } from "../tools.ts";

const GIB = 2 ** 30;
const needs = heavy ? ["unzip", "bsdtar", "python"] : ["COMPACT_UPLOADER_HEAVY=1"];

/** Prints the number of members, and the size and first bytes of the last. */
const LAST = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
m = z.infolist()
with z.open(m[-1]) as f: print(len(m), m[-1].file_size, f.read(4).hex())`;

/** Writes a zip of so many empty files. */
const MANY = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    for i in range(int(sys.argv[2])): z.writestr(str(i) + ".txt", b"")`;

testWith(needs, "more than 65,535 frames: unzip, bsdtar and Python read the ZIP64 directory", async () => {
  using temp = tempDir();
  const data = join(temp.path, "data");
  mkdirSync(data);
  const image = jpeg(16, 16, 4);
  for (let i = 0; i < 65_600; i++) writeFileSync(join(data, `${String(i).padStart(6, "0")}.jpg`), image);
  const output = join(temp.path, "out");
  assert.equal((await pack({ dataset: data, output })).frames, 65_600);
  assert.deepEqual((await verify(output, {})).problems, []);
  const bundle = join(output, "media_bundle.zip");
  assert.equal(runOk([python, "-c", LAST, bundle]).trim(), `65600 ${image.length} ffd8ffe0`);
  assert.equal(runOk(["bsdtar", "-tf", bundle]).trim().split("\n").length, 65_600);
  assert.match(runOk(["unzip", "-tqq", bundle]) + "fine", /fine/);
});

for (
  const [what, sizes] of [["a frame", [4 * GIB + 5]], ["all frames together", [
    3 * GIB,
    3 * GIB,
    1000,
  ]]] as const
) {
  testWith(needs, `${what} beyond 4 GiB: unzip, bsdtar and Python read the ZIP64 fields`, async () => {
    using temp = tempDir();
    const data = join(temp.path, "data");
    mkdirSync(data);
    for (const [i, size] of sizes.entries()) {
      const file = openSync(join(data, `${i}.jpg`), "w");
      writeSync(file, jpeg(640, 480));
      ftruncateSync(file, size);
      closeSync(file);
    }
    writeFileSync(join(data, "last.jpg"), jpeg(16, 16));
    const output = join(temp.path, "out");
    assert.equal((await pack({ dataset: data, output })).frames, sizes.length + 1);
    assert.deepEqual((await verify(output, {})).problems, []);
    const bundle = join(output, "media_bundle.zip");
    assert.ok(statSync(bundle).size > 4 * GIB);
    const { length } = jpeg(16, 16);
    assert.equal(runOk([python, "-c", LAST, bundle]).trim(), `${sizes.length + 1} ${length} ffd8ffe0`);
    assert.equal(runOk(["bsdtar", "-tf", bundle]).trim().split("\n").length, sizes.length + 1);
    runOk(["unzip", "-tqq", bundle]);
  });
}

testWith(needs, "zips and tars over 4 GiB, and of more than 65,535 members, are read", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  mkdirSync(at("data"));
  for (const [i, size] of [3 * GIB, 2 * GIB].entries()) {
    const file = openSync(at(`data/${i}.jpg`), "w");
    writeSync(file, jpeg(640, 480));
    ftruncateSync(file, size);
    closeSync(file);
  }
  writeFileSync(at("data/last.jpg"), jpeg(16, 16));
  const { files } = await pack({ dataset: at("data"), output: at("wanted") });
  const manifest = readFileSync(at("wanted/frame_manifest.json"));
  for (const format of ["zip", "pax"]) {
    const store = format === "zip" ? ["--options", "zip:compression=store"] : [];
    runOk(
      [
        "bsdtar",
        "-c",
        "--no-read-sparse",
        `--format=${format}`,
        ...store,
        "-f",
        at("archive"),
        "last.jpg",
        "1.jpg",
        "0.jpg",
      ],
      {
        cwd: at("data"),
      },
    );
    const report = await pack({ dataset: at("archive"), output: at("out"), overwrite: true });
    assert.deepEqual(report.files, files);
    assert.deepEqual(readFileSync(at("out/frame_manifest.json")), manifest, format);
    rmSync(at("archive"));
  }
  const many = Array.from({ length: 70_000 }, (_, i) => `${i}.txt`);
  runOk([python, "-c", MANY, at("many.zip"), String(many.length)]);
  const tree = await listArchive(at("many.zip"), { issue: (issue) => assert.fail(issue.message) });
  assert.deepEqual([...tree.paths()].sort(), many.sort());
  tree.source.close();
});
