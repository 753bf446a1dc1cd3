import { nameOf } from "../../tree/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import { mergeClasses } from "./classes.ts";
import { type CocoFile, readCocoFile } from "./file.ts";
import { CocoIndex } from "./index.ts";
import { mergeLicenses } from "./licenses.ts";
import { type CocoSettings, parseCoco } from "./parse.ts";
import { findCocoFiles } from "./sniff.ts";
import { ROBOFLOW } from "../file_words.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";

/** COCO instances: one JSON for each split, however large; also Roboflow's, one in each folder (FORMATS §6). */
export const coco: LabelFormat = { name: "coco", detect, plan, parse: parseCoco };

function detect(view: DatasetView): Candidate[] {
  const { paths } = findCocoFiles(view);
  if (paths.length === 0) return [];
  const marker = paths.find((path) => nameOf(path) === ROBOFLOW);
  const more = paths.length > 1 ? ` and ${paths.length - 1} more hold` : " holds";
  return [{
    format: "coco",
    root: "",
    confidence: marker ? 3 : 2,
    reason: `"${marker ?? paths[0]}"${more} COCO images and annotations`,
    files: paths.length,
  }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const { paths, others } = findCocoFiles(view);
  for (const path of others) {
    view.issue({
      code: "coco-task-skipped",
      severity: "note",
      path,
      message: `"${path}" is a COCO file of another task, or repeats the instances; it is left alone.`,
    });
  }
  const files: CocoFile[] = [];
  for (const path of paths) {
    const file = readCocoFile(view, path);
    if (file) files.push(file);
  }
  const { classes, numbers } = mergeClasses(view, files);
  const { licenses, changed } = mergeLicenses(files);
  const index = new CocoIndex(view, files);
  const settings: CocoSettings = {
    files: new Map(files.map((file, i) => [file.path, { categories: numbers[i], licenses: changed[i] }])),
  };
  return {
    format: "coco",
    root: candidate.root,
    classes,
    settings,
    labelFor: (path) => index.labelFor(path),
    splitOf: (path) => index.splitOf(path) ?? splitOfLayout(path),
    unused: () => index.missing(),
    licenses,
  };
}
