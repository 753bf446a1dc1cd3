import { rmSync } from "node:fs";
import { join } from "node:path";
import { installed } from "../tools.ts";
import { type Contender, measure } from "./measure.ts";
import { annotateCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { type Goal, table } from "./table.ts";

const PANLABEL = "panlabel convert";
/** Label files of many images, against the fastest converter there is. */
export function labels({ yolo, voc, images }: Datasets, scratch: string, rounds: number): Section {
  const out = join(scratch, "labels.json");
  const panlabel = (name: string, dataset: string, format: string): Contender => ({
    name,
    command: [
      "panlabel",
      "convert",
      "--from",
      format,
      "--to",
      "coco",
      "--allow-lossy",
      "--input",
      dataset,
      "--output",
      out,
    ],
    before: () => rmSync(out, { force: true }),
  });
  const there = installed("panlabel");
  const costs = measure([
    { name: "compact-uploader annotate, YOLO", command: annotateCommand(yolo, out) },
    ...there ? [panlabel(`${PANLABEL}, YOLO`, yolo, "yolo")] : [],
    { name: "compact-uploader annotate, VOC", command: annotateCommand(voc, out) },
    ...there ? [panlabel(`${PANLABEL}, VOC`, voc, "voc")] : [],
  ], rounds);
  rmSync(out, { force: true });
  const cost = (name: string) => costs.find((entry) => entry.name === name);
  const goals = ["YOLO", "VOC"].flatMap((format): Goal[] => {
    const ours = cost(`compact-uploader annotate, ${format}`)!;
    const peer = cost(`${PANLABEL}, ${format}`);
    return [
      {
        name: `annotate, ${format}`,
        measured: peer && ours.seconds / peer.seconds,
        relation: "at most",
        asked: 1,
        unit: "× panlabel",
      },
      {
        name: `peak memory of annotate, ${format}`,
        measured: ours.peakMiB,
        relation: "at most",
        asked: 300,
        unit: "MiB",
      },
    ];
  });
  const rows = costs.map((
    { name, seconds, peakMiB },
  ) => [name, seconds.toFixed(2), peakMiB?.toFixed(0) ?? "–"]);
  return {
    lines: [
      `Labels of ${
        images.toLocaleString("en-US")
      } images to COCO. Both look at the sizes of the images and hash none;`,
      "ours also pairs, checks and numbers.",
      "",
      ...table(["", "seconds", "peak MiB"], rows),
    ],
    goals,
  };
}
