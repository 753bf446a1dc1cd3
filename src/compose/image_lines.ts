import type { CocoFile } from "../coco/coco_file.ts";
import { writeImage } from "../coco/lines.ts";
import { idAt } from "../generations/write_annotations.ts";
import type { FrameLine } from "../manifest/frame_line.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { PackError } from "../model/issue.ts";
import { fixedText, type LineBuffer } from "../text/line_buffer.ts";
import type { Renumbering } from "./composition.ts";
import type { NewFrame } from "./frame_lines.ts";
import { LineReader } from "./line_reader.ts";
import type { Source } from "./source.ts";

const ID_KEY = new FixedText('{"id":');
const WIDTH_KEY = new FixedText(',"width":');
const HEIGHT_KEY = new FixedText(',"height":');
const NAME_KEY = new FixedText(',"file_name":');
const FRAME_KEY = new FixedText(',"frame":');
const OFFSET_KEY = new FixedText(',"offset":');
const SIZE_KEY = new FixedText(',"size":');
const METHOD_KEY = new FixedText(',"method":"deflate"');
/** Keys that tell what an image is and where it lies, but for its split: all others are its labels. */
const PLACE = new Set(["id", "width", "height", "file_name", "frame", "offset", "size", "method"]);
const ID = fixedText('{"id":');
const NAME = fixedText(',"file_name":');
const FRAME = fixedText(',"frame":');
const OFFSET = fixedText(',"offset":');
const SIZE = fixedText(',"size":');
const METHOD = fixedText(',"method":"deflate"');
const decoder = new TextDecoder();

/** Rewrites the image records of one source for a new set. What is not id or place is copied as bytes where it stays. */
export class ImageLines {
  readonly #source: Source;
  readonly #lines: LineReader | undefined;
  /** Position of the image after the one read last, and byte at which its line begins. */
  #next = 0;
  #nextAt = 0;
  readonly #ids: Renumbering;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #cursor = new LineCursor();

  /** @param room Bytes to read at once. */
  constructor(source: Source, room: number, ids: Renumbering = {}, only?: ReadonlySet<number>) {
    this.#source = source;
    if (source.coco) {
      const [start, end] = source.coco.sections.images;
      this.#lines = new LineReader(source.coco.file, end, room);
      this.#nextAt = start;
    }
    this.#ids = ids;
    this.#only = only;
  }

  /**
   * Writes the record of an image, without separator.
   *
   * @param line Its frame line in the source.
   * @param more Category ids in the new set that join those of the image.
   */
  write(
    out: LineBuffer,
    position: number,
    line: FrameLine,
    place: NewFrame,
    more: readonly number[] = [],
  ): void {
    const { coco, index } = this.#source;
    if (!coco || !this.#lines) {
      // Only sets with new ids are made of sets without annotations: the id is that of the frame.
      writeImage(out, {
        index: place.index,
        fileName: JSON.parse(decoder.decode(place.name)),
        width: index.widths[position],
        height: index.heights[position],
        offset: place.offset,
        size: place.size,
        deflated: place.originalSize !== undefined,
        split: line.split(),
      });
      return;
    }
    const start = this.#read(this.#lines, coco, position);
    const { bytes, stop: end } = this.#lines;
    const cursor = this.#cursor;
    cursor.reset(bytes, start);
    const own = cursor.integerAfter(ID_KEY);
    const sizeAt = cursor.at;
    cursor.integerAfter(WIDTH_KEY);
    cursor.integerAfter(HEIGHT_KEY);
    const sizeEnd = cursor.at;
    cursor.expect(NAME_KEY);
    cursor.skipString();
    cursor.integerAfter(FRAME_KEY);
    if (cursor.takes(OFFSET_KEY)) cursor.integer();
    if (cursor.takes(SIZE_KEY)) cursor.integer();
    cursor.takes(METHOD_KEY);
    if (cursor.bad || cursor.at > end || own !== idAt(index, position)) {
      throw this.#damaged(bytes.subarray(start, end));
    }
    out.fixed(ID);
    out.integer(place.id);
    out.append(bytes.subarray(sizeAt, sizeEnd));
    out.fixed(NAME);
    out.append(place.name);
    out.fixed(FRAME);
    out.integer(place.index);
    out.fixed(OFFSET);
    out.integer(place.offset);
    out.fixed(SIZE);
    out.integer(place.size);
    if (place.originalSize !== undefined) out.fixed(METHOD);
    const { categories, licenses } = this.#ids;
    const classes = this.#only || more.length > 0 || (categories && bytes[end - 2] === 93);
    if (classes || licenses) this.#labels(out, decoder.decode(bytes.subarray(start, end)), more);
    else out.append(bytes.subarray(cursor.at, end));
  }

  /** @throws {PackError} If there are more images than the manifest has, where all of them were written. */
  finish(): void {
    const { coco, manifest } = this.#source;
    const more = this.#next === manifest.length && (this.#lines?.read(this.#nextAt) ?? -1) >= 0;
    // The index tells what is wrong.
    if (more) coco!.index();
  }

  /** Categories of an image as a whole, with their ids in the new set. */
  categories(position: number): number[] {
    const found: unknown = this.#source.coco?.image(position).category_ids;
    return Array.isArray(found) ? found.map((id) => this.#ids.categories?.get(id) ?? id) : [];
  }

  /** Writes the keys that are no place, and the end. */
  #labels(out: LineBuffer, text: string, more: readonly number[]): void {
    const { category_ids: own = [], ...record }: Record<string, unknown> & { category_ids?: number[] } = JSON
      .parse(
        text,
      );
    const { categories, licenses } = this.#ids;
    for (const [key, value] of Object.entries(record)) {
      if (PLACE.has(key)) continue;
      out.ascii(",");
      out.string(key);
      out.ascii(":");
      out.json(key === "license" ? licenses?.get(value) ?? value : value);
    }
    const all = [...new Set([...own.map((id) => categories?.get(id) ?? id), ...more])];
    const taken = this.#only ? all.filter((id) => this.#only!.has(id)) : all;
    if (taken.length > 0) out.ascii(`,"category_ids":${JSON.stringify(taken)}`);
    out.ascii("}");
  }

  /** Reads the line of an image; the place of its first byte. */
  #read(lines: LineReader, coco: CocoFile, position: number): number {
    const at = lines.read(position === this.#next ? this.#nextAt : coco.index().images[position]);
    if (at < 0) {
      coco.index();
      throw this.#damaged(new Uint8Array(0));
    }
    this.#next = position + 1;
    this.#nextAt = lines.next;
    return at;
  }

  #damaged(bytes: Uint8Array): PackError {
    return new PackError(
      `An image record in "${this.#source.coco!.path}" is not that of the image in its place: ${
        decoder.decode(bytes.subarray(0, 80))
      }`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}
