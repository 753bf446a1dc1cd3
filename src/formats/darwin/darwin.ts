import { splitOfLayout } from "../../tree/split.ts";
import { filesNamed } from "../../tree/files_named.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { sampleJsonFiles } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { DarwinImages } from "./images.ts";
import { readHeader } from "./header.ts";
import { look } from "./look.ts";
import { type DarwinSettings, parseDarwin } from "./parse.ts";

/** V7's Darwin JSON: one file for each image or video, versions 1.0 and 2.0 (FORMATS §11.17). */
export const darwin: LabelFormat = { name: "darwin", detect, plan, parse: parseDarwin };

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting, first } = sampleJsonFiles(view, isDarwin);
  if (fitting === 0) return [];
  const reason = `${fitting} of ${looked} JSON files looked into are Darwin annotations, like "${first}"`;
  return [{ format: "darwin", root: "", confidence: fitting >= 0.8 * looked ? 2 : 1, reason, files }];
}

/** True for the beginning of a Darwin file. In some the annotations come before the item. */
function isDarwin(head: unknown): boolean {
  const root = asObject(head);
  if (!root || !Array.isArray(root.annotations)) return false;
  const item = asObject(root.item);
  if (item) {
    return typeof item.name === "string" && (Array.isArray(item.slots) || root.schema_ref !== undefined);
  }
  if (typeof root.schema_ref === "string" && root.schema_ref.includes("darwin")) return true;
  if (typeof asObject(root.image)?.filename === "string") return true;
  return Array.isArray(asObject(root.annotations[0])?.slot_names);
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const images = new DarwinImages(view);
  const keypoints = new Map<string, string[]>();
  for (const path of filesNamed(view.labels, ["json"])) {
    const root = look(view, path, keypoints);
    if (root === undefined) continue;
    const header = readHeader(root);
    if (header) images.add(path, header);
  }
  const settings: DarwinSettings = { keypoints };
  return {
    format: "darwin",
    root: candidate.root,
    classes: [...keypoints].map(([name, names]) => ({ name, extra: { keypoints: names, skeleton: [] } })),
    settings,
    labelFor: (path) => images.labelFor(path),
    isLabel: (path) => images.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => images.missing,
  };
}
