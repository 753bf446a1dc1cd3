import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { readRange } from "../../io/range_file.ts";
import type { DatasetView } from "../format.ts";

/**
 * Reads a `metadata.parquet`, a row group at a time.
 *
 * @param visit Called with the name of each image and its row as JSON.
 */
export async function readParquet(
  view: DatasetView,
  path: string,
  visit: (name: string, text: string) => void,
): Promise<void> {
  const reject = (cause: string, line?: number, record: "label" | "annotation" = "label") =>
    view.issue({
      code: "parquet-unreadable",
      severity: "reject",
      record,
      path,
      line,
      message: `Cannot read labels from "${path}": ${cause}.`,
    });
  const file = view.open(path);
  const buffer: AsyncBuffer = {
    byteLength: file.size,
    slice: (start, end = file.size) => readRange(file, start, end - start).slice().buffer,
  };
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    const key = columns.find((name) => name === "file_name") ??
      columns.find((name) => name.endsWith("_file_name"));
    if (key === undefined) return reject(`it has the columns ${columns.join(", ")}, and no file_name`);
    let start = 0;
    for (const { num_rows } of metadata.row_groups) {
      const end = start + Number(num_rows);
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: start,
        rowEnd: end,
      });
      rows.forEach((row, i) => {
        const name = row[key];
        if (typeof name === "string" && name !== "") visit(name, toJson(row));
        else reject(`row ${start + i + 1} names no image`, start + i + 1);
      });
      start = end;
    }
  } catch (error) {
    reject((error as Error).message);
  } finally {
    file.close();
  }
}

/** JSON of a row: whole numbers of 64 bits become plain ones, bytes are left out. */
function toJson(row: Record<string, unknown>): string {
  return JSON.stringify(row, (_, value) => {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof Uint8Array) return undefined;
    return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  });
}
