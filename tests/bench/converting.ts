import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeCoco } from "./coco_file.ts";
import { runOk } from "../tools.ts";
import { measure } from "./measure.ts";
import { deno, MAIN } from "./ours.ts";
import type { Section } from "./packing.ts";
import { table } from "./table.ts";

/** Objects of an image in the large COCO file: 5 million for 100,000 images. */
const OBJECTS = 50;

/** One large COCO file in, another out, following a manifest. */
export function converting(images: number, scratch: string, rounds: number): Section {
  const folder = join(scratch, "coco");
  mkdirSync(folder);
  const objects = images * OBJECTS;
  const megabytes = makeCoco(join(folder, "instances_train.json"), images, objects) / 1e6;
  const set = join(scratch, "coco-set");
  // The frames of a manifest are known: no time goes to images.
  runOk(deno(MAIN, "bundle", folder, "--quiet", "--output", set));
  const [{ seconds, peakMiB }] = measure([{
    name: "annotate",
    command: deno(MAIN, "annotate", folder, "--overwrite", "--quiet", "--output", set),
  }], rounds);
  rmSync(folder, { recursive: true });
  rmSync(set, { recursive: true });
  const rate = megabytes / seconds;
  return {
    lines: [
      `One COCO file of ${Math.round(megabytes).toLocaleString("en-US")} MB with ${
        objects.toLocaleString("en-US")
      } outlines, read, checked and written again.`,
      "",
      ...table(["", "seconds", "MB/s", "peak MiB"], [
        ["annotate", seconds.toFixed(2), rate.toFixed(0), peakMiB?.toFixed(0) ?? "–"],
      ]),
    ],
    goals: [
      { name: "a large COCO file", measured: rate, relation: "at least", asked: 100, unit: "MB/s" },
      {
        name: "peak memory, a large COCO file",
        measured: peakMiB,
        relation: "at most",
        asked: 512,
        unit: "MiB",
      },
    ],
  };
}
