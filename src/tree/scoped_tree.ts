import { ListedTree } from "./file_tree.ts";
import { folderOf, nameOf } from "../model/image_names.ts";
import type { FileTree, Folder } from "./tree.ts";

/** What of a tree lies below one of its folders; paths stay those of the whole tree. */
export function scopedTree(tree: FileTree, root: string): FileTree {
  if (root === "") return tree;
  const folders = new Map<string, Folder>();
  for (const [path, folder] of tree.folders) {
    if (path === root || path.startsWith(root + "/")) folders.set(path, folder);
  }
  // The way down to it, with nothing beside it.
  for (let path = root; path !== "";) {
    const name = nameOf(path);
    path = folderOf(path);
    folders.set(path, { path, files: [], folders: [name] });
  }
  const videos = tree.videos?.filter(({ folder }) => `${folder}/`.startsWith(`${root}/`));
  return new ListedTree(tree.root, folders, tree.source, videos);
}
