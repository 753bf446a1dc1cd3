import type { DatasetView } from "../format.ts";
import { scanOrReject } from "../scan_error.ts";
import { type JsonRecord, scanRecords, type Wanted } from "./records.ts";

/**
 * Visits the records of a large JSON label file (see {@link scanRecords}). A file that is no JSON, or ends early, is a reject
 * as a whole: what was visited by then is not to be used.
 *
 * @param path Below the label tree.
 * @returns False if the file is refused; that is told.
 */
export function scanJsonFile(
  view: Pick<DatasetView, "open" | "issue">,
  path: string,
  wanted: Wanted,
  visit: (name: string, record: JsonRecord) => void,
): boolean {
  const scanned = scanOrReject(view, path, (file) => {
    scanRecords(file, wanted, visit);
    return true;
  });
  return scanned ?? false;
}
