import { existsSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../model/issue.ts";
import { MANIFEST_FILE } from "./record.ts";

/** Ending of a file that is still being written. */
export const PARTIAL = ".partial";
/** Ending of a complete manifest whose companions may still wait to be renamed. */
export const COMMIT = ".commit";

/** Name of the file that says how far a run has come (docs/dataset_spec.md §5.1). */
export const RUN_JOURNAL = "run.journal";

/** Finds the files of the set in a folder as docs/dataset_spec.md §5 tells a reader to. */
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

/** True if a folder holds a set, and is not to be read as a dataset. */
export function isSet(dir: string): boolean {
  return [MANIFEST_FILE, MANIFEST_FILE + COMMIT].some((name) => existsSync(join(dir, name)));
}

/** The error that a generation is asked for of what is no set. */
export function noGenerations(path: string): PackError {
  return new PackError(
    `"${path}" is a dataset, which has no generations.`,
    "Name the folder of a set, or leave out --at.",
    2,
  );
}

/** The error that a file of the set is gone. */
export function missingFile(dir: string, name: string): PackError {
  return new PackError(
    `The manifest in "${dir}" names "${name}", which is not there.`,
    "Put the file back beside the manifest, or pack the dataset again.",
  );
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
    const there = existsSync(dir);
    throw new PackError(
      `There is no set in "${dir}": ${
        there ? `"${MANIFEST_FILE}" is missing` : "the folder does not exist"
      }.`,
      "Name the folder that `run --output` wrote; what --skip-manifest wrote is no set.",
      there ? 1 : 2,
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
