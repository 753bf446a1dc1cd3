import type { DatasetView } from "../format.ts";
import { isOtherText } from "../txt/kinds.ts";
import { sampleFiles } from "../../tree/files_named.ts";
import { utf8Text } from "./label_text.ts";
import { NumberRows } from "./number_rows.ts";

/** Label files looked into. */
const SAMPLES = 20;
/** Bytes looked at in each. */
const HEAD = 4096;

/**
 * True if the label files are those of a tracker: rows of 6 or 7 columns, the last a whole number, and not all of them 0 or 1
 * (FORMATS §4.2). One row alone does not tell: its last column may be a score, or a corner of a triangle.
 */
export function hasTracks(view: DatasetView): boolean {
  const { paths } = sampleFiles(view.labels, "txt", SAMPLES, (name) => !isOtherText(name));
  const rows = new NumberRows();
  let beyond = false;
  for (const path of paths) {
    const bytes = view.head(path, HEAD);
    rows.reset(utf8Text(bytes, () => {}));
    while (rows.next()) {
      // A row that is cut off tells nothing.
      if (bytes.length === HEAD && rows.end === bytes.length) break;
      const last = rows.values[rows.count - 1];
      if (rows.count !== 6 && rows.count !== 7) return false;
      if (!Number.isInteger(last)) return false;
      beyond ||= last > 1;
    }
  }
  return beyond;
}
