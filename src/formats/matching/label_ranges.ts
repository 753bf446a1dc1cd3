import type { DatasetView, LabelRef, Orphan } from "../format.ts";
import { splitOfFile } from "./file_words.ts";
import { ImageFinder, lazyIndex } from "./image_finder.ts";
import { imageName } from "./image_name.ts";
import { RangeRows } from "./range_rows.ts";

/**
 * Labels that lie as ranges of bytes in a few large files, each range with the name of its image: what a format with one JSON,
 * CSV or list for many images finds while it plans. First every file is gone through and tells its ranges; then
 * {@link LabelRanges.labelFor} and the others answer the plan's questions.
 */
export class LabelRanges {
  readonly #files: FileRanges[] = [];
  /** Path below the image tree to the file and the number of the image in it. */
  readonly #byPath = new Map<string, { file: FileRanges; image: number }>();
  readonly #missing: { file: FileRanges; image: number; path: string }[] = [];

  /**
   * @param view Told about images that two files describe.
   * @param otherName A second name to look for if there is no image of the first.
   */
  constructor(readonly view: DatasetView, readonly otherName?: (name: string) => string | undefined) {}

  /**
   * Begins a label file.
   *
   * @param exact Its names are paths below the image tree already, and stand for no other image. @default {false}
   */
  file(path: string, exact = false): FileRanges {
    const file = new FileRanges(path, exact);
    this.#files.push(file);
    return file;
  }

  /** Path of the first file; undefined if there is none. */
  get firstFile(): string | undefined {
    return this.#files[0]?.path;
  }

  /** Takes a label file out again: one that turned out to be damaged. */
  forget(file: FileRanges): void {
    this.#files.splice(this.#files.indexOf(file), 1);
  }

  /** Ends the telling: finds the image of each name. */
  finish(): this {
    const index = lazyIndex(this.view);
    for (const file of this.#files) {
      file.group();
      const finder = new ImageFinder(this.view, file.path, index);
      file.names.forEach((name, image) => {
        const there = file.exact ? this.#exactly(name) : finder.find(name) ?? this.#findOther(finder, name);
        const path = there ?? (file.exact ? name : finder.expected(name));
        const other = this.#byPath.get(path);
        if (other === undefined) {
          this.#byPath.set(path, { file, image });
          if (there === undefined) this.#missing.push({ file, image, path });
        } else {
          const same = other.file === file;
          if (same) file.follow(other.image, image);
          this.view.issue({
            code: "image-listed-twice",
            severity: same ? "warning" : "reject",
            record: same ? undefined : "label",
            path: file.path,
            message: same
              ? `Two names in it stand for "${path}"; their annotations were put together.`
              : `"${path}" is described in "${other.file.path}" already; what "${file.path}" says of it is left out.`,
            suggestion: "Check that their annotations are not the same; leave one out if they are.",
          });
        }
      });
    }
    return this;
  }

  #findOther(finder: ImageFinder, name: string): string | undefined {
    const other = this.otherName?.(name);
    return other === undefined ? undefined : finder.find(other);
  }

  /** Ranges of an image, in the order of the file. */
  labelFor(imagePath: string): LabelRef | undefined {
    const found = this.#byPath.get(imagePath);
    return found && found.file.label(found.image);
  }

  /** Split that was told with an image, or that the file's name tells. */
  splitOf(imagePath: string): string | undefined {
    const found = this.#byPath.get(imagePath);
    return found && (found.file.splits.get(found.image) ?? splitOfFile(found.file.path));
  }

  #exactly(path: string): string | undefined {
    return this.view.images.has(path) || this.view.hasImage(path) ? path : undefined;
  }

  /** Labels whose image is not there. */
  *unused(): Generator<Orphan> {
    for (const { file, image, path } of this.#missing) yield { label: file.label(image), imagePath: path };
  }
}

/** Ranges of one label file. */
export class FileRanges {
  /** Names of the images by number, as relative paths. */
  readonly names: string[] = [];
  /** Splits by the number of the image. */
  readonly splits = new Map<number, string>();
  readonly #numbers = new Map<string, number>();
  readonly #rows = new RangeRows();
  /** Another number that stands for the same image. */
  readonly #next = new Map<number, number>();
  /** The last range, which the next may continue. */
  #last: { image: number; offset: number; length: number } | undefined;

  constructor(readonly path: string, readonly exact: boolean) {}

  /**
   * Number of an image; the same for the same name.
   *
   * @param name As the file has it: a path, a Windows path, a URL.
   * @param split Split of the image, if the file tells it.
   * @returns -1 if nothing is left of the name.
   */
  image(name: string, split?: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      const plain = imageName(name);
      if (plain === "") return -1;
      number = this.names.push(plain) - 1;
      this.#numbers.set(name, number);
    }
    if (split !== undefined) this.splits.set(number, split);
    return number;
  }

  /**
   * Adds a range to an image. Ranges that follow one another without a gap (lines, with their ends) become one.
   *
   * @param image From {@link image}.
   * @param offset First byte in the file.
   * @param length Bytes.
   */
  add(image: number, offset: number, length: number): void {
    const last = this.#last;
    if (last && last.image === image && last.offset + last.length === offset && last.length < 1 << 30) {
      last.length += length;
      return;
    }
    this.#flush();
    this.#last = { image, offset, length };
  }

  /** Sorts the ranges by image. */
  group(): void {
    this.#flush();
    this.#rows.group(Int32Array.from(this.names, (_, image) => image), this.names.length);
    this.#numbers.clear();
  }

  /** Puts the ranges of an image behind those of another. */
  follow(first: number, image: number): void {
    let last = first;
    for (let next = this.#next.get(last); next !== undefined; next = this.#next.get(last)) last = next;
    this.#next.set(last, image);
  }

  /** All ranges of an image; empty, so that nothing is read, for one that is only listed. */
  label(first: number): LabelRef {
    const ranges: number[] = [];
    for (let image: number | undefined = first; image !== undefined; image = this.#next.get(image)) {
      this.#rows.ranges(image, ranges);
    }
    return { path: this.path, ranges };
  }

  #flush(): void {
    if (this.#last) this.#rows.add(this.#last.image, this.#last.offset, this.#last.length);
    this.#last = undefined;
  }
}
