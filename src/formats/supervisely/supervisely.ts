import { below, folderOf, nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { jsonHead, sampleJsonFiles } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { Pairing } from "../matching/pairing.ts";
import { type Meta, readMeta } from "./meta.ts";
import { parseSupervisely } from "./parse.ts";

/** Supervisely: `<dataset>/img/a.png` with `<dataset>/ann/a.png.json`, and one `meta.json` (FORMATS §11.11). */
export const supervisely: LabelFormat = { name: "supervisely", detect, plan, parse: parseSupervisely };

const META = "meta.json";

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting, first } = sampleJsonFiles(view, isSupervisely, isLabelName);
  if (fitting === 0) return [];
  const marker = metaFiles(view)[0];
  const seen = `${fitting} of ${looked} JSON files looked into are Supervisely annotations, like "${first}"`;
  return [{
    format: "supervisely",
    root: "",
    confidence: fitting < 0.8 * looked ? 1 : marker ? 3 : 2,
    reason: marker ? `${seen}, "${marker}" lists the classes` : seen,
    files,
  }];
}

function isSupervisely(head: unknown): boolean {
  const root = asObject(head);
  const size = asObject(root?.size);
  if (!root || !size || !("width" in size && "height" in size)) return false;
  if (!Array.isArray(root.objects)) return false;
  const first = asObject(root.objects[0]);
  return first
    ? "classTitle" in first || "geometryType" in first
    : root.objects.length === 0 && "tags" in root;
}

function isLabelName(name: string): boolean {
  return name !== META;
}

/** Project files, those nearest to the root first. */
function metaFiles({ labels }: DatasetView): string[] {
  return [...labels.folders.values()].filter(({ files }) => files.includes(META))
    .map(({ path }) => below(path, META))
    .sort((a, b) => a.split("/").length - b.split("/").length);
}

function plan(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const pairs = new Pairing(view, {
    extension: "json",
    isOther: (name) => !isLabelName(name) || name === "obj_class_to_machine_color.json",
    labelNames: (image) => [`${image}.json`, image.replace(/\.\w+$/, ".json")],
  });
  const metas = metaFiles(view).map((path) => readMeta(jsonHead(view, path), view, path));
  const classes = new Map<string, Meta["classes"][number]>();
  for (const { classes: list } of metas) {
    for (const each of list) if (!classes.has(each.name)) classes.set(each.name, each);
  }
  const skeletons = new Map(metas.flatMap((meta) => [...meta.nodes]));
  return {
    format,
    root,
    classes: [...classes.values()],
    settings: { nodes: skeletons },
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => pairs.unused(),
    claims: (path) => /^masks_(?:machine|human)$/.test(nameOf(folderOf(path))),
  };
}
