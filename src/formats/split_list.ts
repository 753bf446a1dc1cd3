import { readRange } from "../io/range_file.ts";
import { concernsOneFile } from "../io/read_file.ts";
import { systemReason } from "../io/system_error.ts";
import type { DatasetView } from "./format.ts";

/** Reads a list that tells the splits; without bytes if it cannot be opened, which is told: the images are there without it. */
export function readSplitList(view: DatasetView, path: string): Uint8Array {
  try {
    const file = view.open(path);
    try {
      return readRange(file, 0, file.size);
    } finally {
      file.close();
    }
  } catch (error) {
    if (!concernsOneFile(error)) throw error;
    view.issue({
      code: "split-not-found",
      severity: "warning",
      path,
      message: `Cannot read the list "${path}": ${systemReason(error)}.`,
      suggestion: "Check its permissions; the images of the list are packed without their split.",
    });
    return new Uint8Array(0);
  }
}
