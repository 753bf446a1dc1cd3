import type { ParsedLabels } from "../../model/annotation.ts";
import { nameOf, withoutExtension } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { findJsonFiles } from "../json/find.ts";
import {
  type ImageRecord,
  locateRecords,
  type RecordMeaning,
  recordText,
  valueOf,
} from "../json/image_records.ts";
import { JsonLabelReader } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { mergeLabels, readLabels } from "./categories.ts";
import { readItem } from "./item.ts";

/** Datumaro's own JSON: one file for each subset (FORMATS §11.18). */
export const datumaro: LabelFormat = { name: "datumaro", detect, plan, parse };

interface Settings {
  /** Class names by `label_id`, for each file. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

function detect(view: DatasetView): Candidate[] {
  const paths = findJsonFiles(view, isDatumaro);
  if (paths.length === 0) return [];
  const reason = `"${paths[0]}" holds items and categories of Datumaro`;
  return [{ format: "datumaro", root: "", confidence: 2, reason, files: paths.length }];
}

/** Categories may fill the beginning of a file; then the key before them tells. */
function isDatumaro(head: unknown): boolean {
  const root = asObject(head);
  const categories = asObject(root?.categories);
  if (!root || !categories) return false;
  return Array.isArray(root.items) ||
    asObject(categories.label) !== undefined &&
      ("info" in root || "infos" in root || "dm_format_version" in root);
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const categories = new Map<string, unknown>();
  const meaningOf = (record: ImageRecord): RecordMeaning => {
    if (record.list === "items") {
      const name = imageNameOf(valueOf(record, 0), valueOf(record, 1) ?? valueOf(record, 2));
      return name === undefined
        ? undefined
        : { image: `images/${withoutExtension(nameOf(record.path))}/${name}` };
    }
    if (record.key === "categories") categories.set(record.path, parseLoose(recordText(record))?.value);
    return "skip";
  };
  const paths = findJsonFiles(view, isDatumaro);
  const { ranges } = locateRecords(view, paths, { items: ["id", "image", "media"], "*": [] }, meaningOf);
  const labels = new Map([...categories].map(([path, value]) => [path, readLabels(value)]));
  const settings: Settings = {
    labels: new Map([...labels].map(([path, each]) => [path, each.map(({ name }) => name)])),
  };
  return {
    format: "datumaro",
    root: candidate.root,
    classes: mergeLabels([...labels.values()]),
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

/** Path of the image of an item in the folder of its subset. */
function imageNameOf(id: unknown, media: unknown): string | undefined {
  const path = asObject(media)?.path;
  if (typeof path === "string" && path !== "") return path;
  return typeof id === "string" && id !== "" ? id : undefined;
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const labels = (context.settings as Settings).labels.get(context.path) ?? [];
  const reader = new JsonLabelReader(context);
  for (const item of reader.records(bytes)) readItem(item, labels, reader);
  return reader.finish();
}
