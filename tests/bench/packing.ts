import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Contender, type Cost, measure } from "./measure.ts";
import { packCommand } from "./ours.ts";
import { peers, REFERENCE } from "./peers.ts";
import { figure, type Goal, table } from "./table.ts";

const RUN_YOLO = "compact-uploader run, YOLO";
const RUN_VOC = "compact-uploader run, VOC";

/** Folders with the same images and two kinds of labels. */
export interface Datasets {
  readonly yolo: string;
  readonly voc: string;
  /** Number of images. */
  readonly images: number;
}

/** Result of a part of the benchmark: lines to print and figures to compare with the targets. */
export interface Section {
  readonly lines: string[];
  readonly goals: Goal[];
}

/**
 * The whole job against programs that write the images alone.
 *
 * @param scratch Folder on the same disk as the datasets.
 * @param rounds Counted rounds.
 */
export function packing({ yolo, voc, images }: Datasets, scratch: string, rounds: number): Section {
  const out = join(scratch, "out");
  const ours = (name: string, dataset: string, ...more: string[]): Contender => ({
    name,
    command: packCommand(dataset, out, ...more),
    before: () => rmSync(out, { recursive: true, force: true }),
  });
  const costs = measure([
    ours(RUN_YOLO, yolo),
    ours("compact-uploader run --media tar", yolo, "--media", "tar"),
    ours(RUN_VOC, voc),
    ...peers().map((peer) => ({
      name: peer.name,
      command: peer.command(join(scratch, peer.file)),
      cwd: yolo,
      before: () => peers().forEach(({ file }) => rmSync(join(scratch, file), { force: true })),
    })),
  ], rounds);
  rmSync(out, { recursive: true, force: true });
  peers().forEach(({ file }) => rmSync(join(scratch, file), { force: true }));

  const cost = (name: string) => costs.find((entry) => entry.name === name);
  const reference = cost(REFERENCE)?.seconds;
  const ratio = (entry: Cost) => reference === undefined ? undefined : entry.seconds / reference;
  return {
    lines: [
      `Packing ${
        images.toLocaleString("en-US")
      } images. Peers write the images alone; ours also hashes, reads the labels, and`,
      "writes COCO and manifest.",
      "",
      ...table(
        ["", "ratio", "seconds", "images/s", "peak MiB"],
        costs.map((entry) => [
          entry.name,
          ratio(entry)?.toFixed(2) ?? "–",
          entry.seconds.toFixed(2),
          figure(images / entry.seconds),
          entry.peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
    ],
    goals: [
      goal("run with YOLO labels", ratio(cost(RUN_YOLO)!), 1, `× ${REFERENCE}`),
      goal("run with YOLO labels, the aim", ratio(cost(RUN_YOLO)!), 0.75, `× ${REFERENCE}`),
      goal("run with VOC labels", ratio(cost(RUN_VOC)!), 1.3, `× ${REFERENCE}`),
      goal(`peak memory, ${images.toLocaleString("en-US")} images`, cost(RUN_YOLO)!.peakMiB, 300, "MiB"),
    ],
  };
}

function goal(name: string, measured: number | undefined, asked: number, unit: string): Goal {
  return { name, measured, relation: "at most", asked, unit };
}
