import { locate } from "../../tree/locate.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import { NameCursor } from "../../tree/name_cursor.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { DatasetView } from "../format.ts";
import { readSplitList } from "../split_list.ts";

/** Splits of a dataset as its configuration names them: folders and lists of image paths. */
export class SplitLists {
  readonly #view: DatasetView;
  /** Absolute folders that written paths may be relative to, best first. */
  readonly #bases: readonly string[];
  /** Folder below the image tree to split; "" for one that stands for two, as where there are no images for `val`. */
  readonly #folders = new Map<string, string>();
  readonly #lists: { split: string; paths: NameCursor }[] = [];
  readonly #files = new Set<string>();

  constructor(view: DatasetView, bases: readonly string[]) {
    this.#view = view;
    this.#bases = bases;
  }

  /**
   * Takes a folder or list file for a split.
   *
   * @param source Configuration file, for issues.
   * @param written Path as it stands there.
   */
  add(split: string, written: string, source: string): void {
    const { images, labels } = this.#view;
    if (/\.txt\s*$/i.test(written)) {
      const list = locate(labels, this.#bases, written, (path) => labels.has(path));
      if (list !== undefined) return this.#addList(split, list);
    } else {
      const folder = locate(images, this.#bases, written, (path) => images.folders.has(path));
      if (folder !== undefined) {
        const other = this.#folders.get(folder);
        this.#folders.set(folder, other === undefined || other === split ? split : "");
        return;
      }
    }
    this.#view.issue({
      code: "split-not-found",
      severity: "note",
      path: source,
      message: `The split "${split}" leads to "${written}", which is not here.`,
      suggestion: "Correct the path, or ignore it if the split is not in this copy.",
    });
  }

  /** Paths of the list files, below the label tree: they are no labels. */
  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** Split of an image: of the nearest folder above it, of the list it is in, or as the layout tells. */
  of(imagePath: string): string | undefined {
    for (const { split, paths } of this.#lists) if (paths.indexOf(imagePath) >= 0) return split;
    if (this.#folders.size > 0) {
      let folder = imagePath;
      while (folder !== "") {
        folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
        const split = this.#folders.get(folder);
        if (split !== undefined) return split || splitOfLayout(imagePath);
      }
    }
    return splitOfLayout(imagePath);
  }

  /** Reads a list of image paths. Most lists are sorted and all paths of one begin alike, so the first guess mostly fits. */
  #addList(split: string, list: string): void {
    this.#files.add(list);
    const { images, labels } = this.#view;
    const folder = list.slice(0, Math.max(0, list.lastIndexOf("/")));
    const bases = [`${labels.root}/${folder}`, ...this.#bases];
    const paths: string[] = [];
    for (const line of new TextDecoder().decode(readSplitList(this.#view, list)).split(/[\r\n]+/)) {
      if (line.trim() === "") continue;
      const path = locate(images, bases, line, (path) => images.has(path));
      if (path !== undefined) paths.push(path);
    }
    this.#lists.push({ split, paths: new NameCursor(sortByBytes(paths)) });
  }
}
