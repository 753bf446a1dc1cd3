import { rmSync } from "node:fs";
import { join } from "node:path";
import { runOk } from "../tools.ts";
import { makeYolo, SMALL } from "./dataset.ts";
import { measure } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Section } from "./packing.ts";
import { table } from "./table.ts";

/**
 * Time and peak memory of merging two halves as the number of images grows.
 *
 * @param sizes Numbers of images in all, ascending.
 */
export async function growingMerge(
  sizes: readonly number[],
  scratch: string,
  rounds: number,
): Promise<Section> {
  const at = (name: string) => join(scratch, name);
  const remove = (...names: string[]) => {
    for (const name of names) rmSync(at(name), { recursive: true, force: true });
  };
  const results = [];
  for (const images of sizes) {
    await makeYolo(at("small"), images, SMALL);
    runOk(packCommand(at("small"), at("whole")));
    remove("small");
    const half = Math.floor(images / 2);
    for (const [name, frames] of [["first", `..${half - 1}`], ["second", `${half}..`]]) {
      runOk(deno(MAIN, "subset", at("whole"), "--output", at(name), "--frames", frames, "--quiet"));
    }
    remove("whole");
    const [cost] = measure([{
      name: "merge",
      command: deno(MAIN, "merge", at("first"), at("second"), "--output", at("merged"), "--quiet"),
      before: () => remove("merged"),
    }], rounds);
    remove("first", "second", "merged");
    results.push({ images, ...cost });
  }
  const count = (images: number) => images.toLocaleString("en-US");
  const last = results[results.length - 1];
  return {
    lines: [
      "Merging two halves, images of 1 KB.",
      "",
      ...table(
        ["images", "seconds", "µs an image", "peak MiB"],
        results.map(({ images, seconds, peakMiB }) => [
          count(images),
          seconds.toFixed(2),
          (seconds / images * 1e6).toFixed(1),
          peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
    ],
    goals: [{
      name: `peak memory of merge, ${count(last.images)} small images`,
      measured: last.peakMiB,
      relation: "at most",
      asked: 512,
      unit: "MiB",
    }],
  };
}
