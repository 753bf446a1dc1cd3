import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { excerpt } from "../json/loose.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { type CsvHead, findCsvFiles } from "./find.ts";
import { csvFields, csvNumber, csvRecords, rejectNameless, scanCsvFile } from "./records.ts";

/** How a CSV file with a box in each row is laid out; columns by number. */
export interface BoxLayout {
  readonly delimiter: string;
  /** True if the first record names the columns. */
  readonly hasHeader: boolean;
  readonly image: number;
  /** Left, top, right, bottom; or one column that holds all, see {@link BoxLayout.form}. */
  readonly corners: readonly number[];
  /** `corners`: four columns · `list`: one column with `[x, y, width, height]`. */
  readonly form: "corners" | "list";
  /** Column of the class; undefined if there is one class only. */
  readonly className?: number;
  /** Name of the only class. */
  readonly onlyClass?: string;
  /** Columns of the size of the image. */
  readonly width?: number;
  readonly height?: number;
  /** Column of the split. */
  readonly split?: number;
  /** Are coordinates fractions of the image? Undefined: they are if none is above 1. */
  readonly fractions?: boolean;
}

/** What makes one of the CSV formats: how its files are told, and what else is special. */
export interface BoxCsv {
  readonly name: string;
  /** The layout of a file, if it is of this format. */
  layout(head: CsvHead, path: string): BoxLayout | undefined;
  /** True for a file name nobody else uses. */
  isMarker?(name: string): boolean;
  /** Classes that a file beside the rows declares. */
  classes?(view: DatasetView): readonly PlannedClass[];
}

/** Layout of each file, for the parser. */
type Settings = ReadonlyMap<string, BoxLayout>;

/** The reader of a format with one CSV row for each box (FORMATS §11.2). */
export function boxCsv(format: BoxCsv): LabelFormat {
  const { name, isMarker = () => false } = format;
  return {
    name,
    detect(view): Candidate[] {
      const files = findCsvFiles(view, (head, path) => format.layout(head, path));
      if (files.length === 0) return [];
      const marker = files.find(({ path }) => isMarker(nameOf(path)));
      const more = files.length > 1 ? ` and ${files.length - 1} more have` : " has";
      return [{
        format: name,
        root: "",
        confidence: marker ? 3 : 2,
        reason: `"${(marker ?? files[0]).path}"${more} a box in each row`,
        files: files.length,
      }];
    },
    plan: (view, candidate) => planBoxes(format, view, candidate),
    parse: parseBoxes,
  };
}

function planBoxes(format: BoxCsv, view: DatasetView, candidate: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  const settings = new Map<string, BoxLayout>();
  for (const { path, found } of findCsvFiles(view, (head, path) => format.layout(head, path))) {
    const into = ranges.file(path);
    let largest = 0;
    let first = found.hasHeader;
    scanCsvFile(view, path, (row) => {
      if (first) return void (first = false);
      const fields = csvFields(row.text, found.delimiter);
      const split = found.split === undefined ? undefined : splitWord(fields[found.split]);
      const image = into.image(fields[found.image] ?? "", split);
      if (image < 0) return rejectNameless(view, path, row, "annotation");
      if (isEmpty(fields, found)) return;
      for (const corner of cornersOf(fields, found)) if (corner > largest) largest = corner;
      into.add(image, row.offset, row.length);
    });
    settings.set(path, { ...found, fractions: found.fractions ?? (largest > 0 && largest <= 1) });
  }
  ranges.finish();
  return {
    format: format.name,
    root: candidate.root,
    classes: format.classes?.(view) ?? [],
    settings: settings satisfies Settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

function parseBoxes(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const layout = (context.settings as Settings).get(context.path)!;
  const parsed: ParsedLabels = { annotations: [] };
  for (const text of csvRecords(bytes)) {
    const fields = csvFields(text, layout.delimiter);
    if (layout.width !== undefined && parsed.declaredWidth === undefined) {
      const width = csvNumber(fields[layout.width] ?? "", layout.delimiter);
      const height = csvNumber(fields[layout.height!] ?? "", layout.delimiter);
      if (width > 0 && height > 0) [parsed.declaredWidth, parsed.declaredHeight] = [width, height];
    }
    const annotation = readBox(fields, text, layout, context);
    if (annotation) parsed.annotations.push(annotation);
  }
  return parsed;
}

function readBox(
  fields: readonly string[],
  text: string,
  layout: BoxLayout,
  context: LabelContext,
): Annotation | undefined {
  const reject = (code: string, cause: string) =>
    void context.issue({
      code,
      severity: "reject",
      record: "annotation",
      message: `The row ${excerpt(text)} ${cause}.`,
    });
  const name = layout.className === undefined ? layout.onlyClass! : fields[layout.className] ?? "";
  if (name === "") return reject("object-without-name", "names no class");
  const corners = cornersOf(fields, layout);
  if (corners.length !== 4 || corners.some(Number.isNaN)) {
    return reject("coordinate-invalid", "does not hold four numbers for the box");
  }
  const [scaleX, scaleY] = layout.fractions ? [context.width, context.height] : [1, 1];
  const category = context.category(name);
  if (layout.form === "list") {
    const [x, y, width, height] = corners;
    return { category, x, y, width, height };
  }
  const [x1, y1, x2, y2] = corners;
  const x = Math.min(x1, x2) * scaleX;
  const y = Math.min(y1, y2) * scaleY;
  return {
    category,
    x,
    y,
    width: Math.max(x1, x2) * scaleX - x,
    height: Math.max(y1, y2) * scaleY - y,
  };
}

/** The numbers of the box; NaN for what is none. */
function cornersOf(fields: readonly string[], { corners, form, delimiter }: BoxLayout): number[] {
  if (form === "corners") return corners.map((column) => csvNumber(fields[column] ?? "", delimiter));
  const list = /^\[(.*)\]$/.exec(fields[corners[0]] ?? "")?.[1] ?? "";
  return list.split(",").map((part) => csvNumber(part.trim(), ","));
}

/** True for a row that only says that an image has no objects. */
function isEmpty(fields: readonly string[], { corners, className }: BoxLayout): boolean {
  return corners.every((column) => (fields[column] ?? "") === "") &&
    (className === undefined || (fields[className] ?? "") === "");
}

function splitWord(word = ""): string | undefined {
  return splitOfLayout(`${word.toLowerCase()}/image`);
}
