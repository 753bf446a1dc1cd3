import type { ParsedLabels } from "../../model/annotation.ts";
import { csvFields, csvRecords } from "../csv/records.ts";
import type { LabelContext } from "../format.ts";
import { JsonLabelReader } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";

/** How a metadata file is read. */
export interface HfFile {
  readonly kind: "jsonl" | "csv" | "parquet";
  readonly delimiter?: string;
  readonly columns?: readonly string[];
}

/** What the workers need to know. */
export interface HfSettings {
  readonly files: Map<string, HfFile>;
  /** Class names by number; empty if nothing names them. */
  readonly names: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Columns that are no attributes. */
const OWN = new Set([
  "file_name",
  "objects",
  "label",
  "labels",
  "width",
  "height",
  "image_id",
  "id",
  "image",
]);
/** What the classes of the objects are called. */
const CLASS_KEYS = [
  "category",
  "categories",
  "label",
  "labels",
  "class",
  "classes",
  "category_id",
  "category_ids",
];
const BOX_KEYS = ["bbox", "bboxes", "boxes", "box"];

/** Reads the row of one image. */
export function parseHf(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const { files, names } = context.settings as HfSettings;
  const file = files.get(context.path)!;
  const reader = new JsonLabelReader(context);
  const className = (value: unknown) =>
    typeof value === "number" ? names[value] ?? String(value) : typeof value === "string" ? value : "";
  for (const row of file.kind === "csv" ? csvRows(bytes, file) : reader.records(bytes)) {
    reader.declareSize(row.width, row.height);
    for (const label of [row.label, row.labels].flat()) reader.addClass(className(label));
    objectsOf(row.objects).forEach(({ box, label, rest }, i) => {
      const numbers = reader.numbers(box);
      const shape = numbers?.length === 4
        ? { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] }
        : undefined;
      if (shape) tellCorners(shape, context, i + 1);
      reader.add([className(label)], shape, rest, i + 1);
    });
    reader.addImageAttributes(
      Object.entries(row).filter(([key, value]) =>
        !OWN.has(key) && !key.endsWith("_file_name") && (typeof value !== "object" || Array.isArray(value))
      ),
    );
  }
  return reader.finish();
}

/** Rows of a CSV file; a field that is JSON, as lists are, is parsed. */
function csvRows(bytes: Uint8Array, { columns, delimiter }: HfFile): Row[] {
  return csvRecords(bytes).map((text) => {
    const fields = csvFields(text, delimiter!);
    return Object.fromEntries(columns!.map((name, i) => {
      const field = fields[i] ?? "";
      const json = /^(?:[[{]|-?\d)/.test(field) ? parseLoose(field) : undefined;
      return [name, json ? json.value : field === "" ? undefined : field];
    }));
  });
}

/** An object of an image. */
interface HfObject {
  readonly box: unknown;
  readonly label: unknown;
  readonly rest: (readonly [string, unknown])[];
}

/** Objects as a list of records, or as lists side by side: `{bbox: [[…]], category: […]}`. */
function objectsOf(value: unknown): HfObject[] {
  if (Array.isArray(value)) {
    return value.map((each) => toObject(asObject(each) ?? {}));
  }
  const lists = asObject(value);
  if (!lists) return [];
  const boxes = lists[BOX_KEYS.find((key) => key in lists) ?? ""];
  if (!Array.isArray(boxes)) return [];
  return boxes.map((_, i) =>
    toObject(Object.fromEntries(
      Object.entries(lists).map(([key, list]) => [key, Array.isArray(list) ? list[i] : undefined]),
    ))
  );
}

function toObject(record: Row): HfObject {
  const boxKey = BOX_KEYS.find((key) => key in record) ?? "";
  const classKey = CLASS_KEYS.find((key) => key in record) ?? "";
  const own = new Set([boxKey, classKey, "id", "area"]);
  const rest = Object.entries(record).filter(([key]) => !own.has(key));
  return { box: record[boxKey], label: record[classKey], rest };
}

/** The boxes are COCO's by convention, but some write corners: then they reach out of the image, and would fit as corners. */
function tellCorners(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  context: LabelContext,
  line: number,
): void {
  const fits = x + width <= context.width + 1 && y + height <= context.height + 1;
  const fitsAsCorners = width > x && height > y && width <= context.width && height <= context.height;
  if (fits || !fitsAsCorners) return;
  context.issue({
    code: "box-maybe-corners",
    severity: "warning",
    line,
    message:
      `The box [${x}, ${y}, ${width}, ${height}] was read as x, y, width, height and reaches out of the ` +
      `image of ${context.width}×${context.height} px; as two corners it would fit.`,
    suggestion: "If all boxes are corners, write them as x, y, width, height.",
  });
}
