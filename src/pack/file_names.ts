import { COMMIT, PARTIAL } from "../manifest/source_set.ts";
import { MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { isPlainName } from "../model/safe_path.ts";

/**
 * Checks the names the bundle and the files beside it are to have: each a name of its own in the output folder.
 *
 * @throws {PackError} With exit code 2.
 */
export function checkFileNames(names: readonly string[]): void {
  const taken = new Set([MANIFEST_FILE, REJECTS_FILE]);
  for (const name of names) {
    if (!isPlainName(name)) {
      throw new PackError(
        `"${name}" is not a plain file name.`,
        "Name a file without folders; the folder is chosen with --output.",
        2,
      );
    }
    if (taken.has(name) || name.endsWith(PARTIAL) || name.endsWith(COMMIT)) {
      throw new PackError(
        `The name "${name}" is taken by another file of the set.`,
        "Choose another name.",
        2,
      );
    }
    taken.add(name);
  }
}
