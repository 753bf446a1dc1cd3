import { resolve } from "node:path";
import { folderOf } from "../../tree/image_names.ts";
import { toClassList } from "./class_list.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { SplitLists } from "./split_lists.ts";
import { type ClassFile, findClassNames, findDataYaml } from "./files.ts";
import { parseYolo } from "./parse.ts";
import { textLabelPlan } from "./plan.ts";
import { sniffRows } from "./sniff.ts";

/** Ultralytics YOLO and what labelImg and Label Studio write in its manner (FORMATS §4). */
export const yolo: LabelFormat = { name: "yolo", detect, plan, parse: parseYolo };

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting } = sniffRows(view);
  const marker = findDataYaml(view);
  const seen = `${fitting} of ${looked} label files looked into hold YOLO rows`;
  const candidate = { format: "yolo", root: marker ? folderOf(marker.path) : "", files };
  if (marker && files > 0 && (looked === 0 || fitting > 0)) {
    return [{ ...candidate, confidence: 3, reason: `"${marker.path}" describes the dataset, ${seen}` }];
  }
  if (looked > 0 && fitting > 0.8 * looked) return [{ ...candidate, confidence: 2, reason: seen }];
  // Many are broken or something else: read only if nothing fits better, and each of them becomes a reject.
  if (fitting > 0.5 * looked) return [{ ...candidate, confidence: 1, reason: seen }];
  if (marker) {
    return [{
      ...candidate,
      confidence: 1,
      reason: `"${marker.path}" describes the dataset, no label files`,
    }];
  }
  if (files > 0 && looked === 0) {
    return [{ ...candidate, confidence: 1, reason: `${files} label files, all empty` }];
  }
  return [];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const found = findDataYaml(view, (path, cause) =>
    view.issue({
      code: "class-list-invalid",
      severity: "warning",
      path,
      message: `Cannot read "${path}": ${cause}.`,
      suggestion: "Correct the file, if it is the one that describes the dataset.",
    }));
  const source = findClassNames(view, found);
  if (!source) {
    view.issue({
      code: "class-list-missing",
      severity: "warning",
      path: candidate.root,
      message: "There is no list of class names: classes are called by their numbers, class_0, class_1, ….",
      suggestion: "Add a data.yaml or a classes.txt with the names.",
    });
  }
  const { classes, settings } = toClassList(
    view,
    source?.names ?? [],
    source?.path ?? "",
    found?.yaml?.keypoints,
  );
  const splits = splitsOf(view, found);
  return textLabelPlan(view, splits, { format: "yolo", root: candidate.root, classes, settings });
}

function splitsOf(view: DatasetView, file: ClassFile | undefined): SplitLists {
  const folder = resolve(view.labels.root, file ? folderOf(file.path) : "");
  const { path, splits = new Map<string, string[]>() } = file?.yaml ?? {};
  const lists = new SplitLists(view, path ? [resolve(folder, path), folder] : [folder]);
  for (const [split, entries] of splits) {
    for (const entry of entries) lists.add(split, entry, file!.path);
  }
  return lists;
}
