import { cropToRle } from "../../geometry/mask.ts";
import { decodePng } from "../../image/png_pixels.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { csvFields, csvNumber, csvRecords } from "../csv/records.ts";
import type { LabelContext } from "../format.ts";
import { excerpt } from "../json/loose.ts";

/** What a CSV file holds, and the number of each of its columns, by name in lower case. */
export interface OpenImagesFile {
  readonly kind: "boxes" | "masks" | "labels";
  readonly columns: ReadonlyMap<string, number>;
}

/** What the workers need to know. */
export interface OpenImagesSettings {
  readonly files: Map<string, OpenImagesFile>;
  /** Class name by its machine identifier (`/m/01yrx`). */
  readonly names: Map<string, string>;
  /** Path of a mask by its file name. */
  readonly masks: Map<string, string>;
}

/** Columns that become attributes, with their names there; -1 says that it is not known. */
const ATTRIBUTES = [
  ["isoccluded", "occluded"],
  ["istruncated", "truncated"],
  ["isdepiction", "depiction"],
  ["isinside", "inside"],
] as const;

/** Reads the rows of one image. */
export function parseOpenImages(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const settings = context.settings as OpenImagesSettings;
  const { kind, columns } = settings.files.get(context.path)!;
  const parsed: ParsedLabels = { annotations: [] };
  for (const text of csvRecords(bytes)) {
    const fields = csvFields(text, ",");
    const row: Row = {
      text,
      field: (name) => fields[columns.get(name) ?? -1] ?? "",
      number: (name) => csvNumber(fields[columns.get(name) ?? -1] ?? "", ","),
    };
    const id = row.field("labelname");
    if (id === "") {
      reject(context, row, "object-without-name", "names no class");
      continue;
    }
    const name = settings.names.get(id) ?? id;
    if (kind === "labels") readLabel(row, name, context, parsed);
    else {
      const annotation = kind === "boxes"
        ? readBox(row, name, context)
        : readMask(row, name, settings.masks, context);
      if (annotation) parsed.annotations.push(annotation);
    }
  }
  if (parsed.classes) parsed.classes = [...new Set(parsed.classes)];
  return parsed;
}

/** A row by the names of its columns. */
interface Row {
  readonly text: string;
  field(name: string): string;
  number(name: string): number;
}

/** A label of the whole image: 1 was verified to be there, 0 to be absent, what lies between is a machine's guess. */
function readLabel(row: Row, name: string, context: LabelContext, into: ParsedLabels): void {
  const confidence = row.number("confidence");
  if (confidence === 1) (into.classes ??= []).push(context.category(name));
  else {
    context.issue({
      code: "label-not-certain",
      severity: "note",
      message: `The label "${name}" has the confidence ${row.field("confidence")}: it is ${
        confidence === 0 ? "verified to be absent" : "not verified"
      }.`,
    });
  }
}

function readBox(row: Row, name: string, context: LabelContext): Annotation | undefined {
  const [left, right, top, bottom] = ["xmin", "xmax", "ymin", "ymax"].map(row.number);
  if ([left, right, top, bottom].some(Number.isNaN)) {
    return reject(context, row, "coordinate-invalid", "does not hold four numbers for the box");
  }
  const attributes: Record<string, unknown> = {};
  for (const [column, attribute] of ATTRIBUTES) {
    const value = row.number(column);
    if (!Number.isNaN(value)) attributes[attribute] = value;
  }
  const confidence = row.number("confidence");
  if (confidence > 0 && confidence < 1) attributes.score = confidence;
  return {
    category: context.category(name),
    x: Math.min(left, right) * context.width,
    y: Math.min(top, bottom) * context.height,
    width: Math.abs(right - left) * context.width,
    height: Math.abs(bottom - top) * context.height,
    ...row.number("isgroupof") === 1 && { iscrowd: 1 },
    attributes,
  };
}

/** A mask lies in a PNG of its own, whose size may differ from that of the image; it is stretched to it. */
function readMask(
  row: Row,
  name: string,
  masks: ReadonlyMap<string, string>,
  context: LabelContext,
): Annotation | undefined {
  const file = row.field("maskpath");
  const path = masks.get(file);
  const bytes = path === undefined ? undefined : context.file(path);
  if (!bytes) return reject(context, row, "mask-missing", `names the mask "${file}", which is not there`);
  let drawn: Uint8Array;
  try {
    const { width, height, channels, data } = decodePng(bytes);
    drawn = new Uint8Array(context.width * context.height);
    for (let y = 0, to = 0; y < context.height; y++) {
      const from = Math.floor((y + 0.5) * height / context.height) * width;
      for (let x = 0; x < context.width; x++, to++) {
        drawn[to] = data[(from + Math.floor((x + 0.5) * width / context.width)) * channels] === 0 ? 0 : 1;
      }
    }
  } catch (error) {
    return reject(
      context,
      row,
      "mask-unreadable",
      `names a mask that cannot be read: ${(error as Error).message}`,
    );
  }
  const whole = { x: 0, y: 0, width: context.width, height: context.height };
  const shape = cropToRle(drawn, whole, context.width, context.height);
  if (!shape) return reject(context, row, "annotation-empty", "names a mask without a pixel");
  return { category: context.category(name), ...shape };
}

function reject(context: LabelContext, row: Row, code: string, cause: string): undefined {
  const message = `The row ${excerpt(row.text)} ${cause}.`;
  context.issue({ code, severity: "reject", record: "annotation", message });
}
