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

/** Prints the number of members, the first one whose CRC is wrong, and the size and first bytes of the last. */
const PROVE = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
m = z.infolist()
with z.open(m[-1]) as f: print(len(m), z.testzip(), m[-1].file_size, f.read(4).hex())`;

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
  assert.equal(runOk([python, "-c", PROVE, bundle]).trim(), `65600 None ${image.length} ffd8ffe0`);
  assert.equal(runOk(["bsdtar", "-tf", bundle]).trim().split("\n").length, 65_600);
  assert.match(runOk(["unzip", "-tqq", bundle]) + "fine", /fine/);
});

/** Writes a file that is mostly a hole: it takes no room. */
function writeSparse(path: string, head: Uint8Array, size: number): void {
  const file = openSync(path, "w");
  writeSync(file, head);
  ftruncateSync(file, size);
  closeSync(file);
}

testWith(
  needs,
  "a frame beyond 4 GiB, and others after it: unzip, bsdtar and Python read the ZIP64 fields",
  async () => {
    using temp = tempDir();
    const data = join(temp.path, "data");
    mkdirSync(data);
    writeSparse(join(data, "0.jpg"), jpeg(640, 480), 4 * GIB + 5);
    const small = jpeg(16, 16);
    for (const name of ["1.jpg", "last.jpg"]) writeFileSync(join(data, name), small);
    const output = join(temp.path, "out");
    assert.equal((await pack({ dataset: data, output })).frames, 3);
    assert.deepEqual((await verify(output, {})).problems, []);
    const bundle = join(output, "media_bundle.zip");
    assert.ok(statSync(bundle).size > 4 * GIB);
    assert.equal(runOk([python, "-c", PROVE, bundle]).trim(), `3 None ${small.length} ffd8ffe0`);
    assert.deepEqual(runOk(["bsdtar", "-tf", bundle]).trim().split("\n"), ["0.jpg", "1.jpg", "last.jpg"]);
    // Its CRC of 4 GiB takes ten times as long as Python's.
    runOk(["unzip", "-tqq", bundle, "1.jpg", "last.jpg"]);
    assert.match(runOk(["unzip", "-l", bundle]), new RegExp(`${4 * GIB + 5} .* 0\\.jpg`));
  },
);

testWith(
  [...needs, "dd"],
  "zips and tars over 4 GiB, and of more than 65,535 members, are read",
  async () => {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    mkdirSync(at("data"));
    // Not an image, so that only the archiver reads it; what is packed lies beyond it.
    writeSparse(at("data/notes.bin"), new Uint8Array(), 4 * GIB + 5);
    for (const [name, size] of [["before", 8], ["after", 16]] as const) {
      writeFileSync(at(`data/${name}.jpg`), jpeg(size, size));
    }
    const { files } = await pack({ dataset: at("data"), output: at("wanted") });
    const manifest = readFileSync(at("wanted/frame_manifest.json"));
    for (const options of [["--format=zip", "--options", "zip:compression=store"], ["--format=pax"]]) {
      // What dd finds to be zeros becomes a hole again.
      const command =
        'bsdtar -c --no-read-sparse -f - "$@" | dd conv=sparse bs=1048576 of=../archive status=none';
      runOk(["sh", "-c", command, "sh", ...options, "before.jpg", "notes.bin", "after.jpg"], {
        cwd: at("data"),
      });
      assert.ok(statSync(at("archive")).size > 4 * GIB);
      const report = await pack({ dataset: at("archive"), output: at("out"), overwrite: true });
      assert.deepEqual(report.files, files);
      assert.deepEqual(readFileSync(at("out/frame_manifest.json")), manifest, options[0]);
      rmSync(at("archive"));
    }
    const many = Array.from({ length: 70_000 }, (_, i) => `${i}.txt`);
    runOk([python, "-c", MANY, at("many.zip"), String(many.length)]);
    const tree = await listArchive(at("many.zip"), { issue: (issue) => assert.fail(issue.message) });
    assert.deepEqual([...tree.paths()].sort(), many.sort());
    tree.source.close();
  },
);
