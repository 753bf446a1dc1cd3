import assert from "node:assert/strict";
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { installed, run } from "../tools.ts";
import { denoArgs, inFolder, program, SAMPLE } from "./program.ts";

const files = (folder: string) => readdirSync(folder).sort();

Deno.test("run, inspect, verify and extract take the sample there and back", () =>
  inFolder((folder) => {
    const packed = program(folder, "run", SAMPLE, "--output", "my set");
    assert.equal(packed.code, 0, packed.stderr);
    assert.match(packed.stdout, /^Packed 25 images into 'my set' in /);
    assert.match(packed.stdout, /\nNext: .* verify 'my set'\n$/);
    assert.deepEqual(files(join(folder, "my set")), [
      "frame_manifest.json",
      "media_bundle.zip",
      "unified_annotation.json",
    ]);

    const inspected = program(folder, "inspect", "my set");
    assert.equal(inspected.code, 0, inspected.stderr);
    assert.match(inspected.stdout, /^'my set' is a packed set, inspected in /);

    const verified = program(folder, "verify", "my set", "--deep");
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /^'my set' is sound: /);

    const extracted = program(folder, "extract", "my set", "back");
    assert.equal(extracted.code, 0, extracted.stderr);
    for (const name of files(join(SAMPLE, "images", "train"))) {
      const path = join("images", "train", name);
      assert.deepEqual(readFileSync(join(folder, "back", path)), readFileSync(join(SAMPLE, path)));
    }
  }));

Deno.test("extract takes chosen frames, with their labels if wanted, and says which option is wrong", () =>
  inFolder((folder) => {
    assert.equal(program(folder, "run", SAMPLE, "--output", "set", "--quiet").code, 0);
    const names = (dir: string) =>
      readdirSync(join(folder, dir), { recursive: true, encoding: "utf8" }).filter((name) =>
        /\.(jpg|png|txt)$/.test(name)
      ).map((name) => basename(name)).sort();

    const few = program(folder, "extract", "set", "few", "--frames", "0,2..3", "--json");
    assert.equal(few.code, 0, few.stderr);
    assert.equal(JSON.parse(few.stdout).frames, 3);
    assert.deepEqual(names("few"), ["empty_fields.jpg", "fields_01.jpg", "fields_02.jpg"]);

    const yolo = ["--name", "**/sea_1*", "--name", "**/*.png", "--split", "val", "--labels-as", "yolo"];
    const labelled = program(folder, "extract", "set", "labelled", ...yolo);
    assert.equal(labelled.code, 0, labelled.stderr);
    assert.deepEqual(
      names("labelled"),
      ["sea_11", "sea_12", "sea_13", "small"]
        .flatMap((stem) => [stem === "small" ? "small.png" : `${stem}.jpg`, `${stem}.txt`]),
    );

    const table: [string[], RegExp][] = [
      [["--frames", "3..1"], /"3\.\.1" is no frame and no range of frames\. Give frames as 3, 10\.\.20/],
      [
        ["--frames", "20..99"],
        /^error: There is no frame 25: the set has 25, counted from 0\.\nThe last one is 24/,
      ],
      [["--split", "test"], /^error: No frame .* the split "test"\.\nIts splits are: train, val\.\n$/],
    ];
    for (const [args, message] of table) {
      const said = program(folder, "extract", "set", "none", ...args);
      assert.equal(said.code, 2);
      assert.match(said.stderr, message);
    }
  }));

Deno.test("without a dataset the sample is packed, and that is said", () =>
  inFolder((folder) => {
    const { code, stderr } = program(folder, "run");
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^No dataset was named and there is no folder raw_images here: packing the sample in /,
    );
    assert.equal(files(join(folder, "output")).length, 3);
  }));

Deno.test("without a dataset raw_images and raw_labels are packed into output", () =>
  inFolder((folder) => {
    cpSync(join(SAMPLE, "images", "val"), join(folder, "raw_images"), { recursive: true });
    cpSync(join(SAMPLE, "labels", "val"), join(folder, "raw_labels"), { recursive: true });
    writeFileSync(join(folder, "raw_labels", "classes.txt"), "a\nb\nc\n");
    const { code, stdout, stderr } = program(folder, "run", "--json");
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).frames, files(join(folder, "raw_images")).length);
    assert.deepEqual(JSON.parse(stdout).categories, ["a", "b", "c"]);
  }));

Deno.test("bundle and annotate write what run writes, also into files that are named", () =>
  inFolder((folder) => {
    for (
      const args of [
        ["run", SAMPLE, "--output", "at-once/x.tar"],
        ["bundle", "--input", SAMPLE, "--output", "in-steps/x.tar"],
        ["annotate", SAMPLE, "--output", "in-steps"],
      ]
    ) assert.equal(program(folder, ...args).code, 0);
    const [one, two] = [join(folder, "at-once"), join(folder, "in-steps")];
    assert.deepEqual(files(one), ["frame_manifest.json", "unified_annotation.json", "x.tar"]);
    assert.deepEqual(files(two), files(one));
    for (const name of files(one)) {
      assert.deepEqual(readFileSync(join(two, name)), readFileSync(join(one, name)), name);
    }
  }));

Deno.test("a set that is there is kept, with exit code 2, unless --overwrite says otherwise", () =>
  inFolder((folder) => {
    assert.equal(program(folder, "run", SAMPLE).code, 0);
    const refused = program(folder, "run", SAMPLE);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /exists already\.\nAdd --overwrite to replace it, or choose another --output\.\n$/,
    );
    assert.equal(program(folder, "run", SAMPLE, "--overwrite").code, 0);
  }));

Deno.test("inputs that are left out make exit code 3, and are listed", () =>
  inFolder((folder) => {
    cpSync(SAMPLE, join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data", "images", "train", "broken.jpg"), "not a picture");
    const { code, stdout, stderr } = program(folder, "run", "data");
    assert.equal(code, 3, stderr);
    assert.match(stderr, /^left out: images\/train\/broken\.jpg: /m);
    assert.match(stdout, /\nLeft out: 1 image\. The reason of each is in output\/rejects\.jsonl\n/);
    const [reject] = readFileSync(join(folder, "output", "rejects.jsonl"), "utf8").split("\n");
    assert.equal(JSON.parse(reject).path, "images/train/broken.jpg");

    const limited = program(folder, "run", "data", "--output", "other", "--max-rejects", "0");
    assert.equal(limited.code, 1);
    assert.deepEqual(existsSync(join(folder, "other")) ? files(join(folder, "other")) : [], []);
  }));

Deno.test("a dry run tells the exact size of the bundle and writes nothing", () =>
  inFolder((folder) => {
    const predicted = program(folder, "run", SAMPLE, "--dry-run", "--json");
    assert.equal(predicted.code, 0, predicted.stderr);
    assert.deepEqual(files(folder), []);
    const packed = program(folder, "run", SAMPLE, "--json");
    assert.equal(JSON.parse(predicted.stdout).event, "predicted");
    assert.equal(
      JSON.parse(predicted.stdout).files[0].size,
      JSON.parse(packed.stdout).files["media_bundle.zip"],
    );
  }));

Deno.test("damage makes exit code 4 and is told even with --quiet", () =>
  inFolder((folder) => {
    assert.equal(program(folder, "run", SAMPLE).code, 0);
    assert.deepEqual(program(folder, "verify", "output", "--quiet"), { code: 0, stdout: "", stderr: "" });
    const bundle = openSync(join(folder, "output", "media_bundle.zip"), "r+");
    writeSync(bundle, new Uint8Array([0, 1, 2, 3]), 0, 4, 5000);
    closeSync(bundle);
    const { code, stdout } = program(folder, "verify", "output", "--quiet");
    assert.equal(code, 4);
    assert.match(stdout, /^output is damaged: /);
    assert.match(stdout, /media_bundle\.zip, frame 0, byte \d+: /);
  }));

Deno.test("a path that is not there is quoted, with the remedy", () =>
  inFolder((folder) => {
    const table: [string[], number, RegExp][] = [
      [["run", "nowhere"], 2, /^error: .*"nowhere" does not exist\.\nCheck the spelling of the path\.\n$/],
      [["inspect", "nowhere"], 2, /^error: .*"nowhere" does not exist\.\n/],
      [["verify", "nowhere"], 2, /^error: There is no set in "nowhere": /],
      [["extract", "nowhere", "x"], 2, /^error: There is no set in "nowhere": /],
    ];
    for (const [args, code, stderr] of table) {
      const said = program(folder, ...args);
      assert.equal(said.code, code);
      assert.match(said.stderr, stderr);
    }
  }));

Deno.test("with --json stdout is one document and stderr is events", () =>
  inFolder((folder) => {
    const { code, stdout, stderr } = program(folder, "run", SAMPLE, "--json");
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split("\n").length, 1);
    assert.equal(JSON.parse(stdout).event, "packed");
    const events = stderr.trimEnd().split("\n").map((line) => JSON.parse(line).event);
    assert.ok(events.includes("progress"));
    const failed = program(folder, "run", "nowhere", "--json");
    assert.equal(JSON.parse(failed.stderr).event, "error");
  }));

const shell = ["sh", "head"].every(installed);
Deno.test({
  name: "a reader that has seen enough is no error" +
    (shell ? "" : " (skipped: sh or head is not installed)"),
  ignore: !shell,
  fn() {
    const line = `"$@" | head -1`;
    const { code, stdout, stderr } = run([
      "sh",
      "-c",
      line,
      "sh",
      Deno.execPath(),
      ...denoArgs(["-A"], "inspect", SAMPLE),
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /is a dataset, inspected in .*\n$/);
    assert.equal(stderr, "");
  },
});
