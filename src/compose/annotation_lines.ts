import { idAt } from "../generations/write_annotations.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { PackError } from "../model/issue.ts";
import { fixedText, type LineBuffer } from "../text/line_buffer.ts";
import { LineReader } from "./line_reader.ts";
import type { Source } from "./source.ts";

const ID_KEY = new FixedText('{"id":');
const IMAGE_ID_KEY = new FixedText(',"image_id":');
const CATEGORY_ID_KEY = new FixedText(',"category_id":');
const SEPARATOR = fixedText(",\n");
const ID = fixedText('{"id":');
const IMAGE_ID = fixedText(',"image_id":');
const CATEGORY_ID = fixedText(',"category_id":');
const decoder = new TextDecoder();

/** Ids of the annotations that were written. */
export interface WrittenIds {
  count: number;
  /** Highest. */
  last: number;
  /** True as long as they are 1, 2, 3, … */
  consecutive: boolean;
}

/** Rewrites the annotation records of one source for a new set. */
export class AnnotationLines {
  readonly #source: Source;
  readonly #lines: LineReader | undefined;
  /** Position of the image after the one read last, and byte at which its lines begin. */
  #next = 0;
  #nextAt = 0;
  readonly #categories: ReadonlyMap<number, number> | undefined;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #keepIds: boolean;
  readonly #cursor = new LineCursor();

  /**
   * @param room Bytes to read at once.
   * @param categories Ids in the new set, if they are others.
   * @param only Ids in the new set of the categories whose annotations are taken.
   */
  constructor(
    source: Source,
    room: number,
    keepIds: boolean,
    categories?: ReadonlyMap<number, number>,
    only?: ReadonlySet<number>,
  ) {
    this.#source = source;
    if (source.coco) {
      const [start, end] = source.coco.sections.annotations;
      this.#lines = new LineReader(source.coco.file, end, room);
      this.#nextAt = start;
    }
    this.#keepIds = keepIds;
    this.#categories = categories;
    this.#only = only;
  }

  /**
   * Writes the annotations of an image, each after a separator if it is not the first of all.
   *
   * @param image Id of the image in the new set.
   * @param seen By content, in which turn an annotation was written for the image; the same is not written again in a later one.
   * @param turn Number of the image among those that are joined.
   */
  write(
    out: LineBuffer,
    position: number,
    image: number,
    ids: WrittenIds,
    seen?: Map<string, number>,
    turn = 0,
  ): void {
    const { coco, index } = this.#source;
    const lines = this.#lines;
    if (!coco || !lines) return;
    const wanted = idAt(index, position);
    const cursor = this.#cursor;
    let start = position === this.#next ? this.#nextAt : coco.index().annotations[position];
    for (let at; (at = lines.read(start)) >= 0; start = lines.next) {
      const { bytes, stop } = lines;
      cursor.reset(bytes, at);
      const own = cursor.integerAfter(ID_KEY);
      const imageId = cursor.integerAfter(IMAGE_ID_KEY);
      const found = cursor.integerAfter(CATEGORY_ID_KEY);
      const category = this.#categories ? this.#categories.get(found) : found;
      if (cursor.bad || cursor.at > stop || category === undefined) {
        throw this.#damaged(bytes.subarray(at, stop));
      }
      if (imageId !== wanted) break;
      const rest = bytes.subarray(cursor.at, stop);
      if (this.#only && !this.#only.has(category)) continue;
      if (seen) {
        const key = category + decoder.decode(rest);
        const from = seen.get(key);
        // What is said twice of one image stays twice.
        if (from !== undefined && from !== turn) continue;
        seen.set(key, turn);
      }
      const id = this.#keepIds ? own : ids.count + 1;
      if (ids.count > 0) out.fixed(SEPARATOR);
      ids.count++;
      if (id !== ids.count) ids.consecutive = false;
      if (id > ids.last) ids.last = id;
      out.fixed(ID);
      out.integer(id);
      out.fixed(IMAGE_ID);
      out.integer(image);
      out.fixed(CATEGORY_ID);
      out.integer(category);
      out.append(rest);
    }
    this.#next = position + 1;
    this.#nextAt = start;
  }

  /** @throws {PackError} If what is left are not annotations of images that were not asked for: they are out of order. */
  finish(): void {
    const at = this.#lines?.read(this.#nextAt) ?? -1;
    if (at < 0) return;
    const { coco, manifest } = this.#source;
    const { bytes, stop } = this.#lines!;
    this.#cursor.reset(bytes, at);
    this.#cursor.integerAfter(ID_KEY);
    const position = manifest.positionOfId(this.#cursor.integerAfter(IMAGE_ID_KEY));
    if (position !== undefined && position >= this.#next && !this.#cursor.bad) return;
    // It tells which one.
    coco!.index();
    throw this.#damaged(bytes.subarray(at, stop));
  }

  #damaged(line: Uint8Array): PackError {
    return new PackError(
      `An annotation record in "${
        this.#source.coco!.path
      }" does not begin as it should, or names no category: ${decoder.decode(line.subarray(0, 80))}`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}
