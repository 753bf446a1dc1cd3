import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { LabelSink, LabelStream } from "../writer.ts";
import { splitFolder } from "../writing/split_files.ts";
import { type HfColumns, type HfRow, type HfTable, hfWriter } from "./write.ts";

/** Rows of a row group, which is held until it is full. */
const ROWS = 10_000;

/** Hugging Face `imagefolder` with `metadata.parquet` in the folder of each split (FORMATS §11.19). */
export const hfParquetWriter = hfWriter("hf-parquet", (out, columns) => new ParquetTable(out, columns));

class ParquetTable implements HfTable {
  readonly #files = new Map<string | undefined, ParquetFile>();

  constructor(readonly out: LabelSink, readonly columns: HfColumns) {}

  write(split: string | undefined, row: HfRow): void {
    let file = this.#files.get(split);
    if (!file) {
      file = new ParquetFile(this.out.open(`${splitFolder(split)}metadata.parquet`), this.columns);
      this.#files.set(split, file);
    }
    file.write(row);
  }

  end(): void {
    for (const file of this.#files.values()) file.end();
  }
}

/** One Parquet file that is written a row group at a time. */
class ParquetFile {
  readonly #writer: ParquetWriter;
  readonly #names: readonly (keyof HfRow)[];
  #rows: HfRow[] = [];

  constructor(readonly stream: LabelStream, columns: HfColumns) {
    const bytes = new ByteWriter();
    const flush = () => {
      stream.write(bytes.getBytes());
      bytes.index = 0;
    };
    const schema = schemaOf(columns);
    this.#names = [
      "file_name",
      "width",
      "height",
      ...columns.label ? ["label" as const] : [],
      ...columns.objects ? ["objects" as const] : [],
    ];
    this.#writer = new ParquetWriter({
      writer: Object.assign(bytes, { flush, finish: flush }),
      schema,
      createdBy: "compact-uploader",
    });
  }

  write(row: HfRow): void {
    this.#rows.push(row);
    if (this.#rows.length === ROWS) this.#flush();
  }

  end(): void {
    this.#flush();
    this.#writer.finish();
    this.stream.close();
  }

  #flush(): void {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    this.#writer.write({
      columnData: this.#names.map((name) => ({ name, data: rows.map((row) => row[name]) })),
      rowGroupSize: ROWS,
    });
  }
}

function schemaOf({ label, objects }: HfColumns): SchemaElement[] {
  const number = (name: string, type: "INT32" | "DOUBLE"): SchemaElement => ({
    name,
    type,
    repetition_type: "OPTIONAL",
  });
  const list = (name: string, ...element: SchemaElement[]): SchemaElement[] => [
    { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    ...element,
  ];
  const columns: SchemaElement[][] = [
    [{ name: "file_name", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" }],
    [number("width", "INT32")],
    [number("height", "INT32")],
    ...label ? [[number("label", "INT32")]] : [],
    ...objects
      ? [[
        { name: "objects", repetition_type: "OPTIONAL" as const, num_children: 4 },
        ...list("id", number("element", "INT32")),
        ...list("bbox", ...list("element", number("element", "DOUBLE"))),
        ...list("category", number("element", "INT32")),
        ...list("area", number("element", "DOUBLE")),
      ]]
      : [],
  ];
  return [{ name: "root", num_children: columns.length }, ...columns.flat()];
}
