import { extensionOf, isImageName } from "../../model/image_names.ts";
import { type ImageRecord, valueOf } from "../json/image_records.ts";
import { textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { recordFormat } from "../json/record_format.ts";
import { unescapedName } from "../matching/image_name.ts";
import { readOldRow } from "./old_row.ts";
import { readRow } from "./row.ts";

/** Labelbox's exports: a data row on each line, or the older array of labels (FORMATS §11.13). */
export const labelbox = recordFormat({
  name: "labelbox",
  holds: "data rows of Labelbox",
  extensions: ["ndjson", "jsonl", "json"],
  fits: (head, path) => isRow(extensionOf(path) === "json" ? Array.isArray(head) && head[0] : head),
  wanted: { "": ["data_row", "External ID", "Labeled Data"] },
  meaningOf(record) {
    const names = namesOf(record).map((name) => unescapedName(textOf(name))).filter((name) => name !== "");
    // Users may have given ids of their own in place of file names.
    const name = names.find(isImageName) ?? names[0];
    return name === undefined ? undefined : { image: name };
  },
  read(values, reader) {
    for (const row of reader.objects(values)) {
      if (row.data_row === undefined) readOldRow(row, reader);
      else readRow(row, reader);
    }
  },
});

function isRow(value: unknown): boolean {
  const row = asObject(value);
  if (!row) return false;
  return asObject(row.data_row) !== undefined || "DataRow ID" in row && "Label" in row ||
    "Labeled Data" in row;
}

function namesOf(record: ImageRecord): unknown[] {
  const row = asObject(valueOf(record, 0));
  return row ? [row.external_id, row.global_key, row.row_data] : [valueOf(record, 1), valueOf(record, 2)];
}
