import { extensionOf } from "../../model/image_names.ts";
import type { DatasetView } from "../format.ts";
import { type FileRanges, LabelRanges } from "../matching/label_ranges.ts";
import { excerpt, parseLoose, textOfRange } from "./loose.ts";
import type { JsonRecord, Wanted } from "./records.ts";
import { scanJsonFile } from "./scan_file.ts";
import { scanJsonLines } from "./scan_lines.ts";
import { endOfValue } from "./value.ts";

/** A record as planning sees it. */
export interface ImageRecord extends JsonRecord {
  /** Name of the array or object it lies in. */
  readonly list: string;
  /** Path of its file, below the label tree. */
  readonly path: string;
}

/**
 * What planning learns from a record: the image it belongs to, by its name as the file has it; or names of classes; `skip`
 * for neither; undefined if it should name an image but does not.
 */
export type RecordMeaning =
  | { readonly image: string; readonly split?: string }
  | { readonly classNames: readonly string[] }
  | "skip"
  | undefined;

/** Extensions of files with one record on each line. */
const JSON_LINES: ReadonlySet<string> = new Set(["jsonl", "ndjson", "manifest"]);

/** What {@link locateRecords} finds. */
export interface LocatedRecords {
  readonly ranges: LabelRanges;
  /** Names that the files declare, in their order. */
  readonly classes: readonly string[];
}

/**
 * Finds the records of JSON files that hold one or more for each image. The ranges are those of the whole records.
 *
 * @param paths Label files, below the label tree.
 * @param meaningOf Looks at a record; values of wanted keys are at hand.
 * @param otherName See {@link LabelRanges}.
 */
export function locateRecords(
  view: DatasetView,
  paths: readonly string[],
  wanted: Wanted,
  meaningOf: (record: ImageRecord) => RecordMeaning,
  otherName?: (name: string) => string | undefined,
): LocatedRecords {
  const ranges = new LabelRanges(view, otherName);
  const classes = new Set<string>();
  for (const path of paths) {
    const file = ranges.file(path);
    const declared: string[] = [];
    const nameless: string[] = [];
    const complete = scan(view, path, wanted, (list, record) => {
      const meaning = meaningOf({ ...record, list, path });
      if (meaning === "skip") return;
      if (meaning && "classNames" in meaning) {
        declared.push(...meaning.classNames.map((name) => name.trim()));
        return;
      }
      const image = meaning ? file.image(meaning.image, meaning.split) : -1;
      if (image >= 0) addRecord(file, image, record);
      else nameless.push(excerpt(recordText(record)));
    });
    if (!complete) {
      ranges.forget(file);
      continue;
    }
    for (const name of declared) if (name !== "") classes.add(name);
    for (const text of nameless) tellNameless(view, path, text);
  }
  return { ranges: ranges.finish(), classes: [...classes] };
}

/** Records of a JSON file, or the lines of one of JSON Lines; false if the file is refused. */
function scan(
  view: DatasetView,
  path: string,
  wanted: Wanted,
  visit: (list: string, record: JsonRecord) => void,
): boolean {
  if (!JSON_LINES.has(extensionOf(path))) return scanJsonFile(view, path, wanted, visit);
  scanJsonLines(view, path, wanted[""], (record) => visit("", record));
  return true;
}

/** Text of a record. */
export function recordText({ bytes, start, end }: JsonRecord): string {
  return textOfRange(bytes, start, end);
}

/** Value of the wanted key with this number; undefined if it is not there or no JSON. */
export function valueOf({ bytes, end, values }: JsonRecord, key: number): unknown {
  const start = values[key];
  if (start < 0) return undefined;
  const valueEnd = endOfValue(bytes, start, end);
  return valueEnd < 0 ? undefined : parseLoose(textOfRange(bytes, start, valueEnd))?.value;
}

/** Adds a whole record to the ranges of an image. */
export function addRecord(file: FileRanges, image: number, { start, end, offset }: JsonRecord): void {
  file.add(image, offset, end - start);
}

function tellNameless(view: DatasetView, path: string, text: string): void {
  view.issue({
    code: "image-name-missing",
    severity: "reject",
    record: "label",
    path,
    message: `The record ${text} does not name its image.`,
  });
}
