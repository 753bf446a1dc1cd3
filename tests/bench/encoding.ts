import { linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FFMPEG } from "../../src/video/ffmpeg.ts";
import { installed, runOk } from "../tools.ts";
import { type Contender, type Cost, measure } from "./measure.ts";
import { packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure, type Goal, table } from "./table.ts";

/** Frames that are encoded at most: 20 seconds of a camera. */
const FRAMES = 600;
/** How many times as many frames memory is looked at. */
const GROWN = 3;
const SIZE = "1280x720";
/** The defaults of `--codec h264` (docs/dataset_spec.md §1.5), in ffmpeg's words. */
const SETTINGS = [
  ...["-c:v", "libx264", "-crf", "18", "-preset", "medium", "-g", "10", "-keyint_min", "10", "-bf", "0"],
  ...["-sc_threshold", "0", "-pix_fmt", "yuvj420p", "-movflags", "+faststart"],
];

/** Videos: the files as they are in an mp4 against a zip, and h264 against ffmpeg on the same frames. */
export function encoding(data: Datasets, scratch: string, rounds: number): Section {
  const lossless = keeping(data, scratch, rounds);
  const frames = Math.min(data.images, FRAMES);
  const compressed = installed(FFMPEG) ? compressing(frames, scratch, rounds) : unmeasured(frames);
  return {
    lines: [...lossless.lines, "", ...compressed.lines],
    goals: [...lossless.goals, ...compressed.goals],
  };
}

/** Every file as it is: `--media mp4` against `--media zip`. */
function keeping({ yolo, images }: Datasets, scratch: string, rounds: number): Section {
  const out = join(scratch, "kept");
  const [zip, mp4] = measure(
    ["zip", "mp4"].map((media) => packing(`run --media ${media}`, out, yolo, "--media", media)),
    rounds,
  );
  rmSync(out, { recursive: true });
  return {
    lines: [
      `${images.toLocaleString("en-US")} images as they are, as frames of a video.`,
      "",
      ...costs([zip, mp4], zip, [images, images]),
    ],
    goals: [goal("--media mp4, every file as it is", mp4.seconds / zip.seconds, 1.1, "× --media zip")],
  };
}

/** h264, with and without proof, against ffmpeg; and memory as the frames become more. */
function compressing(frames: number, scratch: string, rounds: number): Section {
  const few = join(scratch, "frames"), many = join(scratch, "more-frames"), out = join(scratch, "encoded");
  makeFrames(few, many, frames);
  const plain = join(scratch, "plain.mp4");
  const h264 = ["--codec", "h264", "--format", "none"];
  const results = measure([
    {
      name: "ffmpeg alone",
      command: [
        ...["ffmpeg", "-v", "error", "-y", "-framerate", "30", "-i", join(few, "%06d.jpg")],
        ...[...SETTINGS, plain],
      ],
    },
    packing("run --codec h264 --no-proof", out, few, ...h264, "--no-proof"),
    packing("run --codec h264", out, few, ...h264),
  ], rounds);
  const [ffmpeg, unproven, proven] = results;
  const [grown] = measure([packing(`the same, ${GROWN} × the frames`, out, many, ...h264)], 1);
  for (const path of [few, many, out, plain]) rmSync(path, { recursive: true });
  const growth = grown.peakMiB && grown.peakMiB / proven.peakMiB!;
  return {
    lines: [
      `${frames} frames of ${SIZE} px as h264. Peaks are of the largest process, which can be an ffmpeg.`,
      "",
      ...costs([...results, grown], ffmpeg, [frames, frames, frames, GROWN * frames]),
    ],
    goals: goals(unproven.seconds / ffmpeg.seconds, proven.seconds / unproven.seconds, growth),
  };
}

function unmeasured(frames: number): Section {
  return {
    lines: [`${frames} frames as h264: ffmpeg is not installed.`],
    goals: goals(undefined, undefined, undefined),
  };
}

function goals(encoded?: number, proven?: number, growth?: number): Goal[] {
  return [
    goal("h264 without proof", encoded, 1.1, "× ffmpeg alone"),
    goal("h264 with proof", proven, 2, "× without"),
    goal(`peak memory, ${GROWN} × the frames`, growth, 1.1, "× that of the frames once"),
  ];
}

/** Frames of a camera: a scene that moves, with grain; and a folder that has them several times. */
function makeFrames(few: string, many: string, frames: number): void {
  mkdirSync(few);
  mkdirSync(many);
  const scene = `testsrc2=size=${SIZE}:rate=30,noise=alls=6:allf=t:all_seed=1,format=yuvj420p`;
  runOk([
    ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", scene, "-frames:v", `${frames}`, "-q:v", "3"],
    join(few, "%06d.jpg"),
  ]);
  for (let i = 0; i < GROWN * frames; i++) {
    linkSync(join(few, name(i % frames + 1)), join(many, name(i + 1)));
  }
}

const name = (number: number) => `${String(number).padStart(6, "0")}.jpg`;

function packing(title: string, out: string, dataset: string, ...more: string[]): Contender {
  return {
    name: title,
    command: packCommand(dataset, out, ...more),
    before: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** @param images Number of images of each. */
function costs(entries: readonly Cost[], reference: Cost, images: readonly number[]): string[] {
  return table(
    ["", "ratio", "seconds", "images/s", "peak MiB"],
    entries.map((entry, i) => [
      entry.name,
      (entry.seconds / reference.seconds).toFixed(2),
      entry.seconds.toFixed(2),
      figure(images[i] / entry.seconds),
      entry.peakMiB?.toFixed(0) ?? "–",
    ]),
  );
}

function goal(title: string, measured: number | undefined, asked: number, unit: string): Goal {
  return { name: title, measured, relation: "at most", asked, unit };
}
