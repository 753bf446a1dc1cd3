import { type RangeReader, readRange } from "../io/range_file.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { recordEnd, recordText } from "../manifest/lines.ts";
import { parseFrame } from "../manifest/reader.ts";
import { frameNumberOf, imageIdOf, uprightSize } from "../model/frame.ts";
import type { ProblemList } from "./report.ts";
import { lineOfImage, type VerifyJob } from "./tasks.ts";

const ID_KEY = new FixedText('{"id":');
const WIDTH_KEY = new FixedText(',"width":');
const HEIGHT_KEY = new FixedText(',"height":');
const NAME_KEY = new FixedText(',"file_name":');
const FRAME_KEY = new FixedText(',"frame":');
const OFFSET_KEY = new FixedText(',"offset":');
const SIZE_KEY = new FixedText(',"size":');
const METHOD_KEY = new FixedText(',"method":"deflate"');
const ORIGINAL_SIZE_KEY = new FixedText(',"method":"deflate","original_size":');
const LINE_ID_KEY = new FixedText(',"id":');
const REMOVED_KEY = new FixedText(',"removed":');
const ENTRY_KEY = new FixedText(',"entry":');
const JSON_SIZE_KEY = new FixedText(',"json_size":');
const JSON_CRC_LENGTH = ',"json_crc32":"01234567"'.length;
const SPLIT_KEY = new FixedText(',"split":');
const CLOSE_BRACE = 125;
/** Manifest bytes read at once. */
const BLOCK = 256 * 1024;
const decoder = new TextDecoder();

/** Checks image records against the frames of the manifest. */
export class ImageChecker {
  /** Id of the record that was checked last. */
  id = 0;
  readonly #job: VerifyJob;
  readonly #manifest: RangeReader;
  readonly #cursor = new LineCursor();
  readonly #line = new LineCursor();
  /** A part of the manifest and its place. */
  #lines = new Uint8Array(0);
  #linesAt = 0;

  constructor(job: VerifyJob, manifest: RangeReader) {
    this.#job = job;
    this.#manifest = manifest;
  }

  /** True if an image record seems to begin at `at`. */
  fits(bytes: Uint8Array, at: number): boolean {
    const cursor = this.#cursor;
    cursor.reset(bytes, at);
    this.id = cursor.integerAfter(ID_KEY);
    return !cursor.bad && cursor.sees(WIDTH_KEY);
  }

  /**
   * Checks the record that {@link fits}.
   *
   * @param byte Its place in the file.
   * @returns The byte after it, where a comma or the line end stands.
   */
  check(bytes: Uint8Array, at: number, byte: number, problems: ProblemList): number {
    const { frames, names } = this.#job;
    const frame = lineOfImage(this.#job, this.id);
    const known = frame >= 0;
    if (known && this.#agrees(frame) && this.#cursor.endsLine()) return this.#cursor.at;
    const end = recordEnd(bytes, at);
    if (!known) {
      const message =
        `The image with id ${this.id} at byte ${byte} has no frame: the manifest has ${frames}.`;
      problems.add({ code: "image-mismatch", file: names.annotations, byte, message });
    } else {
      const cause = this.#difference(decoder.decode(bytes.subarray(at, end)), frame);
      if (cause === undefined) return end;
      const message = `The image with id ${this.id} at byte ${byte} ${cause}.`;
      problems.add({ code: "image-mismatch", file: names.annotations, frame, byte, message });
    }
    return end;
  }

  /** Compares the bytes, from the cursor on, with the frame's line; false if they differ or are not as the writer writes. */
  #agrees(frame: number): boolean {
    const { media, index } = this.#job;
    const { lines, names, offsets, sizes, widths, heights, deflated, frames } = index;
    const image = this.#cursor, line = this.#line;
    line.reset(this.#frameLines(frame), lines[frame] - this.#linesAt + names[frame]);
    const width = image.integerAfter(WIDTH_KEY);
    const height = image.integerAfter(HEIGHT_KEY);
    if (width !== widths[frame] || height !== heights[frame] || width < 1 || height < 1) return false;
    image.expect(NAME_KEY);
    if (!this.#sameString()) return false;
    if (frames) {
      for (const key of [LINE_ID_KEY, FRAME_KEY, REMOVED_KEY]) {
        if (line.takes(key)) line.integer();
      }
    }
    if (line.takes(ENTRY_KEY)) line.skipString();
    if (line.takes(JSON_SIZE_KEY)) {
      line.integer();
      line.at += JSON_CRC_LENGTH;
    }
    if (image.integerAfter(FRAME_KEY) !== (frames?.[frame] ?? frame)) return false;
    if (media !== "video") {
      if (image.integerAfter(OFFSET_KEY) !== offsets[frame]) return false;
      if (image.integerAfter(SIZE_KEY) !== sizes[frame]) return false;
    }
    if (deflated?.[frame]) {
      image.expect(METHOD_KEY);
      line.integerAfter(ORIGINAL_SIZE_KEY);
    }
    const split = line.takes(SPLIT_KEY);
    if (image.takes(SPLIT_KEY) !== split || (split && !this.#sameString())) return false;
    image.expectByte(CLOSE_BRACE);
    return !image.bad && !line.bad;
  }

  /** Steps over the JSON string at both cursors; false if they differ, or if it has escapes, which only a parser can judge. */
  #sameString(): boolean {
    const image = this.#cursor, line = this.#line;
    const from = line.at;
    if (!line.skipString()) return false;
    for (let i = from; i < line.at; i++) if (image.bytes[image.at++] !== line.bytes[i]) return false;
    return true;
  }

  /** Manifest bytes that hold the line of a frame. */
  #frameLines(frame: number): Uint8Array {
    const { lines } = this.#job.index;
    const from = lines[frame], to = lines[frame + 1];
    if (from < this.#linesAt || to > this.#linesAt + this.#lines.length) {
      this.#lines = readRange(this.#manifest, from, Math.max(BLOCK, to - from));
      this.#linesAt = from;
    }
    return this.#lines;
  }

  /** Parses both records and says how they differ; undefined if they do not. */
  #difference(text: string, frame: number): string | undefined {
    const { index: { lines }, names, media } = this.#job;
    let image: Record<string, unknown>;
    try {
      image = JSON.parse(text);
    } catch {
      return "is not JSON";
    }
    const line = decoder.decode(readRange(this.#manifest, lines[frame], lines[frame + 1] - lines[frame]));
    let wanted: Record<string, unknown>;
    try {
      const record = parseFrame(names.manifest, recordText(line), frame);
      const { file_name, offset, size, method, split } = record;
      const place = { frame: frameNumberOf(record), offset, method, split };
      wanted = { id: imageIdOf(record), ...uprightSize(record), file_name, ...place };
      if (media !== "video") wanted.size = size;
    } catch {
      return undefined; // The frame's own line is damaged, which its own check tells.
    }
    for (const [key, value] of Object.entries(wanted)) {
      if (image[key] !== value) {
        return `has "${key}" ${JSON.stringify(image[key])}, the manifest says ${JSON.stringify(value)}`;
      }
    }
    if (image.width === 0 || image.height === 0) return "has no size";
    const { category_ids } = image;
    if (category_ids !== undefined && !this.#areCategories(category_ids)) {
      return `has category_ids ${JSON.stringify(category_ids)}, which are not those of categories`;
    }
  }

  #areCategories(ids: unknown): boolean {
    const { firstCategory, categories } = this.#job;
    return Array.isArray(ids) && new Set(ids).size === ids.length &&
      ids.every((id) => Number.isInteger(id) && id >= firstCategory && id < firstCategory + categories);
  }
}
