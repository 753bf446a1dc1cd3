import { existsSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../model/issue.ts";
import { MANIFEST_FILE } from "./record.ts";

/** Ending of a file that is still being written. */
export const PARTIAL = ".partial";
/** Ending of a complete manifest whose companions may still wait to be renamed. */
export const COMMIT = ".commit";

/** Finds the files of the set in a folder as docs/dataset_spec.md §4 tells a reader to. */
export interface SetFiles {
  /** Folder of the set. */
  readonly dir: string;
  /** Path of the manifest that counts. */
  readonly manifest: string;
  /** True if a publication was cut short and its renames are still open. */
  readonly committing: boolean;
  /**
   * Path of the bundle or annotation file.
   *
   * @param name Name from the manifest header.
   */
  file(name: string): string;
}

/**
 * Finds the set in a folder, also one whose publication was cut short.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no manifest in it.
 */
export function resolveSet(dir: string): SetFiles {
  const published = join(dir, MANIFEST_FILE);
  const committing = existsSync(published + COMMIT);
  const manifest = committing ? published + COMMIT : published;
  if (!committing && !existsSync(manifest)) {
    throw new PackError(
      `There is no set in "${dir}": "${MANIFEST_FILE}" is missing.`,
      "Name the folder that `run --output` wrote.",
    );
  }
  return {
    dir,
    manifest,
    committing,
    file(name) {
      const path = join(dir, name);
      return committing && existsSync(path + PARTIAL) ? path + PARTIAL : path;
    },
  };
}
