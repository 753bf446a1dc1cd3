import { basename } from "node:path";
import { countOf } from "../../tree/extensions.ts";
import {
  below,
  extensionOf,
  folderOf,
  isImageName,
  nameOf,
  withoutExtension,
} from "../../model/image_names.ts";
import { MarkedNames } from "../../tree/marked_names.ts";
import { imageFolders, labelFolders, type Roots } from "../../tree/sibling_folders.ts";
import { foldStem, StemIndex } from "../../tree/stem_index.ts";
import type { DatasetView, LabelRef, Orphan } from "../format.ts";

export interface PairingOptions {
  /** Extension of the label files, in lower case, without a dot. */
  extension: string;
  /** True for the name of a file of that extension which is no label (`test.txt`), unless an image has the same name. */
  isOther?(name: string): boolean;
  /** Paths below the label tree of files of that extension which are no labels: lists of images. */
  others?: ReadonlySet<string>;
  /** True for a folder below the label tree whose files of that extension are labels of another format. */
  elsewhere?(folder: string): boolean;
  /** Name of a folder beside the images that holds their labels (OIDv4's `Label`). */
  inner?: string;
  /**
   * Names of the label file of an image, best first.
   *
   * @default {the image's with the extension exchanged}
   */
  labelNames?(image: string): readonly string[];
  /** Name of the image of a label file, without its extension. @default {the label's} */
  imageStem?(label: string): string;
}

/**
 * Finds the label file of each image by its name (FORMATS §3): in the same folder, in the folder beside (`images` and
 * `labels`, …), and where no exact name fits, by a stem that is unique among the labels and among the images.
 *
 * Exact names need no index: folders are sorted, and images come sorted. Only when a name is not found where it should
 * be, an index of stems is built.
 */
export class Pairing {
  readonly #view: DatasetView;
  readonly #options: PairingOptions;
  readonly #roots: Roots | undefined;
  /** Label folders by path, with a bit for each file that was asked for. */
  readonly #folders = new Map<string, MarkedNames>();
  readonly #extensions: ReadonlySet<string>;
  #imageFolder: string | undefined;
  #places: MarkedNames[] = [];
  #labelIndex: StemIndex | undefined;
  #imageIndex: StemIndex | undefined;

  constructor(view: DatasetView, options: PairingOptions) {
    this.#view = view;
    this.#options = options;
    this.#extensions = new Set([options.extension]);
    const { images, labels } = view;
    this.#roots = images === labels
      ? undefined
      : { images: basename(images.root), labels: basename(labels.root) };
  }

  /** Label file of an image; undefined if it has none. */
  labelFor(imagePath: string): LabelRef | undefined {
    const folder = folderOf(imagePath);
    if (folder !== this.#imageFolder) {
      this.#imageFolder = folder;
      this.#places = this.#labelFolders(folder).flatMap((path) => this.#labelFolder(path) ?? []);
    }
    const image = nameOf(imagePath);
    for (const wanted of this.#labelNames(image)) {
      for (const place of this.#places) {
        if (place.mark(wanted)) return { path: below(place.path, wanted) };
      }
    }
    return this.#byStem(folder, imagePath, image);
  }

  /** Labels that no image asked for, in byte order. */
  *unused(): Generator<Orphan> {
    if (this.#allTaken()) return;
    let folder: MarkedNames | undefined;
    for (const path of this.#view.labels.paths(this.#extensions)) {
      const parent = folderOf(path);
      if (folder?.path !== parent) folder = this.#labelFolder(parent);
      if (!folder || folder.isMarked(nameOf(path)) || !this.isLabel(path)) continue;
      yield { label: { path }, imagePath: this.#imageOf(path) };
    }
  }

  /** True if this file, below the label tree, is a label file by its name. */
  isLabel(path: string): boolean {
    const { extension, isOther, others, elsewhere } = this.#options;
    return extensionOf(path) === extension && !isOther?.(nameOf(path)) && !others?.has(path) &&
      !elsewhere?.(folderOf(path));
  }

  #labelNames(image: string): readonly string[] {
    return this.#options.labelNames?.(image) ?? [`${withoutExtension(image)}.${this.#options.extension}`];
  }

  #labelFolders(folder: string): string[] {
    const { inner } = this.#options;
    const folders = labelFolders(folder, this.#roots);
    return inner === undefined ? folders : [...folders.map((path) => below(path, inner)), ...folders];
  }

  /** True if every file that could be a label was asked for: the usual case, told without a look at the names. */
  #allTaken(): boolean {
    for (const folder of this.#view.labels.folders.values()) {
      if (this.#options.elsewhere?.(folder.path)) continue;
      if (countOf(folder, this.#extensions) > (this.#folders.get(folder.path)?.count ?? 0)) return false;
    }
    return true;
  }

  #labelFolder(path: string): MarkedNames | undefined {
    let folder = this.#folders.get(path);
    const listed = this.#view.labels.folders.get(path);
    if (!folder && listed && !this.#options.elsewhere?.(path)) {
      folder = new MarkedNames(path, listed.files);
      this.#folders.set(path, folder);
    }
    return folder;
  }

  /** The slow way, for names that differ by case, Unicode form or folder. */
  #byStem(folder: string, imagePath: string, image: string): LabelRef | undefined {
    this.#labelIndex ??= new StemIndex(
      this.#view.labels,
      (name) => extensionOf(name) === this.#options.extension && !this.#options.isOther?.(name),
    );
    const near = this.#near(folder, image);
    const path = near ?? this.#far(image);
    if (path === undefined) return undefined;
    this.#labelFolder(folderOf(path))!.mark(nameOf(path));
    this.#view.issue({
      code: "label-name-differs",
      severity: "note",
      path,
      message: `Took "${path}" for the labels of "${imagePath}", though ${
        withoutExtension(nameOf(path)) === withoutExtension(image)
          ? "it lies in another folder than expected"
          : "the names differ"
      }.`,
      suggestion: "Check the pair; give both files the same name if it is right.",
    });
    return { path };
  }

  /** A label in the right folder whose name differs by case, Unicode form, or carries the image's extension too. */
  #near(folder: string, image: string): string | undefined {
    const places = this.#labelFolders(folder).map((path) => path.normalize("NFC").toLowerCase());
    for (const folded of [foldStem(image), image.normalize("NFC").toLowerCase()]) {
      const found = this.#labelIndex!.find(folded, 16).filter((file) =>
        places.includes(file.folder.normalize("NFC").toLowerCase()) &&
        this.isLabel(below(file.folder, file.name)) &&
        // The label of its twin by case is not ours.
        !this.#view.images.withStem(folder, withoutExtension(file.name)).some((twin) =>
          twin !== image && isImageName(twin)
        )
      );
      if (found.length === 1) return below(found[0].folder, found[0].name);
    }
    return undefined;
  }

  /** A label anywhere, if its stem occurs once among the labels and once among the images. */
  #far(image: string): string | undefined {
    const folded = foldStem(image);
    const labels = this.#labelIndex!.find(folded, 16).filter((file) =>
      this.isLabel(below(file.folder, file.name))
    );
    if (labels.length !== 1) return undefined;
    this.#imageIndex ??= new StemIndex(this.#view.images, isImageName);
    return this.#imageIndex.find(folded, 2).length <= 1 ? below(labels[0].folder, labels[0].name) : undefined;
  }

  /** Where the image of a label should be: the one that is there, or the name it would have. */
  #imageOf(labelPath: string): string {
    const name = nameOf(labelPath);
    const stem = this.#options.imageStem?.(name) ?? withoutExtension(name);
    const folder = folderOf(labelPath);
    const own = nameOf(folder) === this.#options.inner ? folderOf(folder) : folder;
    const folders = imageFolders(own, this.#roots);
    for (const folder of folders) {
      const there = this.#view.images.withStem(folder, stem).find(isImageName);
      if (there) return below(folder, there);
    }
    const expected = folders.find((path) => path !== own && this.#view.images.folders.has(path)) ??
      folders[0];
    return below(expected, isImageName(stem) ? stem : `${stem}.png`);
  }
}
