import type { DatasetView } from "../format.ts";
import { type FileRanges, LabelRanges } from "../label_ranges.ts";
import { excerpt, parseLoose, textOfRange } from "./loose.ts";
import type { JsonRecord, Wanted } from "./records.ts";
import { scanJsonFile } from "./scan_file.ts";
import { endOfValue } from "./value.ts";

/** A record as planning sees it. */
export interface ImageRecord extends JsonRecord {
  /** Name of the array or object it lies in. */
  readonly list: string;
  /** Path of its file, below the label tree. */
  readonly path: string;
}

/**
 * Name of the image a record belongs to, as the file has it; `skip` for a record that is none of an image's labels;
 * undefined if it should name an image but does not.
 */
export type RecordImage = { readonly name: string; readonly split?: string } | "skip" | undefined;

/**
 * Finds the records of JSON files that hold one or more for each image. The ranges are those of the whole records.
 *
 * @param paths Label files, below the label tree.
 * @param imageOf Reads the image of a record; values of wanted keys are at hand.
 * @param otherName See {@link LabelRanges}.
 */
export function locateRecords(
  view: DatasetView,
  paths: readonly string[],
  wanted: Wanted,
  imageOf: (record: ImageRecord) => RecordImage,
  otherName?: (name: string) => string | undefined,
): LabelRanges {
  const ranges = new LabelRanges(view, otherName);
  for (const path of paths) {
    const file = ranges.file(path);
    const nameless: string[] = [];
    const complete = scanJsonFile(view, path, wanted, (list, record) => {
      const image = imageOf({ ...record, list, path });
      if (image === "skip") return;
      const number = image ? file.image(image.name, image.split) : -1;
      if (number >= 0) addRecord(file, number, record);
      else nameless.push(excerpt(recordText(record)));
    });
    if (!complete) ranges.forget(file);
    else for (const text of nameless) tellNameless(view, path, text);
  }
  return ranges.finish();
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
