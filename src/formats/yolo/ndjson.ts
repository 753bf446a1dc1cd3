import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { below, folderOf } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { findJsonFiles } from "../json/find.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import { endOfValue, KeyFinder } from "../json/value.ts";
import { imageName } from "../matching/image_name.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { scanFileLines, type TextLine } from "../text_lines.ts";
import { toClassList } from "./class_list.ts";
import { boxOf, type KeypointShape, polygonOf, poseOf, type RowOf, turnedBoxOf } from "./row.ts";

/** What the Ultralytics platform exports: a line about the dataset, then one for each image (FORMATS §4.3). */
export const ultralyticsNdjson: LabelFormat = { name: "ultralytics-ndjson", detect, plan, parse };

/** What the workers need to know, by the path of the label file. */
interface Settings {
  readonly files: Map<string, { readonly names: readonly string[]; readonly keypoints?: KeypointShape }>;
}

const EXTENSIONS = ["ndjson", "jsonl"];
/** More classes than any dataset has. */
const MAX_CLASSES = 100_000;

function isDataset(head: unknown): boolean {
  return asObject(head)?.type === "dataset";
}

function detect(view: DatasetView): Candidate[] {
  const files = findJsonFiles(view, isDataset, EXTENSIONS);
  if (files.length === 0) return [];
  return [{
    format: "ultralytics-ndjson",
    root: folderOf(files[0]),
    confidence: 3,
    reason: `"${files[0]}" begins with a line about a dataset`,
    files: files.length,
  }];
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  const classes = new Map<string, PlannedClass>();
  const settings: Settings = { files: new Map() };
  for (const path of findJsonFiles(view, isDataset, EXTENSIONS)) {
    const file = ranges.file(path);
    const finder = new KeyFinder(["file", "split"]);
    scanFileLines(view, path, (line) => {
      if (!settings.files.has(path)) {
        const known = readDataset(view, path, textOfRange(line.bytes, line.start, line.end));
        settings.files.set(path, known.settings);
        for (const planned of known.classes) {
          if (!classes.has(planned.name)) classes.set(planned.name, planned);
        }
        return;
      }
      let { start } = line;
      while (start < line.end && line.bytes[start] <= 0x20) start++;
      if (start === line.end) return;
      endOfValue(line.bytes, start, line.end, finder);
      const name = stringAt(line, finder.values[0]);
      const split = stringAt(line, finder.values[1]);
      const image = name === undefined
        ? -1
        : file.image(nearest(view, path, name, split), split && splitName(split));
      if (image >= 0) return file.add(image, line.offset, line.length);
      view.issue({
        code: "json-malformed",
        severity: "reject",
        record: "label",
        path,
        line: line.number,
        message: `Line ${line.number} of "${path}" names no image file: ${
          excerpt(textOfRange(line.bytes, line.start, Math.min(line.end, line.start + 200)))
        }`,
        suggestion: "Export the file again.",
      });
    });
  }
  ranges.finish();
  return {
    format: "ultralytics-ndjson",
    root,
    classes: [...classes.values()],
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

/** Value of a key as text; undefined if it is none. */
function stringAt({ bytes, end }: TextLine, start: number): string | undefined {
  if (start < 0) return undefined;
  const close = endOfValue(bytes, start, end);
  const value = close < 0 ? undefined : parseLoose(textOfRange(bytes, start, close))?.value;
  return typeof value === "string" ? value : undefined;
}

/** The same name may stand in several splits: then the folder of the split tells which is meant. */
function nearest({ images }: DatasetView, path: string, file: string, split: string | undefined): string {
  const name = imageName(file);
  if (split === undefined || name === "") return name;
  const folder = folderOf(path);
  const places = [`images/${split}`, `${split}/images`, split].map((place) =>
    below(below(folder, place), name)
  );
  return places.find((place) => images.has(place)) ?? name;
}

function readDataset(view: DatasetView, path: string, text: string) {
  const record = asObject(parseLoose(text)?.value) ?? {};
  const names: (string | undefined)[] = [];
  for (const [key, name] of Object.entries(asObject(record.class_names) ?? [])) {
    const id = Number(key);
    if (/^\d+$/.test(key) && id < MAX_CLASSES && typeof name === "string") names[id] = name;
  }
  const [count, dimensions] = Array.isArray(record.kpt_shape) ? record.kpt_shape.map(Number) : [];
  const posed = Number.isInteger(count) && count >= 1 && count <= 10_000 &&
    (dimensions === 2 || dimensions === 3);
  const { classes, settings } = toClassList(
    view,
    Array.from(names),
    path,
    posed ? { shape: [count, dimensions], skeleton: [] } : undefined,
  );
  return { classes, settings: { names: settings.names, keypoints: settings.keypoints } };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const known = (context.settings as Settings).files.get(context.path) ?? { names: [] };
  const labels: ParsedLabels = { annotations: [] };
  for (const text of new TextDecoder().decode(bytes).split("\n")) {
    if (text.trim() === "") continue;
    const record = asObject(parseLoose(text)?.value);
    if (!record) {
      context.issue({
        code: "json-malformed",
        severity: "reject",
        record: "label",
        message: `Cannot read the line "${excerpt(text)}": it is no JSON object.`,
        suggestion: "Export the file again.",
      });
      continue;
    }
    readImage(record, known, labels, context);
  }
  return labels;
}

function readImage(
  record: Record<string, unknown>,
  { names, keypoints }: { names: readonly string[]; keypoints?: KeypointShape },
  labels: ParsedLabels,
  context: LabelContext,
): void {
  if (isSize(record.width) && isSize(record.height)) {
    labels.declaredWidth = record.width;
    labels.declaredHeight = record.height;
  }
  const nameOf = (id: number) => names[id] ?? `class_${id}`;
  let line = 0;
  for (const [kind, rows] of Object.entries(asObject(record.annotations) ?? {})) {
    for (const row of Array.isArray(rows) ? rows : [rows]) {
      line++;
      const values = Array.isArray(row) ? row : [row];
      const cause = faultOf(kind, values, keypoints);
      if (cause !== undefined) {
        context.issue({
          code: "annotation-invalid",
          severity: "reject",
          record: "annotation",
          line,
          message: `Cannot read the annotation ${excerpt(JSON.stringify(row))} under "${kind}": ${cause}.`,
          suggestion: "Correct the record, or export the file again.",
        });
        continue;
      }
      const category = context.category(nameOf(values[0]));
      if (kind === "classification") (labels.classes ??= []).push(category);
      else {
        const { width, height } = context;
        labels.annotations.push(annotationOf(kind, values, keypoints, { category, line, width, height }));
      }
    }
  }
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** Why an annotation cannot be read; undefined if it can. */
function faultOf(kind: string, values: unknown[], keypoints: KeypointShape | undefined): string | undefined {
  const numbers = values.every((value): value is number =>
    typeof value === "number" && Number.isFinite(value)
  );
  if (!numbers) return "not all of it are numbers";
  const [id] = values;
  if (!(Number.isInteger(id) && id >= 0 && id < MAX_CLASSES)) return `${id} is no class number`;
  switch (kind) {
    case "classification":
      return undefined;
    case "boxes":
      return values.length >= 5 && values.length <= 6
        ? undefined
        : `a box has 5 numbers, not ${values.length}`;
    case "pose": {
      const wanted = keypoints && 5 + keypoints[0] * keypoints[1];
      if (wanted === undefined) return "the first line of the file tells no kpt_shape";
      return values.length === wanted ? undefined : `a pose has ${wanted} numbers, not ${values.length}`;
    }
    case "obb":
      return values.length === 9 ? undefined : `a turned box has 9 numbers, not ${values.length}`;
    case "segments":
      return values.length >= 7 && values.length % 2 === 1
        ? undefined
        : `an outline has a class and at least 3 points, not ${values.length} numbers`;
    default:
      return "this kind of annotation is not known";
  }
}

/** An annotation that has no fault. */
function annotationOf(
  kind: string,
  values: number[],
  keypoints: KeypointShape | undefined,
  of: RowOf,
): Annotation {
  if (kind === "segments") return polygonOf(values, values.length, of);
  if (kind === "obb") return turnedBoxOf(values, of);
  if (kind === "pose") return poseOf(values, keypoints!, of);
  const box = boxOf(values, of);
  if (values.length === 6) box.attributes = { score: values[5] };
  return box;
}
