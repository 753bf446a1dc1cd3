import type { DatasetView } from "../format.ts";
import { utf8Text } from "./label_text.ts";
import { NumberRows } from "./number_rows.ts";
import { sampleFiles } from "../../tree/files_named.ts";
import { isOtherText } from "./files.ts";

/** Label files looked into at the most. */
const SAMPLES = 20;
/** Bytes looked at in each. */
const HEAD = 4096;

/** What a look at some of the label files tells. */
export interface Sniff {
  /** Label files by their names. */
  readonly files: number;
  /** Files looked into that were not empty. */
  readonly looked: number;
  /** Of these, files whose first row looks like a YOLO row. */
  readonly fitting: number;
}

/** Looks into label files spread evenly over the tree. */
export function sniffRows(view: DatasetView): Sniff {
  const { files, paths } = sampleFiles(view.labels, "txt", SAMPLES, (name) => !isOtherText(name));
  let looked = 0;
  let fitting = 0;
  for (const path of paths) {
    if (looked === SAMPLES) break;
    const fits = firstRowFits(view.head(path, HEAD));
    if (fits === undefined) continue;
    looked++;
    if (fits) fitting++;
  }
  return { files, looked, fitting };
}

/** True if the first row is a YOLO row, undefined if there is no row. */
function firstRowFits(bytes: Uint8Array): boolean | undefined {
  const rows = new NumberRows();
  rows.reset(utf8Text(bytes, () => {}));
  if (!rows.next()) return undefined;
  const { values, count, bad } = rows;
  if (count < 5 || bad > 0) return false;
  if (Number.isInteger(values[0])) return values[0] >= 0;
  // A class name in place of the number: only with numbers that are surely normalised.
  return Number.isNaN(values[0]) && values.subarray(1, count).every((value) => value >= 0 && value <= 1);
}
