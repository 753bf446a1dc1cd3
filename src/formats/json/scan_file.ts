import type { DatasetView } from "../format.ts";
import { JsonError, type JsonRecord, scanRecords, type Wanted } from "./records.ts";

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
  const file = view.open(path);
  try {
    scanRecords(file, wanted, visit);
    return true;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    view.issue({
      code: error.code,
      severity: "reject",
      record: "label",
      path,
      message: `Cannot read labels from "${path}": at byte ${error.offset}, ${error.message}.`,
      suggestion: error.code === "label-encoding"
        ? "Save the file as UTF-8; nothing of it was used."
        : "Copy or export the file again; nothing of it was used.",
    });
    return false;
  } finally {
    file.close();
  }
}
