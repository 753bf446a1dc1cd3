import { below, nameOf } from "../../model/image_names.ts";
import { csvFields, delimiterOf } from "../csv/records.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";

/** Which class the pixels of a mask are: by their value, or by their colour. */
export interface ClassTable {
  /** Below the label tree. */
  readonly path: string;
  /** True if {@link ClassEntry.key} is a colour, red · 65536 + green · 256 + blue. */
  readonly byColour: boolean;
  readonly entries: readonly ClassEntry[];
}

/** A class of a table. */
export interface ClassEntry {
  /** Undefined for pixels of no class: background, void. */
  readonly name: string | undefined;
  readonly key: number;
}

/** Files that tell the classes, as their tools call them. */
const NAMES = ["_classes.csv", "class_dict.csv", "classes.csv", "labelmap.txt", "label_colors.txt"];
/** Names of what is no class, and of what is not to be judged. */
const NO_CLASS = /^_*(?:background|bg|void|ignore|unlabell?ed)_*$/i;

/** Tables of a dataset, by the folder they lie in. */
export function classTables(view: DatasetView): Map<string, ClassTable> {
  const tables = new Map<string, ClassTable>();
  for (const { path, files } of view.labels.folders.values()) {
    for (const name of NAMES) {
      if (!files.includes(name)) continue;
      const table = readTable(below(path, name), decodeText(view.head(below(path, name))).text);
      if (!table) continue;
      tables.set(path, table);
      break;
    }
  }
  return tables;
}

/** Reads a table of classes; undefined if the text is none. */
function readTable(path: string, text: string): ClassTable | undefined {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim()).filter((line) => line !== "");
  const name = nameOf(path);
  const rows = name === "labelmap.txt"
    ? readLabelMap(lines)
    : name === "label_colors.txt"
    ? readColourList(lines)
    : readCsv(lines);
  if (!rows || rows.length === 0) return undefined;
  // Grey levels are numbers: (3, 3, 3) is the class 3.
  const byColour = rows.some(({ values }) => values.length === 3 && new Set(values).size > 1);
  const entries = rows.map(({ name, values }) => ({
    name: NO_CLASS.test(name) ? undefined : name,
    key: byColour ? colourKey(values[0], values[1] ?? values[0], values[2] ?? values[0]) : values[0],
  }));
  return { path, byColour, entries };
}

/** A colour as one number. */
export function colourKey(red: number, green: number, blue: number): number {
  return red * 65536 + green * 256 + blue;
}

/** A class with its value, or its red, green and blue. */
interface Row {
  readonly name: string;
  readonly values: readonly number[];
}

/** `name:red,green,blue:parts:actions` of CVAT and Datumaro. */
function readLabelMap(lines: readonly string[]): Row[] | undefined {
  const rows: Row[] = [];
  for (const line of lines) {
    if (line.startsWith("#")) continue;
    const match = /^(.+?):(\d{1,3}),\s*(\d{1,3}),\s*(\d{1,3})(?::|$)/.exec(line);
    if (!match) return undefined;
    rows.push({ name: match[1].trim(), values: match.slice(2, 5).map(Number) });
  }
  return rows;
}

/** `red green blue name` of CamVid. */
function readColourList(lines: readonly string[]): Row[] | undefined {
  const rows: Row[] = [];
  for (const line of lines) {
    const match = /^(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\S.*)$/.exec(line);
    if (!match) return undefined;
    rows.push({ name: match[4], values: match.slice(1, 4).map(Number) });
  }
  return rows;
}

/** `name,r,g,b`, or Roboflow's `Pixel Value, Class`. */
function readCsv(lines: readonly string[]): Row[] | undefined {
  if (lines.length === 0) return undefined;
  const delimiter = delimiterOf(lines[0]);
  const header = csvFields(lines[0], delimiter).map((field) => field.toLowerCase());
  const columnOf = (...names: string[]) => header.findIndex((field) => names.includes(field));
  const name = columnOf("class", "name", "label", "class_name", "class name");
  const value = columnOf("pixel value", "pixel_value", "index", "id", "value");
  const colour = [columnOf("r", "red"), columnOf("g", "green"), columnOf("b", "blue")];
  const columns = colour.includes(-1) ? [value] : colour;
  if (name < 0 || columns.includes(-1)) return undefined;
  const rows: Row[] = [];
  for (const line of lines.slice(1)) {
    const fields = csvFields(line, delimiter);
    const values = columns.map((column) => Number(fields[column] || NaN));
    if (!fields[name] || !values.every((each) => Number.isInteger(each) && each >= 0)) return undefined;
    rows.push({ name: fields[name], values });
  }
  return rows;
}
