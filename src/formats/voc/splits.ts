import { below, folderOf, isImageName, nameOf, withoutExtension } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";
import type { DatasetView } from "../format.ts";
import { readSplitList } from "../split_list.ts";
import { decodeText } from "../text.ts";

/** Not a split of its own, but two together. */
const TOGETHER = "trainval";

/** CVAT's list of images that are in no split. */
const NO_SPLIT = "default.txt";

/** Splits of VOC datasets, as the lists in `ImageSets/Main` tell. A tree may hold several datasets. */
export class ImageSets {
  /** Folders with lists. */
  readonly folders: readonly string[];
  readonly #view: DatasetView;
  /** By the folder of the dataset: stem to split. */
  #splits: Map<string, Map<string, string>> | undefined;

  constructor(view: DatasetView) {
    this.#view = view;
    const { folders } = view.labels;
    this.folders = [...folders.keys()].filter((path) =>
      isIn(path, "Main") || isIn(path, "Segmentation") && !folders.has(below(folderOf(path), "Main")) ||
      nameOf(path) === "ImageSets" && !folders.has(below(path, "Main")) &&
        !folders.has(below(path, "Segmentation")) && lists(folders.get(path)!.files).length > 0
    );
  }

  /** Split of an image: of the list its stem is in, else as the folders tell. */
  splitOf(imagePath: string): string | undefined {
    this.#splits ??= this.#read();
    if (this.#splits.size > 0) {
      const stem = withoutExtension(nameOf(imagePath));
      let folder = imagePath;
      do {
        folder = folderOf(folder);
        const split = this.#splits.get(folder)?.get(stem);
        if (split !== undefined) return split;
      } while (folder !== "");
    }
    return splitOfLayout(imagePath);
  }

  #read(): Map<string, Map<string, string>> {
    const splits = new Map<string, Map<string, string>>();
    for (const folder of this.folders) {
      const stems = new Map<string, string>();
      const names = lists(this.#view.labels.folders.get(folder)!.files);
      // Last, so that it only tells where the others do not.
      names.sort((a, b) => Number(a === `${TOGETHER}.txt`) - Number(b === `${TOGETHER}.txt`));
      for (const name of names) {
        if (name === NO_SPLIT) continue;
        const split = splitName(withoutExtension(name));
        for (const stem of this.#stems(below(folder, name))) if (!stems.has(stem)) stems.set(stem, split);
      }
      const set = nameOf(folder) === "ImageSets" ? folder : folderOf(folder);
      splits.set(folderOf(set), stems);
    }
    return splits;
  }

  /** Stems in a list; none if it is one of `<class>_<split>.txt`, which tell for each image if the class is in it. */
  #stems(path: string): string[] {
    const lines = decodeText(readSplitList(this.#view, path)).text.split(/[\r\n]+/).map((line) => line.trim())
      .filter((line) => line !== "");
    // Without a class in its name it is a list of images, some of which may be called "picture 1".
    const isClassList = nameOf(path).includes("_") && lines.every((line) => /\s[+-]?[01]$/.test(line));
    return isClassList ? [] : lines.map(toStem);
  }
}

/** True for the folder of that name in `ImageSets`. */
function isIn(path: string, name: string): boolean {
  return nameOf(path) === name && nameOf(folderOf(path)) === "ImageSets";
}

/** A line is a stem; some tools write the name of the image or its path. */
function toStem(line: string): string {
  const name = nameOf(line);
  return isImageName(name) ? withoutExtension(name) : name;
}

function lists(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(".txt"));
}
