import { writeImage } from "../coco/lines.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { recordEnd } from "../manifest/lines.ts";
import { type FrameRecord, uprightSize } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import type { LineBuffer } from "../text/line_buffer.ts";
import type { Renumbering } from "./composition.ts";
import type { Copied } from "./copy_frames.ts";
import { ReadAhead } from "./read_ahead.ts";
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
const decoder = new TextDecoder();

/** Where an image is in the new set. */
export interface NewPlace extends Copied {
  readonly id: number;
  readonly frame: number;
  readonly fileName: string;
}

/** Rewrites the image records of one source for a new set. What is not id or place is copied as bytes where it stays. */
export class ImageLines {
  readonly #source: Source;
  readonly #lines: ReadAhead | undefined;
  readonly #ids: Renumbering;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #cursor = new LineCursor();

  constructor(source: Source, ids: Renumbering = {}, only?: ReadonlySet<number>) {
    this.#source = source;
    this.#lines = source.coco && new ReadAhead(source.coco.file);
    this.#ids = ids;
    this.#only = only;
  }

  /**
   * Writes the record of an image, without separator.
   *
   * @param more Category ids in the new set that join those of the image.
   */
  write(
    out: LineBuffer,
    position: number,
    record: FrameRecord,
    place: NewPlace,
    more: readonly number[] = [],
  ): void {
    const { coco } = this.#source;
    if (!coco || !this.#lines) {
      const { frame: index, fileName, offset, size, originalSize } = place;
      const { split } = record;
      const deflated = originalSize !== undefined;
      // Only sets with new ids are made of sets without annotations: the id is that of the frame.
      writeImage(out, { index, fileName, ...uprightSize(record), offset, size, deflated, split });
      return;
    }
    const { images } = coco.index();
    const bytes = this.#lines.read(images[position], images[position + 1]);
    const end = recordEnd(bytes, 0);
    const cursor = this.#cursor;
    cursor.reset(bytes, 0);
    cursor.integerAfter(ID_KEY);
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
    if (cursor.bad || cursor.at > end) throw this.#damaged(bytes);
    out.ascii('{"id":');
    out.integer(place.id);
    out.append(bytes.subarray(sizeAt, sizeEnd));
    out.ascii(',"file_name":');
    out.string(place.fileName);
    out.ascii(',"frame":');
    out.integer(place.frame);
    out.ascii(',"offset":');
    out.integer(place.offset);
    out.ascii(',"size":');
    out.integer(place.size);
    if (place.originalSize !== undefined) out.ascii(',"method":"deflate"');
    const { categories, licenses } = this.#ids;
    const classes = this.#only || more.length > 0 || (categories && bytes[end - 2] === 93);
    if (classes || licenses) this.#labels(out, decoder.decode(bytes.subarray(0, end)), more);
    else out.append(bytes.subarray(cursor.at, end));
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

  #damaged(bytes: Uint8Array): PackError {
    return new PackError(
      `An image record in "${this.#source.coco!.path}" does not begin as it should: ${
        decoder.decode(bytes.subarray(0, 80))
      }`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}
