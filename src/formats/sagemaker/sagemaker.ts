import { Buffer } from "node:buffer";
import type { ParsedLabels } from "../../model/annotation.ts";
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
import { unescapedName } from "../matching/image_name.ts";
import { ClassMaps } from "./class_maps.ts";
import { readLine } from "./line.ts";
import { maskPaths } from "./masks.ts";

/** Augmented manifests of SageMaker Ground Truth: one JSON line for each image (FORMATS §11.15). */
export const sagemaker: LabelFormat = { name: "sagemaker", detect, plan, parse };

const EXTENSIONS = ["manifest", "jsonl", "ndjson"];
const REFERENCE = Buffer.from("-ref-metadata");

function isManifest(head: unknown): boolean {
  return typeof asObject(head)?.["source-ref"] === "string";
}

function detect(view: DatasetView): Candidate[] {
  const paths = findJsonFiles(view, isManifest, EXTENSIONS);
  if (paths.length === 0) return [];
  const reason = `"${paths[0]}" is a manifest with a source-ref on each line`;
  return [{ format: "sagemaker", root: "", confidence: 2, reason, files: paths.length }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const classes = new ClassMaps();
  const masks = new Set<string>();
  const meaningOf = (record: ImageRecord): RecordMeaning => {
    const { bytes, start, end } = record;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    classes.look(line);
    if (line.includes(REFERENCE)) {
      for (const [key, value] of Object.entries(asObject(parseLoose(recordText(record))?.value) ?? {})) {
        if (!key.endsWith("-ref") || key === "source-ref" || typeof value !== "string") continue;
        const mask = maskPaths(value, record.path).find((path) => view.labels.has(path));
        if (mask !== undefined) masks.add(mask);
      }
    }
    const source = valueOf(record, 0);
    return typeof source === "string" ? { image: unescapedName(source) } : undefined;
  };
  const paths = findJsonFiles(view, isManifest, EXTENSIONS);
  const { ranges } = locateRecords(view, paths, { "": ["source-ref"] }, meaningOf);
  return {
    format: "sagemaker",
    root: candidate.root,
    classes: classes.names().map((name) => ({ name })),
    settings: undefined,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
    claims: masks.size > 0 ? (path) => masks.has(path) : undefined,
  };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  for (const line of reader.records(bytes)) readLine(line, reader);
  return reader.finish();
}
