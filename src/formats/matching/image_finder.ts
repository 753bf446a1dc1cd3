import { below, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import { isImageName } from "../../model/image_names.ts";
import { foldStem, StemIndex } from "../../tree/stem_index.ts";
import type { DatasetView } from "../format.ts";
import { fileWords, ROBOFLOW, splitOfFile } from "./file_words.ts";

/** Finds the image that a name in one label file stands for (FORMATS §6): of a COCO file, a CSV, … */
export class ImageFinder {
  readonly #view: DatasetView;
  readonly #path: string;
  /** Folders that names may be relative to; the one that fitted last comes first. */
  readonly #bases: string[];
  readonly #index: () => StemIndex;
  /** Folders with the frames of videos. */
  readonly #videos: ReadonlySet<string>;

  /**
   * @param path Of the label file.
   * @param index Gives the index of all images; it is only built when a name is not found where it should be.
   */
  constructor(view: DatasetView, path: string, index: () => StemIndex) {
    this.#view = view;
    this.#path = path;
    this.#index = index;
    this.#videos = new Set(view.images.videos?.map(({ folder }) => folder));
    const folder = folderOf(path);
    const parent = folderOf(folder);
    const { word } = fileWords(path);
    const split = splitOfFile(path);
    const words = [word, split].filter((each) => each !== undefined);
    const bases = [folder, below(folder, "images"), below(parent, "images")];
    for (const each of words) {
      bases.push(below(parent, each), below(below(parent, "images"), each), each, below("images", each));
    }
    bases.push(parent, "images", "");
    this.#bases = [...new Set(bases)];
  }

  /** Path of the image below the image tree; undefined if it is not there. */
  find(name: string): string | undefined {
    // Frames of all videos are called alike: one that was not taken must not be found in another video.
    if (this.#videos.has(folderOf(name))) return this.#there(name);
    const near = this.#below(name);
    if (near !== undefined) return near;
    // The beginning of the path may be that of another machine.
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1)) {
      const tail = this.#below(name.slice(slash + 1));
      if (tail !== undefined) return tail;
    }
    return this.#byName(nameOf(name));
  }

  /** Path the image would have if it were there. */
  expected(given: string): string {
    const name = isImageName(given) ? given : `${given}.jpg`;
    const folder = folderOf(this.#path);
    if (name.includes("/")) return name;
    if (nameOf(this.#path) === ROBOFLOW) return below(folder, name);
    const { task, word } = fileWords(this.#path);
    const parent = /^(?:annotations|labels)$/i.test(nameOf(folder)) ? folderOf(folder) : folder;
    return below(task && word && word !== "default" ? below(parent, word) : parent, name);
  }

  #below(name: string): string | undefined {
    for (let i = 0; i < this.#bases.length; i++) {
      const base = this.#bases[i];
      const path = this.#there(below(base, name));
      if (path === undefined) continue;
      if (i > 0) {
        this.#bases.splice(i, 1);
        this.#bases.unshift(base);
      }
      return path;
    }
    return undefined;
  }

  /** The path, if it is that of an image; a name without an image's extension stands for the only image it is the stem of. */
  #there(path: string): string | undefined {
    const { images } = this.#view;
    if (images.has(path) || this.#view.hasImage(path)) return path;
    if (isImageName(path)) return undefined;
    const folder = folderOf(path);
    const found = images.withStem(folder, nameOf(path)).filter(isImageName);
    return found.length === 1 ? below(folder, found[0]) : undefined;
  }

  /** An image of that name anywhere, if there is one only. */
  #byName(name: string): string | undefined {
    const isStem = !isImageName(name);
    const alike = this.#index().find(isStem ? fold(name) : foldStem(name), 64);
    const exact = alike.filter((image) => (isStem ? withoutExtension(image.name) : image.name) === name);
    const folded = exact.length > 0
      ? exact
      : alike.filter((image) => isStem || fold(image.name) === fold(name));
    if (folded.length !== 1) return undefined;
    const path = below(folded[0].folder, folded[0].name);
    if (exact.length === 0) {
      this.#view.issue({
        code: "label-name-differs",
        severity: "note",
        path: this.#path,
        message: `Took "${path}" for the image "${name}", though the names differ.`,
        suggestion: "Check the pair; give both the same name if it is right.",
      });
    }
    return path;
  }
}

/** An index of all images of a dataset, built when it is first asked for. */
export function lazyIndex(view: DatasetView): () => StemIndex {
  let index: StemIndex | undefined;
  return () => index ??= new StemIndex(view.images, isImageName);
}

function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
