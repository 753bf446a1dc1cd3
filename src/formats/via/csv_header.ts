import type { CsvHead } from "../csv/find.ts";

/** How the rows of a CSV file are read. */
export interface CsvLayout {
  readonly delimiter: string;
  /** Place of each column by its name in lower case. */
  readonly columns: ReadonlyMap<string, number>;
}

/** Layout of a header, which has all these columns; undefined if one is missing. */
export function layoutOf(
  { delimiter, header }: Pick<CsvHead, "delimiter" | "header">,
  wanted: readonly string[],
): CsvLayout | undefined {
  if (!wanted.every((name) => header.includes(name))) return undefined;
  return { delimiter, columns: new Map(header.map((name, i) => [name, i])) };
}

/** Field of a row; "" if it has none there. */
export function fieldOf(row: readonly string[], { columns }: CsvLayout, column: string): string {
  return row[columns.get(column) ?? -1] ?? "";
}
