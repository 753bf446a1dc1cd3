import { rmSync } from "node:fs";
import { join } from "node:path";
import { installed } from "../tools.ts";
import { makeCoco } from "./coco_file.ts";
import { makeCvat } from "./cvat_file.ts";
import { type Contender, measure } from "./measure.ts";
import { deno, MAIN } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure, type Goal, table } from "./table.ts";

const PANLABEL = "panlabel convert";
/** Annotations of the large COCO file: 2 GB at 5 million. */
const COCO_ANNOTATIONS = 5_000_000;
/** Boxes and polygons of the large CVAT file: 1 GB at 4.5 million. */
const CVAT_SHAPES = 4_500_000;

/** `compact-uploader annotate`, labels alone. */
const annotate = (dataset: string, output: string) =>
  deno(MAIN, "annotate", dataset, "--output", output, "--overwrite", "--quiet", "--skip-manifest");

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
    { name: "compact-uploader annotate, YOLO", command: annotate(yolo, out) },
    ...there ? [panlabel(`${PANLABEL}, YOLO`, yolo, "yolo")] : [],
    { name: "compact-uploader annotate, VOC", command: annotate(voc, out) },
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
      } images to COCO. Ours also reads and hashes the images; panlabel looks at`,
      "their sizes.",
      "",
      ...table(["", "seconds", "peak MiB"], rows),
    ],
    goals,
  };
}

/**
 * One label file with all annotations, whose images are not there.
 *
 * @param share Part of the full size, for a quick look.
 */
export function largeFiles(scratch: string, rounds: number, share: number): Section {
  const files = [
    {
      name: "COCO",
      path: join(scratch, "large-coco", "instances.json"),
      make: makeCoco,
      count: COCO_ANNOTATIONS,
      per: 40,
    },
    {
      name: "CVAT",
      path: join(scratch, "large-cvat", "annotations.xml"),
      make: makeCvat,
      count: CVAT_SHAPES,
      per: 40,
    },
  ];
  const lines: string[][] = [];
  const goals: Goal[] = [];
  for (const { name, path, make, count, per } of files) {
    const annotations = Math.round(count * share);
    const folder = join(path, "..");
    const size = make(path, Math.ceil(annotations / per), annotations);
    const out = join(scratch, "large.json");
    const [{ seconds, peakMiB }] = measure([{ name, command: annotate(folder, out) }], rounds);
    rmSync(folder, { recursive: true });
    rmSync(out, { force: true });
    const speed = size / 1e6 / seconds;
    lines.push([
      `${name}, ${(size / 1e9).toFixed(2)} GB, ${annotations.toLocaleString("en-US")} annotations`,
      seconds.toFixed(1),
      figure(speed),
      peakMiB?.toFixed(0) ?? "–",
    ]);
    goals.push(
      {
        name: `one ${name} file of ${(size / 1e9).toFixed(1)} GB`,
        measured: speed,
        relation: "at least",
        asked: 100,
        unit: "MB/s",
      },
      { name: `its peak memory`, measured: peakMiB, relation: "at most", asked: 512, unit: "MiB" },
    );
  }
  return {
    lines: [
      "One large label file to our COCO, from start to end.",
      "",
      ...table(["", "seconds", "MB/s", "peak MiB"], lines),
    ],
    goals,
  };
}
