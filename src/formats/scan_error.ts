import type { RangeReader } from "../io/range_file.ts";
import type { DatasetView } from "./format.ts";

/** Why a large label file is refused. */
export class ScanError extends Error {
  /**
   * @param message Goes on after "Cannot read labels from …: at byte …, ".
   * @param offset Where in the file, bytes.
   */
  constructor(
    readonly code: "json-malformed" | "json-truncated" | "xml-malformed" | "xml-doctype" | "label-encoding",
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/**
 * Scans a large label file. If `scan` throws a {@link ScanError}, it is a reject as a whole: what was found by then is not to be
 * used.
 *
 * @param path Below the label tree.
 * @returns What `scan` returns; undefined if the file is refused, which is told.
 */
export function scanOrReject<T>(
  view: Pick<DatasetView, "open" | "issue">,
  path: string,
  scan: (file: RangeReader) => T,
): T | undefined {
  const file = view.open(path);
  try {
    return scan(file);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
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
    return undefined;
  } finally {
    file.close();
  }
}
