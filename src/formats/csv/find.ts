import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";
import { csvFields, delimiterOf } from "./records.ts";

/** The first records of a CSV file. */
export interface CsvHead {
  readonly delimiter: string;
  /** Fields of the first record in lower case: the names of the columns, if it is a header. */
  readonly header: readonly string[];
  /** Fields of the first records, the header included; the last one may be cut off and is left out. */
  readonly records: readonly (readonly string[])[];
}

/** Records looked at. */
const RECORDS = 20;
/** CSV files that are all looked into; with more, as when each image has one, the first ones tell. */
const FEW = 64;

/**
 * Finds CSV files by their beginning.
 *
 * @returns Paths in byte order, with what `fits` made of them.
 */
export function findCsvFiles<T>(
  view: DatasetView,
  fits: (head: CsvHead, path: string) => T | undefined,
): { path: string; found: T }[] {
  const files: { path: string; found: T }[] = [];
  for (const path of sortByBytes(filesNamed(view.labels, ["csv"])).slice(0, FEW)) {
    const head = csvHead(view.head(path));
    const found = head && fits(head, path);
    if (found !== undefined) files.push({ path, found });
  }
  return files;
}

function csvHead(bytes: Uint8Array): CsvHead | undefined {
  const text = decodeText(bytes).text;
  const lines = text.split(/\r?\n/);
  // The beginning may end anywhere; a file that is all there ends with its last line.
  if (lines.length > 1 && bytes.length >= 65_536) lines.pop();
  const records = lines.slice(0, RECORDS).filter((line) => line.trim() !== "");
  if (records.length === 0) return undefined;
  const delimiter = delimiterOf(records[0]);
  const fields = records.map((record) => csvFields(record, delimiter));
  return { delimiter, header: fields[0].map((field) => field.toLowerCase()), records: fields };
}
