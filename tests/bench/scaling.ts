import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeYolo, SMALL } from "./dataset.ts";
import { measure } from "./measure.ts";
import { packCommand } from "./ours.ts";
import type { Section } from "./packing.ts";
import { table } from "./table.ts";
import { changeSome, updateCommand } from "./updating.ts";

/** A run this small costs what starting costs. */
const START = 100;

/**
 * Time for each image and peak memory as the number of images grows, of `run` and of `update`.
 *
 * @param sizes Numbers of images, ascending.
 */
export async function scaling(sizes: readonly number[], scratch: string, rounds: number): Promise<Section> {
  const results = [];
  for (const images of [START, ...sizes]) {
    const dataset = join(scratch, `small-${images}`);
    await makeYolo(dataset, images, SMALL);
    const out = join(scratch, `small-${images}-out`);
    const [cost] = measure([{
      name: "run",
      command: packCommand(dataset, out),
      before: () => rmSync(out, { recursive: true, force: true }),
    }], rounds);
    const command = updateCommand(dataset, out);
    const updates = measure([
      { name: "update, nothing changed", command },
      { name: "update, 1 % changed", command, before: () => changeSome(dataset) },
    ], rounds);
    results.push({ images, ...cost, updates });
    rmSync(dataset, { recursive: true });
    rmSync(out, { recursive: true });
  }
  const [start, ...runs] = results;
  const each = runs.map(({ images, seconds }) => (seconds - start.seconds) / (images - start.images) * 1e6);
  const last = runs[runs.length - 1];
  const count = (images: number) => images.toLocaleString("en-US");
  return {
    lines: [
      `Growing, 1 KB a file. "net" is without the ${
        start.seconds.toFixed(2)
      } s that a run of ${START} images takes.`,
      "",
      ...table(
        ["images", "seconds", "µs an image", "net µs", "peak MiB"],
        runs.map(({ images, seconds, peakMiB }, i) => [
          count(images),
          seconds.toFixed(2),
          (seconds / images * 1e6).toFixed(1),
          each[i].toFixed(1),
          peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
      "",
      ...table(
        ["images", "", "seconds", "peak MiB"],
        runs.flatMap(({ images, updates }) =>
          updates.map(({ name, seconds, peakMiB }) => [
            count(images),
            name,
            seconds.toFixed(2),
            peakMiB?.toFixed(0) ?? "–",
          ])
        ),
      ),
    ],
    goals: [
      {
        name: "net time an image, slowest over fastest size",
        measured: (Math.max(...each) / Math.min(...each) - 1) * 100,
        relation: "at most",
        asked: 15,
        unit: "% more",
      },
      {
        name: `peak memory, ${count(last.images)} small images`,
        measured: last.peakMiB,
        relation: "at most",
        asked: 512,
        unit: "MiB",
      },
      ...last.updates.map(({ name, peakMiB }) => ({
        name: `peak memory, ${name}`,
        measured: peakMiB,
        relation: "at most" as const,
        asked: 512,
        unit: "MiB",
      })),
    ],
  };
}
