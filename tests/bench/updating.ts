import { appendFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLOCK_STEP } from "../../src/io/clock_step.ts";
import { runOk } from "../tools.ts";
import { measure, median } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure, table } from "./table.ts";

/** Images that an update finds changed: one in so many. */
const SHARE = 100;
/** Generations of the set that is opened. */
const GENERATIONS = 100;
/** Openings of a set, of which the median counts. */
const OPENINGS = 15;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** `update` against packing anew, and a set of many generations against one that was packed in one go. */
export function updating({ yolo, images }: Datasets, scratch: string, rounds: number): Section {
  const packed = join(scratch, "packed"), anew = join(scratch, "anew"), set = join(scratch, "updated");
  // What was written just before a run may have changed during it, by the step of a clock: an update looks into it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CLOCK_STEP);
  runOk(packCommand(yolo, packed));
  // With its times: they say what need not be looked at.
  const copy = () => {
    rmSync(set, { recursive: true, force: true });
    runOk(["cp", "-a", packed, set]);
  };
  const update = updateCommand(yolo, set);
  const costs = measure([
    { name: "run", command: packCommand(yolo, anew) },
    { name: "listing the dataset alone", command: deno(script("walk.ts"), yolo) },
    { name: "update, nothing changed", command: update, before: copy },
  ], rounds);
  rmSync(anew, { recursive: true });
  costs.push(...measure([{
    name: "update, 1 % changed",
    command: update,
    before: () => {
      copy();
      changeSome(yolo);
    },
  }], rounds));
  const grown = sizes(set), before = sizes(packed);
  const appended = grown.bundle - before.bundle;

  copy();
  const opening = (dir: string) => {
    const times: number[] = [];
    for (let i = 0; i < OPENINGS; i++) times.push(JSON.parse(runOk(deno(script("opening.ts"), dir))));
    return median(times);
  };
  const young = opening(set);
  runOk(deno(script("generations.ts"), set, String(GENERATIONS - 1)));
  const old = opening(set);
  rmSync(set, { recursive: true });
  rmSync(packed, { recursive: true });

  const [run, listing, same, some] = costs;
  const share = (seconds: number) => 100 * (seconds - listing.seconds) / run.seconds;
  return {
    lines: [
      `Updating a set of ${
        images.toLocaleString("en-US")
      } images. Times are of whole processes, starting included.`,
      "",
      ...table(
        ["", "seconds", "beyond listing, % of run", "peak MiB"],
        costs.map((cost) => [
          cost.name,
          cost.seconds.toFixed(2),
          cost === run || cost === listing ? "–" : share(cost.seconds).toFixed(1),
          cost.peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
      "",
      `The bundle grew by ${figure(appended)} bytes; manifest and annotations have ${
        figure(grown.lines)
      } bytes.`,
      `Opening: ${(young * 1000).toFixed(1)} ms with one generation, ${
        (old * 1000).toFixed(1)
      } ms with ${GENERATIONS}.`,
    ],
    goals: [
      {
        name: "update of 1 %, beyond listing",
        measured: share(some.seconds),
        relation: "at most",
        asked: 5,
        unit: "% of run",
      },
      {
        name: "update of nothing",
        measured: 100 * (same.seconds / listing.seconds - 1),
        relation: "at most",
        asked: 10,
        unit: "% more than listing",
      },
      {
        name: `opening with ${GENERATIONS} generations`,
        measured: 100 * (old / young - 1),
        relation: "at most",
        asked: 10,
        unit: "% slower",
      },
    ],
  };
}

/** Command that brings a set up to date, silently. */
export function updateCommand(dataset: string, set: string): string[] {
  return deno(MAIN, "update", dataset, "--output", set, "--quiet");
}

/** Gives one image in so many other bytes. */
export function changeSome(dataset: string): void {
  let i = 0;
  for (const { parentPath, name } of readdirSync(dataset, { recursive: true, withFileTypes: true })) {
    if (name.endsWith(".jpg") && i++ % SHARE === 0) appendFileSync(join(parentPath, name), "0");
  }
}

function sizes(set: string): { bundle: number; lines: number } {
  const size = (name: string) => statSync(join(set, name)).size;
  return {
    bundle: size("media_bundle.zip"),
    lines: size("frame_manifest.json") + size("unified_annotation.json"),
  };
}
