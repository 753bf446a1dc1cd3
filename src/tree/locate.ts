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
 * one leading part after the other left out, each time below the bases and then below the tree (`data/obj_train_data/a.png`, where there is no `data/`).
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
  const below = (path: string): string | undefined => {
    for (const base of bases) {
      const found = pathBelow(tree.root, base, path);
      if (found !== undefined && exists(found)) return found;
    }
  };
  const plain = written.trim();
  const asWritten = below(plain);
  if (asWritten !== undefined) return asWritten;
  const parts = plain.replaceAll("\\", "/").split("/").filter((part) =>
    part !== "" && part !== "." && part !== ".."
  );
  for (let skip = 0; skip < parts.length; skip++) {
    const path = parts.slice(skip).join("/");
    const found = below(path);
    if (found !== undefined) return found;
    if (exists(path)) return path;
  }
  return undefined;
}
