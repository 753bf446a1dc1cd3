import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeCoco } from "./coco_file.ts";
import { makeCvat } from "./cvat_file.ts";
import { measure } from "./measure.ts";
import { annotateCommand } from "./ours.ts";
import type { Section } from "./packing.ts";
import { figure, type Goal, table } from "./table.ts";

/** Objects of an image in the large COCO file: 5 million, 2 GB, for 100,000 images. */
const COCO_OBJECTS = 50;
/** Shapes of an image in the large CVAT file: 4.5 million, 1 GB. */
const CVAT_SHAPES = 45;

/** One large label file in, a COCO file out. The images are not there, so that nothing but labels is read. */
export function converting(images: number, scratch: string, rounds: number): Section {
  const files = [
    {
      name: "COCO",
      path: join(scratch, "coco", "instances_train.json"),
      make: makeCoco,
      objects: COCO_OBJECTS,
    },
    { name: "CVAT", path: join(scratch, "cvat", "annotations.xml"), make: makeCvat, objects: CVAT_SHAPES },
  ];
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const { name, path, make, objects } of files) {
    const folder = dirname(path);
    const out = join(scratch, "converted.json");
    mkdirSync(folder);
    const megabytes = make(path, images, images * objects) / 1e6;
    const [{ seconds, peakMiB }] = measure([{ name, command: annotateCommand(folder, out) }], rounds);
    rmSync(folder, { recursive: true });
    rmSync(out);
    const rate = megabytes / seconds;
    rows.push([
      `${name}, ${figure(images * objects)} objects`,
      figure(megabytes),
      seconds.toFixed(2),
      rate.toFixed(0),
      peakMiB?.toFixed(0) ?? "–",
    ]);
    goals.push(
      { name: `a large ${name} file`, measured: rate, relation: "at least", asked: 100, unit: "MB/s" },
      {
        name: `peak memory, a large ${name} file`,
        measured: peakMiB,
        relation: "at most",
        asked: 512,
        unit: "MiB",
      },
    );
  }
  return {
    lines: [
      "One large label file, read, checked and written again.",
      "",
      ...table(["", "MB", "seconds", "MB/s", "peak MiB"], rows),
    ],
    goals,
  };
}
