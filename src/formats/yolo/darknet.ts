import { resolve } from "node:path";
import { compareBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { folderOf } from "../../model/image_names.ts";
import { locate } from "../../tree/locate.ts";
import { namesOfLines, toClassList } from "./class_list.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { SplitLists } from "./split_lists.ts";
import { parseYolo } from "./parse.ts";
import { textLabelPlan } from "./plan.ts";
import { TextSurvey } from "../txt/survey.ts";

/** Darknet's YOLO, also CVAT's "YOLO 1.1": `obj.data` names the class list and the lists of images (FORMATS §4.3). */
export const darknet: LabelFormat = { name: "darknet", detect, plan, parse: parseYolo };

/** Keys of `obj.data` that name a list of images. */
const SPLITS = [["train", "train"], ["valid", "val"], ["test", "test"]] as const;

function detect(view: DatasetView): Candidate[] {
  const file = findObjData(view);
  if (!file) return [];
  const { files } = TextSurvey.of(view).notOthers("yolo");
  return [{
    format: "darknet",
    root: folderOf(file.path),
    confidence: files > 0 ? 3 : 1,
    reason: `"${file.path}" describes the dataset`,
    files,
  }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const file = findObjData(view);
  const settings = file?.settings ?? new Map<string, string>();
  const source = file?.path ?? "";
  const bases = [resolve(view.labels.root, folderOf(source)), view.labels.root];
  const list = toClassList(view, readNames(view, settings, bases, source), settings.get("names") ?? source);
  const splits = new SplitLists(view, bases);
  for (const [key, split] of SPLITS) {
    const written = settings.get(key);
    if (written) splits.add(split, written, source);
  }
  const { classes, settings: rows } = list;
  return textLabelPlan(view, splits, { format: "darknet", root: candidate.root, classes, settings: rows });
}

/** The `.data` file nearest to the root that names a class list or a number of classes. */
export function findObjData(view: DatasetView): { path: string; settings: Map<string, string> } | undefined {
  const found = filesNamed(view.labels, ["data"]);
  found.sort((a, b) => a.split("/").length - b.split("/").length || compareBytes(a, b));
  for (const path of found) {
    const settings = readSettings(view.head(path));
    if (settings.has("names") || (settings.has("classes") && settings.has("train"))) {
      return { path, settings };
    }
  }
  return undefined;
}

/** `key = value` lines; others are passed over. */
function readSettings(bytes: Uint8Array): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split(/[\r\n]+/)) {
    const [, key, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key && value) settings.set(key, value);
  }
  return settings;
}

/** Names from the list; empty if it is not here. */
function readNames(
  view: DatasetView,
  settings: ReadonlyMap<string, string>,
  bases: readonly string[],
  source: string,
): (string | undefined)[] {
  const { labels } = view;
  const written = settings.get("names") ?? "obj.names";
  const path = locate(labels, bases, written, (path) => labels.has(path));
  const names = path === undefined ? [] : namesOfLines(view.head(path, 1 << 20));
  if (path === undefined) {
    view.issue({
      code: "class-list-missing",
      severity: "warning",
      path: source,
      message:
        `The class list "${written}" is not here: classes are called by their numbers, class_0, class_1, ….`,
      suggestion: "Add the file; it holds one class name a line.",
    });
  }
  return names;
}
