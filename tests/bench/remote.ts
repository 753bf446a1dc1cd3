import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUCKET, KEY, SECRET, type Server, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { installed, runOk } from "../tools.ts";
import { makeLargeSet } from "./large_set.ts";
import { measure, median } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure } from "./table.ts";

const READS = 20_000;
/** Of the large set, of which memory is measured. */
const FEW_READS = 2000;
const ENV = ["env", `AWS_ACCESS_KEY_ID=${KEY}`, `AWS_SECRET_ACCESS_KEY=${SECRET}`, "AWS_REGION=us-east-1"];

/** Reading a set where it lies, in a store on this machine, from one process. */
export async function remote(datasets: Datasets, scratch: string, rounds: number): Promise<Section> {
  if (!installed(VERSITYGW)) {
    return { lines: ["Reading from a store is not measured: versitygw is not installed."], goals: [] };
  }
  await using server = await startVersitygw();
  const sections = [randomImages(server, datasets, scratch, rounds), largeSet(server, 10 * datasets.images)];
  return {
    lines: sections.flatMap(({ lines }) => lines),
    goals: sections.flatMap(({ goals }) => goals),
  };
}

/** Random images, 32 at a time. */
function randomImages(server: Server, { yolo }: Datasets, scratch: string, rounds: number): Section {
  const set = join(scratch, "remote");
  const place = `s3://${BUCKET}/remote`;
  runOk(packCommand(yolo, set));
  runOk([...ENV, ...deno(MAIN, "upload", set, place, "--endpoint", server.url, "--quiet")]);
  rmSync(set, { recursive: true });
  const samples: { open: number; requests: number; rate: number; cpu: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const result = JSON.parse(runOk([...ENV, ...script("remote_reads.ts", place, server, READS)]));
    if (round > 0) samples.push(result);
  }
  const [open, requests, rate, cpu] = (["open", "requests", "rate", "cpu"] as const).map((key) =>
    median(samples.map((sample) => sample[key]))
  );
  return {
    lines: [
      `Reading random images from versitygw on this machine, 32 at a time: ${figure(rate)} images/s, ` +
      `${figure(cpu)} µs of the reader's processor time an image;`,
      `open in ${open.toFixed(3)} s with ${requests} requests.`,
    ],
    goals: [
      { name: "images from a store", measured: rate, relation: "at least", asked: 1000, unit: "images/s" },
      {
        name: "opening a set in a store",
        measured: requests,
        relation: "at most",
        asked: 3,
        unit: "requests",
      },
    ],
  };
}

/** Memory for a large set: opening it, reading images and annotations, proving it. */
function largeSet(server: Server, images: number): Section {
  // The server keeps objects as files.
  const folder = join(server.dir, BUCKET, "large");
  const place = `s3://${BUCKET}/large`;
  makeLargeSet(folder, images);
  const open = script("remote_large.ts", place, server, FEW_READS);
  const { requests } = JSON.parse(runOk([...ENV, ...open]));
  const verify = deno(MAIN, "verify", place, "--endpoint", server.url, "--deep", "--quiet");
  const costs = measure([
    { name: "reading images", command: [...ENV, ...open] },
    { name: "verify --deep", command: [...ENV, ...verify] },
  ], 1);
  rmSync(folder, { recursive: true });
  const peaks = costs.map(({ name, seconds, peakMiB }) =>
    `${name} ${seconds.toFixed(1)} s, peak ${peakMiB?.toFixed(0) ?? "–"} MiB`
  );
  const name = `a set of ${images.toLocaleString("en-US")} images in a store`;
  return {
    lines: [`${name[0].toUpperCase()}${name.slice(1)}: open with ${requests} requests; ${peaks.join("; ")}.`],
    goals: [
      { name: `opening ${name}`, measured: requests, relation: "at most", asked: 3, unit: "requests" },
      ...costs.map((cost) => ({
        ...{ name: `peak memory, ${cost.name} of ${name}`, measured: cost.peakMiB },
        ...{ relation: "at most" as const, asked: 512, unit: "MiB" },
      })),
    ],
  };
}

/** A program of this folder that reads from a store. */
function script(name: string, place: string, server: Server, reads: number): string[] {
  return deno(fileURLToPath(new URL(name, import.meta.url)), place, server.url, String(reads));
}
