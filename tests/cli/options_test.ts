import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "../dataset/temp.ts";
import { exitCodeOf } from "../../src/cli/exit_code.ts";
import { programName } from "../../src/cli/context.ts";
import { outputChoice } from "../../src/cli/output_path.ts";
import { packOptions } from "../../src/cli/pack_options.ts";
import { sampleFolder } from "../../src/cli/sample.ts";
import { chooseSource } from "../../src/cli/source.ts";
import { shellQuote } from "../../src/text/format.ts";
import { SAMPLE } from "./program.ts";

/** A working folder in which the folders `there` exist. */
const around = (...there: string[]) => ({
  isFolder: (path: string) => there.includes(path),
  sample: () => "/sample",
});

Deno.test("folders that are named count, then raw_images and raw_labels, then the sample", () => {
  const raw = around("raw_images", "raw_labels");
  const table: [Parameters<typeof chooseSource>, ReturnType<typeof chooseSource>][] = [
    [[{ dataset: "d" }, raw], { dataset: "d", isSample: false }],
    [[{ dataset: "d", labels: "l" }, raw], { dataset: "d", labels: "l", isSample: false }],
    [[{ images: "i" }, around()], { images: "i", isSample: false }],
    [[{ input: "i", labels: "l" }, raw], { images: "i", labels: "l", isSample: false }],
    [[{ images: "i" }, raw], { images: "i", labels: "raw_labels", isSample: false }],
    [[{}, raw], { images: "raw_images", labels: "raw_labels", isSample: false }],
    [[{}, around("raw_images")], { images: "raw_images", isSample: false }],
    [[{}, around("raw_labels")], { labels: "raw_labels", isSample: false }],
    [[{ labels: "l" }, around()], { labels: "l", isSample: false }],
    [[{}, around()], { dataset: "/sample", isSample: true }],
  ];
  for (const [args, source] of table) assert.deepEqual(chooseSource(...args), source);
});

Deno.test("images named twice are refused", () => {
  assert.throws(
    () => chooseSource({ images: "a", input: "b" }, around()),
    { message: "--images and --input mean the same and are both given.", exitCode: 2 },
  );
});

Deno.test("--output is a folder, or the file the command writes", () => {
  const none = () => false;
  const table: [Parameters<typeof outputChoice>, ReturnType<typeof outputChoice>][] = [
    [["run", undefined, undefined, none], { output: "output", media: undefined }],
    [["run", "a/b", "tar", none], { output: "a/b", media: "tar" }],
    [["run", "v1.2", undefined, none], { output: "v1.2", media: undefined }],
    [["bundle", "a/x.tar", undefined, none], { output: "a", media: "tar", bundleFile: "x.tar" }],
    [["bundle", "X.ZIP", "zip", none], { output: ".", media: "zip", bundleFile: "X.ZIP" }],
    [["run", "x.tar", undefined, none], { output: ".", media: "tar", bundleFile: "x.tar" }],
    [["bundle", "a/x.MP4", undefined, none], { output: "a", media: "mp4", bundleFile: "x.MP4" }],
    [["annotate", "a/l.json", undefined, none], { output: "a", media: undefined, annotationFile: "l.json" }],
    [["bundle", "x.tar", undefined, (path) => path === "x.tar"], { output: "x.tar", media: undefined }],
    [["bundle", "x.tar/", undefined, none], { output: "x.tar/", media: undefined }],
  ];
  for (const [args, choice] of table) assert.deepEqual(outputChoice(...args), choice);
});

Deno.test("--output that names a file the command does not write is refused with the remedy", () => {
  const table: [Parameters<typeof outputChoice>, string, string][] = [
    [
      ["bundle", "a/x.tar", "zip", () => false],
      '--media zip and the name "a/x.tar" contradict each other.',
      'Leave out --media, or name the file "x.zip".',
    ],
    [
      ["annotate", "x.zip", undefined, () => false],
      'annotate writes a .json file, not "x.zip".',
      "Name a folder, or a file that ends in .json.",
    ],
    [
      ["run", "l.json", undefined, () => false],
      'run does not write just the file "l.json".',
      "Name a folder.",
    ],
    [
      ["bundle", "x.mov", undefined, () => false],
      'A bundle like "x.mov" cannot be written.',
      "Name a folder, or a file that ends in .zip, .tar, .mp4 or .mkv.",
    ],
    [
      ["bundle", "x.tar.gz", undefined, () => false],
      'A bundle like "x.tar.gz" cannot be written.',
      "Name a folder, or a file that ends in .zip, .tar, .mp4 or .mkv.",
    ],
  ];
  for (const [args, message, suggestion] of table) {
    assert.throws(() => outputChoice(...args), { message, suggestion, exitCode: 2 });
  }
});

Deno.test("every option of the command line reaches the library", () => {
  using folder = tempDir();
  const map = join(folder.path, "map.yaml");
  writeFileSync(map, "cat: feline\nno: ~\ndog:\n");
  const flags = {
    images: "i",
    labels: "l",
    output: "o",
    media: "tar",
    layout: "webdataset",
    fps: 12.5,
    deflate: true,
    keepLabels: true,
    format: "voc",
    pattern: ["a/*", "b/*"],
    every: 5,
    at: [1, 2.5],
    frameFormat: "jpg",
    ffmpeg: "/opt/ffmpeg",
    codec: "h264",
    crf: 20,
    preset: "fast",
    gop: 5,
    pixFmt: "yuv444p",
    groupBySize: true,
    minPsnr: 30,
    noProof: true,
    vocOffset: "all",
    overwrite: true,
    noResume: true,
    skipMissingImages: true,
    skipManifest: true,
    allowMissingManifest: true,
    noAutoGeneratePlaceholders: true,
    workers: 3,
    maxRejects: 0,
    keepIgnore: true,
    classMap: map,
    classes: ["a"],
    dropClass: ["b"],
    task: "segment",
    area: "mask",
    profile: "dfine",
    split: { train: 0.5, val: 0.5 },
    splitSeed: 7,
    dedupe: true,
  } as const;
  assert.deepEqual(packOptions("annotate", flags, undefined, around()), {
    isSample: false,
    options: {
      stage: "annotate",
      images: "i",
      labels: "l",
      output: "o",
      media: "tar",
      compression: {
        codec: "h264",
        crf: 20,
        preset: "fast",
        gop: 5,
        pixelFormat: "yuv444p",
        groupBySize: true,
        minPsnr: 30,
        proof: false,
        ffmpeg: "/opt/ffmpeg",
      },
      layout: "webdataset",
      fps: 12.5,
      deflate: true,
      keepLabels: true,
      format: "voc",
      pattern: ["a/*", "b/*"],
      videos: { every: 5, at: [1, 2.5], format: "jpg", ffmpeg: "/opt/ffmpeg" },
      vocOffset: "all",
      overwrite: true,
      skipMissingImages: true,
      skipManifest: true,
      allowMissingManifest: true,
      placeholders: false,
      workers: 3,
      resume: false,
      maxRejects: 0,
      keepIgnore: true,
      classMap: Object.assign(Object.create(null), { cat: "feline", no: "~", dog: "" }),
      classes: ["a"],
      dropClasses: ["b"],
      task: "segment",
      area: "mask",
      profile: "dfine",
      split: { train: 0.5, val: 0.5 },
      splitSeed: 7,
      dedupe: true,
    },
  });
  assert.equal(packOptions("run", {}, "d", around()).options.placeholders, true);
  assert.equal(packOptions("run", {}, "d", around()).options.resume, true);
  assert.equal(packOptions("run", { noVideos: true }, "d", around()).options.videos, false);
});

Deno.test("the framework's exit codes become ours", () => {
  const table: [number | string | null | undefined, number][] = [
    [undefined, 0],
    [0, 0],
    [3, 3],
    [130, 130],
    [-4, 2],
    [-5, 2],
    [-1, 1],
    [-2, 1],
  ];
  for (const [code, ours] of table) assert.equal(exitCodeOf(code), ours);
});

Deno.test("the next command begins as this one did", () => {
  const started = { standalone: false, cwd: "/home/ann", npx: undefined };
  const name = (main: string, how: Partial<typeof started> | { npx: string } = {}) =>
    programName(main, { ...started, ...how }, shellQuote);
  assert.equal(name("file:///home/ann/main.ts"), "deno run -A main.ts");
  assert.equal(name("file:///home/ann/tools/main.ts"), "deno run -A tools/main.ts");
  assert.equal(name("file:///opt/my%20tools/main.ts"), "deno run -A '/opt/my tools/main.ts'");
  assert.equal(name("file:///C:/tools/main.ts", { cwd: "C:\\tools" }), "deno run -A main.ts");
  assert.equal(name("https://example.org/main.ts"), "deno run -A https://example.org/main.ts");
  assert.equal(name("file:///home/ann/main.ts", { npx: "2.9.6" }), "npx -y deno@2.9.6 run -A main.ts");
  assert.equal(name("file:///tmp/deno-compile/main.ts", { standalone: true }), "compact-uploader");
});

Deno.test("a copy of the program without the sample says so, with the remedy", () => {
  const suggestion = "Name a folder with images and labels, as in: compact-uploader run DATASET";
  assert.throws(() => sampleFolder(new URL("https://example.org/fixtures/sample")), {
    message:
      "No dataset was named, there is no folder raw_images here, and this copy of the program has no sample dataset.",
    suggestion,
    exitCode: 2,
  });
  assert.throws(() => sampleFolder(new URL("nowhere", import.meta.url)), {
    message: /the sample dataset is not at ".*nowhere"\.$/,
    suggestion,
    exitCode: 2,
  });
  assert.equal(sampleFolder(), SAMPLE);
});
