import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { folderOf, nameOf } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { decimal } from "../number.ts";
import { scanFileLines } from "../text_lines.ts";
import { withoutBoxes } from "../txt/kinds.ts";
import { listFiles } from "../txt/list_files.ts";
import { type Fault, NO_EXTENT, notNumber, rejectRow, textRows, tooFew } from "../txt/rows.ts";
import { namesOfLines, toClassList } from "./class_list.ts";
import type { YoloSettings } from "./parse.ts";

/** Lists of keras-yolo3 and YOLOv4 for PyTorch: a line for each image, its path and then its boxes (FORMATS §4.3). */
export const yoloKeras: LabelFormat = { name: "yolo-keras", detect, plan, parse };

/** Largest list of class names, bytes. */
const LIMIT = 1 << 20;
/** Class numbers beyond this are none. */
const MAX_CLASS = 1_000_000;

function detect(view: DatasetView): Candidate[] {
  const files = listFiles(view, "yolo-keras");
  if (files.length === 0) return [];
  return [{
    format: "yolo-keras",
    root: folderOf(files[0]),
    confidence: 2,
    reason: `"${files[0]}" lists paths of images with their boxes`,
    files: files.length,
  }];
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  for (const path of listFiles(view, "yolo-keras")) {
    const file = ranges.file(path);
    const split = splitOfList(path);
    scanFileLines(view, path, ({ bytes, start, end, offset, length, number }) => {
      const text = new TextDecoder().decode(bytes.subarray(start, end)).trim();
      if (text === "") return;
      const image = file.image(withoutBoxes(text), split);
      if (image >= 0) return file.add(image, offset, length);
      view.issue({
        code: "label-row-invalid",
        severity: "reject",
        record: "annotation",
        path,
        line: number,
        message: "Cannot read the row: it names no image.",
      });
    });
  }
  ranges.finish();
  const { classes, settings } = readClasses(view, root);
  return {
    format: "yolo-keras",
    root,
    classes,
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

/** `train.txt`, `2007_val.txt`. */
function splitOfList(path: string): string | undefined {
  const word = /(?:^|[_-])(train|val|valid|validation|test)\.txt$/i.exec(nameOf(path))?.[1];
  return word && splitName(word);
}

/** `classes.txt`, `voc_classes.txt` or `coco.names`, the one nearest to the root. */
function readClasses(view: DatasetView, root: string) {
  const lists = filesNamed(
    view.labels,
    ["txt", "names"],
    (name) => /(?:(?:^|[_-])classes\.txt|\.names)$/i.test(name),
  );
  const [list] = lists.sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  const names = list === undefined ? [] : namesOfLines(view.head(list, LIMIT));
  if (names.length === 0) {
    view.issue({
      code: "class-list-missing",
      severity: "warning",
      path: root,
      message: "There is no list of class names: classes are called by their numbers, class_0, class_1, ….",
      suggestion: "Add a classes.txt with one class name a line.",
    });
  }
  return toClassList(view, names, list ?? "");
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const annotations: Annotation[] = [];
  const settings = context.settings as YoloSettings;
  for (const row of textRows(bytes, context, true)) {
    const boxes = row.text.slice(withoutBoxes(row.text).length).split(/\s+/).filter((box) => box !== "");
    for (const box of boxes) {
      const read = readBox(box, settings, context);
      if ("cause" in read) rejectRow(context, { line: row.line, text: box }, read);
      else annotations.push({ ...read, line: row.line });
    }
  }
  return { annotations };
}

/** `left,top,right,bottom,class` in px. */
function readBox(text: string, { names, localOf }: YoloSettings, context: LabelContext): Annotation | Fault {
  const fields = text.split(",");
  if (fields.length !== 5) return tooFew(fields.length, "5: left, top, right, bottom, class");
  const [left, top, right, bottom, id] = fields.map(decimal);
  const bad = fields.find((field) => Number.isNaN(decimal(field)));
  if (bad !== undefined) return notNumber(bad);
  if (!(Number.isInteger(id) && id >= 0 && id <= MAX_CLASS)) {
    return {
      cause: `"${fields[4]}" is no class number`,
      remedy: "Write the number of the class, from 0 on.",
    };
  }
  if (!(right > left && bottom > top)) return NO_EXTENT;
  return {
    category: id < names.length ? localOf?.[id] ?? id : context.category(`class_${id}`),
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
  };
}
