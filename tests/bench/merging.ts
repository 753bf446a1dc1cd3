import { rmSync } from "node:fs";
import { join } from "node:path";
import { runOk } from "../tools.ts";
import { measure } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Section } from "./packing.ts";
import { peers, REFERENCE } from "./peers.ts";
import { figure, table } from "./table.ts";

const MERGE = "compact-uploader merge";
const SPLICED = "compact-uploader merge, names in turn";
const PART = "compact-uploader subset, all images";

/**
 * Making one set of two halves against packing the images alone.
 *
 * @param dataset Folder with images and YOLO labels.
 * @param scratch Folder for the sets.
 * @param rounds Counted rounds.
 */
export function merging(
  { yolo, images }: { yolo: string; images: number },
  scratch: string,
  rounds: number,
): Section {
  const at = (name: string) => join(scratch, name);
  const out = at("merged");
  const half = Math.floor(images / 2);
  runOk(packCommand(yolo, at("whole")));
  const take = (name: string, ...choice: string[]) =>
    runOk(deno(MAIN, "subset", at("whole"), "--output", at(name), "--quiet", ...choice));
  take("first", "--frames", `..${half - 1}`);
  take("second", "--frames", `${half}..`);
  take("even", "--name", "**/*[02468].jpg");
  take("odd", "--name", "**/*[13579].jpg");
  const before = () => rmSync(out, { recursive: true, force: true });
  const ours = (name: string, ...args: string[]) => ({
    name,
    command: deno(MAIN, ...args, "--output", out, "--quiet"),
    before,
  });
  const reference = peers().filter(({ name }) => name === REFERENCE);
  const costs = measure([
    ours(MERGE, "merge", at("first"), at("second")),
    ours(SPLICED, "merge", at("even"), at("odd")),
    ours(PART, "subset", at("whole")),
    ...reference.map((peer) => ({
      name: peer.name,
      command: peer.command(at(peer.file)),
      cwd: yolo,
      before: () => rmSync(at(peer.file), { force: true }),
    })),
  ], rounds);
  for (const name of ["whole", "first", "second", "even", "odd", "merged"]) {
    rmSync(at(name), { recursive: true, force: true });
  }
  for (const { file } of reference) rmSync(at(file), { force: true });
  const cost = (name: string) => costs.find((entry) => entry.name === name);
  const packing = cost(REFERENCE)?.seconds;
  const ratio = (name: string) => packing === undefined ? undefined : cost(name)!.seconds / packing;
  return {
    lines: [
      `Merging two sets of ${half.toLocaleString("en-US")} images. The peer packs the images alone.`,
      "",
      ...table(
        ["", "ratio", "seconds", "images/s", "peak MiB"],
        costs.map(({ name, seconds, peakMiB }) => [
          name,
          ratio(name)?.toFixed(2) ?? "–",
          seconds.toFixed(2),
          figure(images / seconds),
          peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
    ],
    goals: [
      {
        name: "merge of two halves",
        measured: ratio(MERGE),
        relation: "at most",
        asked: 1,
        unit: `× ${REFERENCE}`,
      },
      {
        name: "peak memory of merge",
        measured: cost(MERGE)!.peakMiB,
        relation: "at most",
        asked: 512,
        unit: "MiB",
      },
    ],
  };
}
