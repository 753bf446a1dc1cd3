import { writeAnnotationBody, writeAnnotationIds } from "../coco/lines.ts";
import type { CocoAnnotation } from "../model/annotation.ts";
import { LineBuffer } from "../text/line_buffer.ts";

/** Room for what stands before the body of a line: a separator, three keys and three numbers of 16 digits at most. */
const FRONT = 96;

/**
 * The annotation lines of a piece. All of a line but its ids is written as soon as the annotation is finished, so that no
 * objects are held until the piece has its turn; then the ids are put in.
 */
export class AnnotationLines {
  readonly #out = new LineBuffer(1 << 20);
  /** Local class number of each annotation. */
  readonly #categories: number[] = [];
  /** Where the body of each annotation ends; it begins {@link FRONT} bytes behind the end of the one before. */
  readonly #ends: number[] = [];

  /** Bytes that are held. */
  get length(): number {
    return this.#out.length;
  }

  clear(): void {
    this.#out.clear();
    this.#categories.length = 0;
    this.#ends.length = 0;
  }

  add(annotation: CocoAnnotation): void {
    const out = this.#out;
    out.reserve(FRONT);
    out.length += FRONT;
    writeAnnotationBody(out, annotation);
    this.#categories.push(annotation.category);
    this.#ends.push(out.length);
  }

  /** The annotations added last, without their ids; valid until the next is added. */
  last(count: number): { category: number; body: Uint8Array }[] {
    const first = this.#ends.length - count;
    return this.#ends.slice(first).map((end, i) => ({
      category: this.#categories[first + i],
      body: this.#out.bytes.subarray((this.#ends[first + i - 1] ?? 0) + FRONT, end),
    }));
  }

  /**
   * Puts the ids in and moves the lines together. A separator stands before every line but the first of the file.
   *
   * @param counts Annotations of each image, in the order they were added.
   * @param firstId Id of the first annotation.
   * @param firstImage Id of the first image.
   * @param categoryIds Ids of the local classes.
   * @returns The lines, valid until {@link clear}.
   */
  number(
    counts: readonly number[],
    firstId: number,
    firstImage: number,
    categoryIds: readonly number[],
  ): Uint8Array {
    const out = this.#out;
    let annotation = 0;
    let start = FRONT;
    out.clear();
    counts.forEach((count, image) => {
      for (const last = annotation + count; annotation < last; annotation++) {
        const id = firstId + annotation;
        if (id > 1) out.ascii(",\n");
        writeAnnotationIds(out, id, firstImage + image, categoryIds[this.#categories[annotation]]);
        const end = this.#ends[annotation];
        // In place: a line has never more before its body than was left free.
        out.bytes.copyWithin(out.length, start, end);
        out.length += end - start;
        start = end + FRONT;
      }
    });
    return out.written;
  }
}
