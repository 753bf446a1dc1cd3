/**
 * Speed of compact-uploader against the programs found on this machine. It makes its own data and removes it again.
 *
 *     deno task bench                       100,000 images of 16 KB: needs 6 GB in /dev/shm or the temporary folder
 *     deno task bench --n 20000             a quick look; with fewer images, starting counts more than packing
 *     deno task bench --only starting       one part: packing, labels, proving, reading, encoding, updating, converting,
 *                                       uploading, remote, merging, starting
 *     deno task bench --scaling             10,000, 100,000 and 1,000,000 images of 1 KB instead
 *     deno task bench --scaling 1000,10000  other sizes
 *     deno task bench --scaling --only merging   merge instead of a run
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { converting } from "./converting.ts";
import { makeVoc, makeYolo, PHOTO } from "./dataset.ts";
import { encoding } from "./encoding.ts";
import { growingMerge } from "./growing_merge.ts";
import { labels } from "./labels.ts";
import { merging } from "./merging.ts";
import { type Datasets, packing, type Section } from "./packing.ts";
import { proving } from "./proving.ts";
import { reading } from "./reading.ts";
import { remote } from "./remote.ts";
import { scaling } from "./scaling.ts";
import { starting } from "./starting.ts";
import { goalTable } from "./table.ts";
import { updating } from "./updating.ts";
import { uploading } from "./uploading.ts";

const PARTS = [
  "packing",
  "labels",
  "proving",
  "reading",
  "encoding",
  "converting",
  "uploading",
  "remote",
  "merging",
  "updating",
  "starting",
];
const SIZES = "10000,100000,1000000";

/** A bare `--scaling` stands for the sizes the targets are about. */
function withSizes(args: string[]): string[] {
  const at = args.indexOf("--scaling");
  if (at >= 0 && !/^\d/.test(args[at + 1] ?? "")) args.splice(at + 1, 0, SIZES);
  return args;
}

const { values: flags } = parseArgs({
  args: withSizes(process.argv.slice(2)),
  options: {
    n: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", multiple: true },
    scaling: { type: "string" },
    folder: { type: "string", default: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() },
  },
});
const images = count("--n", flags.n);
const rounds = count("--rounds", flags.rounds);
const sizes = flags.scaling?.split(",").map((size) => count("--scaling", size));
const parts = flags.only ?? PARTS;
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown) fail(`"${unknown}" is no part of the benchmark. Parts are ${PARTS.join(", ")}.`);

console.log(
  `Deno ${Deno.version.deno}, ${type()} ${release()}, ${availableParallelism()} cores, ` +
    `${
      Math.round(totalmem() / 2 ** 30)
    } GiB memory, data below ${flags.folder}; median of ${rounds} rounds after a warm-up.`,
);
const scratch = mkdtempSync(join(flags.folder, "compact-uploader-bench-"));
try {
  const sections = sizes ? [await show(growing(sizes))] : await standard();
  console.log("\n" + goalTable(sections.flatMap((section) => section.goals)).join("\n"));
} finally {
  rmSync(scratch, { recursive: true });
}

/** How the cost grows: of a run, or of merging with `--only merging`. */
function growing(sizes: readonly number[]): Promise<Section> {
  return (flags.only?.includes("merging") ? growingMerge : scaling)(sizes, scratch, rounds);
}

async function standard(): Promise<Section[]> {
  const sections: Section[] = [];
  if (parts.some((part) => part !== "starting" && part !== "converting")) {
    const data: Datasets = { yolo: join(scratch, "yolo"), voc: join(scratch, "voc"), images };
    const bytes = await makeYolo(data.yolo, images, PHOTO);
    console.log(
      `${images.toLocaleString("en-US")} JPEGs of ${
        Math.round(bytes / images).toLocaleString("en-US")
      } bytes.`,
    );
    if (parts.includes("packing") || parts.includes("labels")) {
      makeVoc(data.voc, data.yolo, images, PHOTO);
      if (parts.includes("packing")) sections.push(await show(packing(data, scratch, rounds)));
      if (parts.includes("labels")) sections.push(await show(labels(data, scratch, rounds)));
      rmSync(data.voc, { recursive: true });
    }
    if (parts.includes("proving")) sections.push(await show(proving(data, scratch, rounds)));
    if (parts.includes("uploading")) sections.push(await show(uploading(data, scratch, rounds)));
    if (parts.includes("remote")) sections.push(await show(remote(data, scratch, rounds)));
    if (parts.includes("reading")) sections.push(await show(reading(data, scratch, rounds)));
    if (parts.includes("merging")) sections.push(await show(merging(data, scratch, rounds)));
    if (parts.includes("encoding")) sections.push(await show(encoding(data, scratch, rounds)));
    // The dataset is another one afterwards.
    if (parts.includes("updating")) sections.push(await show(updating(data, scratch, rounds)));
  }
  if (parts.includes("converting")) sections.push(await show(converting(images, scratch, rounds)));
  if (parts.includes("starting")) sections.push(await show(starting(scratch)));
  return sections;
}

/** Prints a part as soon as it is measured. */
async function show(section: Section | Promise<Section>): Promise<Section> {
  const result = await section;
  console.log("\n" + result.lines.join("\n"));
  return result;
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    fail(`${flag} "${text}" is not a whole number of at least 1.`);
  }
  return value;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
