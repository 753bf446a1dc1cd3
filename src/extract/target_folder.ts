import { lstatSync, mkdirSync, realpathSync, rmSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { PackError } from "../model/issue.ts";
import { isSafePath } from "../model/safe_path.ts";

/** Characters and endings that mean something else than a plain name on Windows: folders, drives, streams, devices. */
const WINDOWS_SPECIAL = /[\\:*?"<>|]|[. ](\/|$)|(^|\/)(con|prn|aux|nul|com\d|lpt\d)(\.|\/|$)/i;
const encoder = new TextEncoder();

/** A folder to write files into, and never outside of it. */
export class TargetFolder {
  readonly root: string;
  readonly #overwrite: boolean;
  /** Folders known to be real folders, not links. */
  readonly #checked = new Set<string>();

  /** Creates the folder if it is not there. */
  constructor(dir: string, overwrite: boolean) {
    mkdirSync(dir, { recursive: true });
    this.root = realpathSync(dir);
    this.#checked.add(this.root);
    this.#overwrite = overwrite;
  }

  /**
   * Path a file is to get, without touching the disk.
   *
   * @param name `file_name` of a frame.
   * @throws {PackError} If the name would lead out of the folder.
   */
  path(name: string): string {
    if (!isSafePath(encoder.encode(name)) || (sep === "\\" && WINDOWS_SPECIAL.test(name))) {
      throw new PackError(
        `The manifest names the file ${JSON.stringify(name)}, which is not a plain path below a folder.`,
        "It could be written outside the target folder, so nothing was extracted. Do not trust this set.",
        4,
      );
    }
    return join(this.root, ...name.split("/"));
  }

  /**
   * Sees that nothing is in the way of a file.
   *
   * @throws {PackError} If something is there already and may not be replaced.
   */
  check(path: string): void {
    const found = lstat(path);
    if (found === undefined || (found.isFile() && this.#overwrite)) return;
    const what = found.isFile() ? "exists already" : "is there already and is not a plain file";
    throw new PackError(
      `Cannot write "${path}": it ${what}.`,
      found.isFile()
        ? "Choose an empty folder, or add --overwrite."
        : "Move it away, or choose an empty folder.",
    );
  }

  /**
   * Makes the folders above a file and removes the file of before.
   *
   * @throws {PackError} If a link or a file stands where a folder should be, or {@link check} fails.
   */
  prepare(path: string): void {
    this.#folder(dirname(path));
    this.check(path);
    if (this.#overwrite) rmSync(path, { force: true });
  }

  #folder(path: string): void {
    if (this.#checked.has(path)) return;
    this.#folder(dirname(path));
    const found = lstat(path);
    if (found === undefined) mkdirSync(path);
    else if (!found.isDirectory()) {
      throw new PackError(
        `Cannot write into "${path}": it is ${found.isSymbolicLink() ? "a link" : "not a folder"}.`,
        "Links are not followed, they could lead out of the target folder. Choose an empty folder.",
      );
    }
    this.#checked.add(path);
  }
}

/** What is at a path, links not followed; undefined if nothing is, or can be because a file stands for a folder above. */
function lstat(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOTDIR") throw error;
  }
}
