import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PackError } from "../model/issue.ts";
import { printable } from "../text/format.ts";

/**
 * Folder of the sample dataset that comes with the program.
 *
 * @param url Where it lies if the program was started from files.
 * @throws {PackError} If it is not on this disk.
 */
export function sampleFolder(url = new URL("../../fixtures/sample", import.meta.url)): string {
  const remedy = "Name a folder with images and labels, as in: compact-uploader run DATASET";
  if (url.protocol !== "file:") {
    throw new PackError(
      "No dataset was named, there is no folder raw_images here, and this copy of the program has no sample dataset.",
      remedy,
      2,
    );
  }
  const path = fileURLToPath(url);
  if (!isFolder(path)) {
    throw new PackError(
      `No dataset was named, there is no folder raw_images here, and the sample dataset is not at "${path}".`,
      remedy,
      2,
    );
  }
  return path;
}

/**
 * What is said when the sample is taken.
 *
 * @param doing `packing`, `inspecting`.
 */
export function sampleRemark(doing: string, sample: string): string {
  return `No dataset was named and there is no folder raw_images here: ${doing} the sample in ${
    printable(sample)
  }`;
}

/** True if `path` is a folder, or a link to one. Other errors than absence are thrown. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
