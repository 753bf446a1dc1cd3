import { filesNamed } from "../../tree/files_named.ts";
import { folderOf } from "../../model/image_names.ts";
import type { DatasetView, LabelRef, Orphan } from "../format.ts";
import { ImageFinder, lazyIndex } from "../matching/image_finder.ts";

/** Label files with one for each image, which they name inside: their own names tell nothing. */
export class ImageFiles {
  /** Label file of each image, by its path below the image tree. */
  readonly #labels = new Map<string, string>();
  readonly #missing: Orphan[] = [];
  readonly #files = new Set<string>();

  /**
   * @param imageOf Reads the name of the image of a file; undefined for a file that is no label.
   */
  constructor(view: DatasetView, extension: string, imageOf: (path: string) => string | undefined) {
    const index = lazyIndex(view);
    let finder: { folder: string; finder: ImageFinder } | undefined;
    for (const path of filesNamed(view.labels, [extension])) {
      const name = imageOf(path);
      if (name === undefined) continue;
      this.#files.add(path);
      const folder = folderOf(path);
      if (finder?.folder !== folder) finder = { folder, finder: new ImageFinder(view, path, index) };
      const there = finder.finder.find(name);
      const image = there ?? finder.finder.expected(name);
      const other = this.#labels.get(image);
      if (other !== undefined) tellTwice(view, path, image, other);
      else {
        this.#labels.set(image, path);
        if (there === undefined) this.#missing.push({ label: { path }, imagePath: image });
      }
    }
  }

  labelFor(imagePath: string): LabelRef | undefined {
    const path = this.#labels.get(imagePath);
    return path === undefined ? undefined : { path };
  }

  isLabel(path: string): boolean {
    return this.#files.has(path);
  }

  /** Labels whose image is not there. */
  unused(): Iterable<Orphan> {
    return this.#missing;
  }
}

function tellTwice(view: DatasetView, path: string, image: string, other: string): void {
  view.issue({
    code: "image-listed-twice",
    severity: "reject",
    record: "label",
    path,
    message: `"${image}" is described in "${other}" already; what "${path}" says of it is left out.`,
    suggestion: "Check that their annotations are not the same; leave one out if they are.",
  });
}
