import assert from "node:assert/strict";
import type { Inspection } from "../../src/inspect/inspection.ts";
import type { PackReport } from "../../src/pack/options.ts";
import { extractSummary } from "../../src/ui/extract_summary.ts";
import { inspectionSummary, predictionSummary } from "../../src/ui/inspection_summary.ts";
import { packSummary } from "../../src/ui/pack_summary.ts";
import { verifySummary } from "../../src/ui/verify_summary.ts";
import type { VerifyReport } from "../../src/verify/report.ts";

const text = (lines: readonly string[]) => lines.join("\n");

const packed: PackReport = {
  frames: 1200,
  annotations: 4886,
  categories: ["cat", "dog\x07", "horse"],
  splits: { val: 200, train: 1000 },
  formats: [{ format: "voc", root: "Annotations", files: 1180 }],
  rejects: { image: 1, label: 0, annotation: 2 },
  skippedLabels: 5,
  background: 20,
  issues: { "annotation-empty": 2, "class-names-alike": 14, "unheard-of": 1 },
  placeholders: 0,
  files: {
    "media_bundle.zip": 7_625_647,
    "unified_annotation.json": 899_000,
    "frame_manifest.json": 115_000,
  },
  output: "/data/my set",
  seconds: 1.5,
};

Deno.test("the summary of a run is a short table, what was noticed, what was left out, and the next command", () => {
  const lines = packSummary(packed, {
    stage: "run",
    output: "my set",
    next: "compact-uploader verify 'my set'",
  });
  assert.equal(
    text(lines),
    `Packed 1,200 images into 'my set' in 1.5 s, 800 images/s

  images       1,200 (20 without labels)
  annotations  4,886
  classes      3: cat, dog\\x07, horse
  splits       train 1,000, val 200
  labels       voc in Annotations
  passed over  5 labels without an image in the set
  files        7.63 MB  media_bundle.zip
                899 kB  unified_annotation.json
                115 kB  frame_manifest.json

Noticed
  14  Class names that differ only by case [class-names-alike]
   2  A box without width or height [annotation-empty]
   1  unheard-of [unheard-of]

Left out: 1 image, 2 annotations. The reason of each is in 'my set/rejects.jsonl'

Next: compact-uploader verify 'my set'`,
  );
});

Deno.test("the summary of a clean run has no empty parts, that of bundle does not speak of annotations", () => {
  const clean: PackReport = {
    ...packed,
    frames: 1,
    annotations: 0,
    categories: [],
    splits: { "": 1 },
    formats: [],
    rejects: { image: 0, label: 0, annotation: 0 },
    skippedLabels: 0,
    background: 1,
    issues: {},
    placeholders: 1,
    files: { "x.tar": 10_240 },
    seconds: 0.02,
  };
  assert.equal(
    text(packSummary(clean, { stage: "bundle", output: "." })),
    `Bundled 1 image into . in 0.02 s, 50 images/s
There were labels but no images: 1 grey frame stands in. To refuse that, pass --no-auto-generate-placeholders.

  images  1 (1 grey placeholder)
  files   10.2 kB  x.tar`,
  );
});

const verified: VerifyReport = {
  ok: true,
  dir: "/data/set",
  generation: 1,
  frames: 1200,
  annotations: 4886,
  categories: 3,
  bytes: 20_000_000,
  deep: true,
  problems: [],
  problemCount: 0,
  counts: {},
  seconds: 0.1,
};

Deno.test("a sound set is called sound, with what was checked", () => {
  assert.equal(
    text(verifySummary(verified, "set", "compact-uploader extract set restored")),
    `set is sound: verified in 0.10 s, 200 MB/s, 12,000 images/s

  images       1,200
  annotations  4,886
  classes      3
  bundle       20.0 MB
  checked      every byte and reference, SHA-256 of every image

Next: compact-uploader extract set restored`,
  );
});

Deno.test("a damaged set shows the kinds of damage, the first places, and what to do", () => {
  const problem = (frame: number) => ({
    code: "frame-crc32" as const,
    file: "media_bundle.zip",
    frame,
    byte: frame * 100,
    message: "The CRC-32 differs.",
  });
  const damaged: VerifyReport = {
    ...verified,
    ok: false,
    problems: [
      { code: "bundle-size", file: "media_bundle.zip", message: "Too short." },
      ...Array(9).fill(0).map((_, i) => problem(i)),
      problem(9),
    ],
    problemCount: 1201,
    counts: { "bundle-size": 1, "frame-crc32": 1200 },
  };
  assert.equal(
    text(verifySummary(damaged, "set")),
    `set is damaged: 1,201 problems found in 0.10 s, 200 MB/s, 12,000 images/s

      1  bundle-size
  1,200  frame-crc32

  media_bundle.zip: Too short.
${
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) =>
        `  media_bundle.zip, frame ${i}, byte ${i * 100}: The CRC-32 differs.`
      ).join("\n")
    }
  and 1,191 more

Fetch the set again from where it came, or pack the dataset again.`,
  );
});

Deno.test("an extraction tells how much is where", () => {
  assert.equal(
    text(extractSummary({ frames: 1, labels: 0, bytes: 1234, dir: "my dir", seconds: 0.5 })),
    "Restored 1 image (1.23 kB) into 'my dir' in 0.50 s, 2.0 images/s",
  );
});

const inspected: Inspection = {
  kind: "dataset",
  path: "photos",
  formats: [
    { format: "voc", root: "Annotations", reason: "20 of 20 files are VOC", files: 364, chosen: true },
    { format: "yolo", root: "", reason: "names fit", files: 1, chosen: false },
  ],
  images: 364,
  background: 4,
  placeholders: 0,
  annotations: 4886,
  classes: [{ name: "WBC", annotations: 372 }, { name: "RBC", annotations: 4153 }],
  splits: { val: { images: 87, annotations: 1137 }, "": { images: 277, annotations: 3749 } },
  sizes: [{ width: 640, height: 480, images: 363 }, { width: 10, height: 20, images: 1 }],
  differentSizes: 2,
  codecs: { jpeg: 364 },
  videos: [],
  bytes: 7_580_000,
  problems: [{
    code: "annotation-empty",
    severity: "reject",
    count: 2,
    examples: [{ code: "annotation-empty", severity: "reject", path: "a.xml", line: 3, message: "No area." }],
  }],
  rejects: { image: 0, label: 0, annotation: 2 },
  files: [{ file: "media_bundle.zip", size: 7_625_647 }, { file: "frame_manifest.json" }],
  seconds: 0.35,
};

Deno.test("an inspection tells formats, counts, sizes, splits, classes, problems and the files to come", () => {
  assert.equal(
    text(inspectionSummary(inspected, "compact-uploader run photos --output output")),
    `photos is a dataset, inspected in 0.35 s

  labels       voc in Annotations, 364 files: 20 of 20 files are VOC
               (not read) yolo, 1 file: names fit
  images       364 (7.58 MB, 4 without annotations)
  annotations  4,886
  codecs       jpeg 364
  sizes        640×480 363, 10×20 1

Splits
            images  annotations
    (none)     277        3,749
    val         87        1,137

Classes (2)
         annotations
    WBC          372
    RBC        4,153

Noticed
  2  left out: A box without width or height [annotation-empty]
     a.xml:3: No area.
     → Remove the annotation, or give it a size.

run would write
    7.63 MB  media_bundle.zip
             frame_manifest.json

Next: compact-uploader run photos --output output`,
  );
});

Deno.test("an inspection tells of each video, and counts those beyond the tenth", () => {
  const video = {
    path: "a.mp4",
    codec: "h264",
    width: 1920,
    height: 1080,
    frames: 1500,
    fps: 29.97,
    as: "png",
  };
  const videos = [
    { ...video, variable: false, taken: 150 },
    { ...video, path: "b.mkv", variable: true, taken: 1 },
    ...Array.from({ length: 10 }, () => ({ ...video, path: "c.mp4", variable: false, taken: 1500 })),
  ];
  const lines = inspectionSummary({ ...inspected, videos }).filter((line) =>
    line.includes("more") || line.includes("1080")
  );
  assert.deepEqual(lines.map((line) => line.trim()).toSpliced(2, 8), [
    "videos       a.mp4: h264, 1920×1080, 1,500 frames at 29.97 a second; 150 become images (png)",
    "b.mkv: h264, 1920×1080, 1,500 frames at 29.97 a second on average, not evenly; 1 becomes an image (png)",
    "2 more",
  ]);
});

Deno.test("an inspection of a compressed set tells how, what the proof has shown, and what the files were", () => {
  const spread = (worst: number, mean: number) => ({ worst, p1: worst, p5: worst, p50: mean, mean });
  const compression = {
    container: "mp4",
    codec: "h264",
    encoder: "libx264",
    pix_fmt: "yuv420p",
    crf: 18,
    width: 640,
    height: 480,
    proof: { psnr: spread(36.4, 38.9), ssim: spread(0.98, 0.99), worst_frame: 11 },
  } as const;
  const lines = text(inspectionSummary({ ...inspected, kind: "set", compression }));
  assert.ok(lines.includes("\n  video        h264 (libx264), crf 18, yuv420p, 640×480 px\n"), lines);
  assert.ok(
    lines.includes(
      "  PSNR mean 38.9 dB, SSIM 0.99; 95 % from 36.4 dB on; worst 36.4 dB, SSIM 0.98 (frame 11)\n",
    ),
    lines,
  );
  assert.match(lines, /\n {2}packed from {2}jpeg 364\n/);
});

Deno.test("a dry run says first that nothing was written, and bundle does not count annotations it did not read", () => {
  const bundled = { ...inspected, formats: [], annotations: 0, background: 364, classes: [], problems: [] };
  assert.equal(
    text(predictionSummary(bundled, "bundle", "out")),
    `Dry run: nothing was written. bundle would pack 364 images into out

  images  364 (7.58 MB)
  codecs  jpeg 364
  sizes   640×480 363, 10×20 1

Splits
            images
    (none)     277
    val         87

It would write
    7.63 MB  media_bundle.zip
             frame_manifest.json`,
  );
});
