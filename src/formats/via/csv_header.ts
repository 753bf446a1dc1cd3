import { filesNamed } from "../../tree/files_named.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";
import { splitRows } from "./quoted_rows.ts";

/** How the rows of a CSV file are read. */
export interface CsvLayout {
  readonly delimiter: string;
  /** Place of each column by its name in lower case. */
  readonly columns: ReadonlyMap<string, number>;
}

/** Excel puts a semicolon in place of a comma in some countries. */
const DELIMITERS = [",", ";", "\t"];

/** Layout of a header row, which has all these columns; undefined if one is missing. */
export function readHeader(row: string, wanted: readonly string[]): CsvLayout | undefined {
  for (const delimiter of DELIMITERS) {
    const names = (splitRows(row, delimiter)[0] ?? []).map((name) => name.trim().toLowerCase());
    if (wanted.every((name) => names.includes(name))) {
      return { delimiter, columns: new Map(names.map((name, i) => [name, i])) };
    }
  }
  return undefined;
}

/** CSV files whose beginning fits, in byte order of their paths. */
export function findCsvFiles(view: DatasetView, fits: (head: string) => boolean): string[] {
  const paths = filesNamed(view.labels, ["csv"]);
  return sortByBytes(paths.filter((path) => fits(decodeText(view.head(path)).text)));
}

/** Field of a row; "" if it has none there. */
export function fieldOf(row: readonly string[], { columns }: CsvLayout, column: string): string {
  return row[columns.get(column) ?? -1] ?? "";
}
