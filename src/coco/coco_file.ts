import { type RangeReader, readRange } from "../io/range_reader.ts";
import { recordText, textLines } from "../manifest/lines.ts";
import { PackError } from "../model/issue.ts";
import { type CocoIndex, indexCoco } from "./coco_index.ts";
import { type CocoSections, cocoSections } from "./sections.ts";
import type { CocoAnnotation, CocoCategory, CocoImage } from "../model/dataset.ts";

const decoder = new TextDecoder();
const LICENSES = '"licenses":';

/** The annotations of one generation of a set, image by image. */
export interface AnnotationReader {
  /** For messages. */
  readonly path: string;
  readonly categories: readonly CocoCategory[];
  /** COCO `licenses` of the source. */
  licenses(): readonly unknown[];
  /** Image record at a position, counted from 0. */
  image(position: number): CocoImage;
  /** Annotations of the image at a position, counted from 0. */
  of(position: number): CocoAnnotation[];
  /** All images with their annotations, in order. */
  stream(): Generator<{ image: CocoImage; annotations: CocoAnnotation[] }, undefined>;
  close(): void;
}

/** An open `unified_annotation.json`, wherever its bytes are. */
export class CocoFile implements AnnotationReader {
  readonly categories: readonly CocoCategory[];
  readonly sections: CocoSections;
  #index: CocoIndex | undefined;

  /**
   * @param path For messages.
   * @param file Annotation file; it is closed with this.
   * @param frames Number of images in the manifest.
   * @param ids Gives the ids of the images in order; undefined if they are 1, 2, 3, ….
   * @throws {PackError} If one of its sections is missing.
   */
  constructor(
    readonly path: string,
    readonly file: RangeReader,
    readonly frames: number,
    readonly ids?: () => Uint32Array | undefined,
  ) {
    try {
      this.sections = cocoSections(path, this.file);
      this.categories = [...this.#records<CocoCategory>(...this.sections.categories)];
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  /** COCO `licenses` of the source. */
  licenses(): readonly unknown[] {
    const [start, end] = this.sections.head;
    for (const line of textLines(this.file, start, end)) {
      if (line.startsWith(LICENSES)) return this.#parse(line.slice(LICENSES.length));
    }
    return [];
  }

  /** Image record `index`, counted from 0. */
  image(index: number): CocoImage {
    return this.#parse(this.imageText(index));
  }

  /** Text of that record. */
  imageText(index: number): string {
    const { images } = this.index();
    const line = readRange(this.file, images[index], images[index + 1] - images[index]);
    return recordText(decoder.decode(line));
  }

  /** Annotations of image `index`, counted from 0. */
  of(index: number): CocoAnnotation[] {
    const { annotations } = this.index();
    return [...this.#records<CocoAnnotation>(annotations[index], annotations[index + 1])];
  }

  /** Texts of those records. */
  textsOf(index: number): string[] {
    const { annotations } = this.index();
    const [start, end] = [annotations[index], annotations[index + 1]];
    if (start === end) return [];
    return decoder.decode(readRange(this.file, start, end - start)).split("\n").filter((line) => line !== "")
      .map(recordText);
  }

  /** Texts of the category records. */
  categoryTexts(): string[] {
    return [...textLines(this.file, ...this.sections.categories)].filter((line) => line !== "").map(
      recordText,
    );
  }

  /** All images with their annotations, in order; reads both sections side by side. */
  *stream(): Generator<{ image: CocoImage; annotations: CocoAnnotation[] }, undefined> {
    const annotations = this.#records<CocoAnnotation>(...this.sections.annotations);
    let next = annotations.next();
    for (const image of this.#records<CocoImage>(...this.sections.images)) {
      const own: CocoAnnotation[] = [];
      for (; !next.done && next.value.image_id === image.id; next = annotations.next()) own.push(next.value);
      yield { image, annotations: own };
    }
    if (!next.done) {
      throw new PackError(
        `Annotation ${next.value.id} in "${this.path}" is out of order or names no image.`,
        "Run verify, then fetch or pack the set again.",
        4,
      );
    }
  }

  close(): void {
    this.file.close();
  }

  /** Where the lines of each image lie; made on the first call. */
  index(): CocoIndex {
    return this.#index ??= indexCoco(this.path, this.file, this.sections, this.frames, this.ids?.());
  }

  *#records<T>(start: number, end: number): Generator<T, undefined> {
    for (const line of textLines(this.file, start, end)) if (line !== "") yield this.#parse<T>(line);
  }

  /** Parses a record line, with or without the comma and line end after it. */
  #parse<T>(line: string): T {
    try {
      return JSON.parse(recordText(line));
    } catch {
      throw new PackError(
        `"${this.path}" has a line that is not JSON: ${line.slice(0, 80)}`,
        "Run verify, then fetch or pack the set again.",
        4,
      );
    }
  }
}
