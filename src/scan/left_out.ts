import { below, folderOf, isImageName, nameOf } from "../model/image_names.ts";
import { MarkedNames } from "../tree/marked_names.ts";
import type { FileTree } from "../tree/tree.ts";

/** Finds the images of a tree that a manifest does not name, whatever the order of its frames. */
export class LeftOut {
  readonly #folders = new Map<string, MarkedNames>();

  constructor(readonly images: FileTree) {}

  /** Tells of a frame; its image need not be there. */
  frame(path: string): void {
    const folder = folderOf(path);
    let marked = this.#folders.get(folder);
    if (!marked) {
      const listed = this.images.folders.get(folder);
      if (!listed) return;
      this.#folders.set(folder, marked = new MarkedNames(folder, listed.files));
    }
    marked.mark(nameOf(path));
  }

  /** Images that were no frames, in the order of the tree. */
  *paths(): Generator<string> {
    for (const { path, files } of this.images.folders.values()) {
      const marked = this.#folders.get(path);
      for (const name of files) {
        if (isImageName(name) && !marked?.isMarked(name)) yield below(path, name);
      }
    }
  }
}
