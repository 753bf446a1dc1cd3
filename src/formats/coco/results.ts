import { splitOfLayout } from "../../tree/split.ts";
import type { Annotation } from "../../model/annotation.ts";
import type { LabelContext, LabelFormat } from "../format.ts";
import { readCocoAnnotation } from "./annotation.ts";
import { addCaption } from "./captions.ts";
import { mergeClasses } from "./classes.ts";
import { toId } from "./ids.ts";
import {
  categoryOf,
  type CocoSettings,
  eachRecord,
  type Reading,
  readRecord,
  rejectRecord,
} from "./parse.ts";
import { tellFindings } from "./parse.ts";
import { scanResults } from "./result_images.ts";
import { cocoCandidates, findCocoFiles, tellOthers } from "./sniff.ts";

/**
 * What a detector found, in COCO's list of results (FORMATS §6). Its images and classes are those of a COCO file beside it;
 * without one, ids are taken for the names or numbers of images, as Ultralytics writes them.
 */
export const cocoResults: LabelFormat = {
  name: "coco-results",
  detect: (view) => cocoCandidates(view, "results"),
  plan(view, { format, root }) {
    const found = findCocoFiles(view);
    tellOthers(view, found, "results");
    const { ranges, lists } = scanResults(view, found);
    const known = [...lists.values()].filter((list) => list !== undefined);
    const unique = [...new Set(known)];
    const { classes, numbers } = mergeClasses(view, unique);
    const settings: CocoSettings = {
      files: new Map([...lists].map(([path, list]) => [
        path,
        { categories: list && numbers[unique.indexOf(list)] || new Map(), licenses: new Map() },
      ])),
    };
    return {
      format,
      root,
      classes,
      settings,
      labelFor: (path) => ranges.labelFor(path),
      splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
      unused: () => ranges.unused(),
    };
  },
  parse(bytes, context) {
    const file = (context.settings as CocoSettings).files.get(context.path)!;
    const reading: Reading = { context, file, findings: { asText: false }, parsed: { annotations: [] } };
    eachRecord(bytes, (text) => readRecord(text, reading, readResult));
    tellFindings(reading);
    return reading.parsed;
  },
};

function readResult(record: Readonly<Record<string, unknown>>, reading: Reading): void {
  const { context, file, parsed, findings } = reading;
  if (typeof record.caption === "string") return addCaption(parsed, record.caption);
  const category = file.categories.size > 0 ? categoryOf(record, reading) : unnamed(record, context);
  if (category === undefined) return;
  const { file_name: _, ...rest } = record;
  const annotation = readCocoAnnotation(withBox(rest), category, findings);
  if (typeof annotation === "string") return rejectRecord(context, record, annotation);
  takeKeypointScores(annotation);
  parsed.annotations.push(annotation);
}

/** Class of a category whose name nobody tells. */
function unnamed(record: Readonly<Record<string, unknown>>, context: LabelContext): number | undefined {
  const id = toId(record.category_id);
  if (id !== undefined) return context.category(`class_${id.id}`);
  rejectRecord(context, record, "has no category_id", "category-unknown");
}

/** Results of keypoints have no box; pycocotools draws it around the points. */
function withBox(record: Record<string, unknown>): Record<string, unknown> {
  const { bbox, segmentation, keypoints } = record;
  if (bbox != null || segmentation != null || !Array.isArray(keypoints)) return record;
  const labelled = keypoints.filter((_, i) => {
    const first = i - i % 3;
    return keypoints.slice(first, first + 3).some((value) => value !== 0);
  });
  const xs = labelled.filter((_, i) => i % 3 === 0);
  const ys = labelled.filter((_, i) => i % 3 === 1);
  if (ys.length === 0 || ![...xs, ...ys].every(Number.isFinite)) return record;
  const x = xs.reduce((a, b) => Math.min(a, b));
  const y = ys.reduce((a, b) => Math.min(a, b));
  const right = xs.reduce((a, b) => Math.max(a, b));
  const bottom = ys.reduce((a, b) => Math.max(a, b));
  return { ...record, bbox: [x, y, right - x, bottom - y] };
}

/** Some networks write how sure they are of a point in the place of its visibility. */
function takeKeypointScores(annotation: Annotation): void {
  const { keypoints } = annotation;
  if (!keypoints) return;
  const scores = keypoints.filter((_, i) => i % 3 === 2);
  if (scores.every((value) => value === 0 || value === 1 || value === 2)) return;
  annotation.attributes = { ...annotation.attributes, keypoint_scores: scores };
  annotation.keypoints = keypoints.map((value, i) => i % 3 === 2 ? (value > 0 ? 2 : 0) : value);
}
