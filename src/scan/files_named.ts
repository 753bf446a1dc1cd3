import { below } from "./image_names.ts";
import type { FileTree } from "./tree.ts";

/** Paths of the files whose name fits, folder by folder: no path is put together for the others. */
export function filesNamed(tree: FileTree, fits: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const folder of tree.folders.values()) {
    for (const name of folder.files) if (fits(name)) found.push(below(folder.path, name));
  }
  return found;
}
