import { folderOf, nameOf } from "../../model/image_names.ts";
import { toClassList } from "./class_list.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { splitsOf } from "./splits.ts";
import { findObjData } from "./darknet.ts";
import {
  type ClassFile,
  disagreement,
  findClassNames,
  findDataYamls,
  findDescriptions,
  rootOf,
} from "./files.ts";
import { maskFolders } from "./masks.ts";
import { parseYolo, type YoloSettings } from "./parse.ts";
import { textLabelPlan } from "./plan.ts";
import { scopedTree } from "../../tree/scoped_tree.ts";
import { hasTracks } from "./tracks.ts";
import { TextSurvey } from "../txt/survey.ts";

/** Ultralytics YOLO and what labelImg and Label Studio write in its manner (FORMATS §4). */
export const yolo: LabelFormat = { name: "yolo", detect, plan, parse: parseYolo };

/**
 * Datasets beside one another, each with classes of its own, are one candidate each.
 *
 * @throws {PackError} If there are labels outside of them: nobody can tell what classes they speak of.
 */
function detect(view: DatasetView): Candidate[] {
  const yamls = findDataYamls(view);
  // The same rows; what describes them tells whose they are.
  if (yamls.length === 0 && findObjData(view)) return [];
  const neighbours = apart(view, findDescriptions(view, yamls)) ?? apart(view, yamls);
  if (neighbours) {
    return neighbours.flatMap(({ marker, root, survey }) => detectOne(view, survey, marker, root));
  }
  if (yamls.length > 1) throw disagreement(yamls[0], yamls[1]);
  return detectOne(view, TextSurvey.of(view), yamls[0], "");
}

/** A folder with labels, and what describes them. */
interface Neighbour {
  readonly marker: ClassFile;
  readonly root: string;
  readonly survey: TextSurvey;
}

/** The folders that files describe; undefined if there is but one, one lies in another, or there are labels elsewhere. */
function apart(view: DatasetView, markers: readonly ClassFile[]): Neighbour[] | undefined {
  if (markers.length < 2) return undefined;
  const roots = markers.map((marker) => rootOf(view, marker));
  const isAround = (root: string) => roots.some((other) => other !== root && isBelow(other, root));
  const found = markers.map((marker, i) => {
    const root = roots[i];
    return { marker, root, survey: TextSurvey.of(view, scopedTree(view.labels, root)) };
  }).filter(({ marker, root, survey }) =>
    // A list may be left over from somewhere.
    marker.yaml || survey.notOthers("yolo").files > 0 && !isAround(root)
  );
  const isApart = found.every((one) =>
    !found.some((other) => one !== other && isBelow(one.root, other.root))
  );
  const { folders } = TextSurvey.of(view).of("yolo");
  const all = folders.every(({ path }) => found.some(({ root }) => isBelow(path, root)));
  return found.length > 1 && isApart && all ? found : undefined;
}

function isBelow(path: string, root: string): boolean {
  return root === "" || `${path}/`.startsWith(`${root}/`);
}

function detectOne(
  view: DatasetView,
  survey: TextSurvey,
  marker: ClassFile | undefined,
  root: string,
): Candidate[] {
  const clear = survey.of("yolo");
  const all = survey.notOthers("yolo");
  const { files } = all;
  const { looked, fitting } = clear.looked > 0 ? clear : all;
  const seen = `${fitting} of ${looked} label files looked into hold YOLO rows`;
  const yaml = marker?.yaml;
  const candidate = { format: "yolo", root: yaml ? folderOf(marker.path) : root, files };
  if (yaml && files > 0 && (looked === 0 || fitting > 0)) {
    // What data.yaml says is that the masks count, if it names some.
    const masks = maskFolders(view, yaml).length > 0;
    return [{
      ...candidate,
      confidence: masks ? 2 : 3,
      reason: `"${marker.path}" describes the dataset, ${seen}`,
    }];
  }
  if (looked > 0 && fitting > 0.8 * looked) return [{ ...candidate, confidence: 2, reason: seen }];
  // Many are broken or something else: read only if nothing fits better, and each of them becomes a reject.
  if (fitting > 0.5 * looked) return [{ ...candidate, confidence: 1, reason: seen }];
  if (yaml) {
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
  const [found] = findDataYamls(view, (path, cause) =>
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
    found?.yaml?.pose,
  );
  const rows: YoloSettings = { ...settings, turned: isTurned(view, found), tracks: hasTracks(view) };
  const splits = splitsOf(view, found);
  return textLabelPlan(view, splits, { format: "yolo", root: candidate.root, classes, settings: rows });
}

/** True if the task, or a name in the dataset, says that rows of four corners are turned boxes. */
function isTurned({ labels }: DatasetView, marker: ClassFile | undefined): boolean {
  if (marker?.yaml?.turned) return true;
  const names = [nameOf(labels.root), marker?.path ?? "", ...labels.folders.keys()];
  return names.some((name) => /(?:^|[^a-z])obb(?:[^a-z]|$)/i.test(name));
}
