import type { DatasetView, LabelRef, Orphan } from "../format.ts";
import { splitOfFile } from "../matching/file_words.ts";
import { ImageFinder, lazyIndex } from "../matching/image_finder.ts";
import type { CocoFile } from "./file.ts";

/** Images of all files, by the path of the picture. */
export class CocoIndex {
  readonly #files: readonly CocoFile[];
  /** Number of the first image of each file; images are numbered through all files. */
  readonly #first: number[] = [];
  /** Path below the image tree to the number of the image. */
  readonly #byPath = new Map<string, number>();
  /** For each image, the number of another record of the same file and picture that comes after it. */
  readonly #next = new Map<number, number>();
  /** Images whose picture is not there. */
  readonly #missing: { number: number; path: string }[] = [];
  readonly #splits: (string | undefined)[];

  /** @param view Told about images that are described more than once. */
  constructor(view: DatasetView, files: readonly CocoFile[]) {
    this.#files = files;
    this.#splits = files.map((file) => splitOfFile(file.path));
    const index = lazyIndex(view);
    let number = 0;
    for (const file of files) {
      this.#first.push(number);
      const finder = new ImageFinder(view, file.path, index);
      for (const { name } of file.images) {
        const there = finder.find(name);
        const path = there ?? finder.expected(name);
        const other = this.#byPath.get(path);
        if (other === undefined) {
          this.#byPath.set(path, number);
          if (there === undefined) this.#missing.push({ number, path });
        } else this.#listedTwice(view, file, path, other, number);
        number++;
      }
    }
  }

  /** True if a record describes this image. */
  has(imagePath: string): boolean {
    return this.#byPath.has(imagePath);
  }

  labelFor(imagePath: string): LabelRef | undefined {
    const number = this.#byPath.get(imagePath);
    return number === undefined ? undefined : this.#label(number);
  }

  /** Split that the image record, or its file, tells. */
  splitOf(imagePath: string): string | undefined {
    const number = this.#byPath.get(imagePath);
    if (number === undefined) return undefined;
    const at = this.#fileOf(number);
    return this.#files[at].images[number - this.#first[at]].split ?? this.#splits[at];
  }

  *missing(): Generator<Orphan> {
    for (const { number, path } of this.#missing) yield { label: this.#label(number), imagePath: path };
  }

  /** Ranges of the image record, then of its annotations. */
  #label(number: number): LabelRef {
    const at = this.#fileOf(number);
    const { path, images, annotations } = this.#files[at];
    const { offset, length } = images[number - this.#first[at]];
    const ranges = [offset, length];
    for (let each: number | undefined = number; each !== undefined; each = this.#next.get(each)) {
      annotations.ranges(each - this.#first[at], ranges);
    }
    return { path, ranges };
  }

  #listedTwice(view: DatasetView, file: CocoFile, path: string, other: number, number: number): void {
    const first = this.#files[this.#fileOf(other)];
    const same = first === file;
    if (same) {
      let last = other;
      for (let next = this.#next.get(last); next !== undefined; next = this.#next.get(last)) last = next;
      this.#next.set(last, number);
    }
    view.issue({
      code: "image-listed-twice",
      severity: same ? "warning" : "reject",
      record: same ? undefined : "label",
      path: file.path,
      message: same
        ? `Two image records stand for "${path}"; their annotations were put together.`
        : `"${path}" is described in "${first.path}" already; what "${file.path}" says of it is left out.`,
      suggestion: "Check that their annotations are not the same; leave one out if they are.",
    });
  }

  #fileOf(number: number): number {
    let at = this.#first.length - 1;
    while (this.#first[at] > number) at--;
    return at;
  }
}
