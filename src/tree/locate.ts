import { join, relative, resolve } from "node:path";
import type { FileTree } from "./tree.ts";

/**
 * Path below `root` that a written path means, as far as it can be told by its looks; undefined if it leads elsewhere.
 *
 * @param root Absolute.
 * @param base Absolute folder the written path is relative to.
 */
export function pathBelow(root: string, base: string, written: string): string | undefined {
  const path = relative(root, resolve(base, written.replaceAll("\\", "/"))).replaceAll("\\", "/");
  return path === ".." || path.startsWith("../") || resolve(root, path) !== join(root, path)
    ? undefined
    : path;
}

/**
 * Finds what a path that was written on another computer means here: as it stands, without a leading `../`, then with
 * one leading part after the other left out (`data/obj_train_data/a.png`, where there is no `data/`).
 *
 * @param tree Where to look.
 * @param bases Absolute folders the path may be relative to, best first.
 * @param written Path as it stands in the file.
 * @param exists True if this path, below the tree, is what is looked for.
 */
export function locate(
  tree: FileTree,
  bases: readonly string[],
  written: string,
  exists: (path: string) => boolean,
): string | undefined {
  const plain = written.trim();
  for (const base of bases) {
    const path = pathBelow(tree.root, base, plain);
    if (path !== undefined && exists(path)) return path;
  }
  const parts = plain.replaceAll("\\", "/").split("/").filter((part) =>
    part !== "" && part !== "." && part !== ".."
  );
  for (let skip = 0; skip < parts.length; skip++) {
    const path = parts.slice(skip).join("/");
    if (exists(path)) return path;
  }
  return undefined;
}
