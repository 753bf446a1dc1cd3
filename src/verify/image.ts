import { type RangeReader, readRange } from "../io/range_file.ts";
import { LineCursor, textBytes } from "../manifest/line_cursor.ts";
import { parseFrame } from "../manifest/reader.ts";
import { uprightSize } from "../model/frame.ts";
import { FrameLine } from "./frame_line.ts";
import type { ProblemList } from "./report.ts";
import type { VerifyJob } from "./tasks.ts";

const ID_KEY = textBytes('{"id":');
const WIDTH_KEY = textBytes(',"width":');
const HEIGHT_KEY = textBytes(',"height":');
const NAME_KEY = textBytes(',"file_name":');
const FRAME_KEY = textBytes(',"frame":');
const OFFSET_KEY = textBytes(',"offset":');
const SIZE_KEY = textBytes(',"size":');
const METHOD_KEY = textBytes(',"method":"deflate"');
const SPLIT_KEY = textBytes(',"split":');
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
  readonly #frame = new FrameLine();
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

  /** Checks the record in `[at, end)`; `byte` is its place in the file. */
  check(bytes: Uint8Array, at: number, end: number, byte: number, problems: ProblemList): void {
    const { frames, names } = this.#job;
    const frame = this.id - 1;
    if (frame < 0 || frame >= frames) {
      const message =
        `The image with id ${this.id} at byte ${byte} has no frame: the manifest has ${frames}.`;
      problems.add({ code: "image-mismatch", file: names.annotations, byte, message });
    } else if (!this.#agrees(bytes, end, frame)) {
      const cause = this.#difference(decoder.decode(bytes.subarray(at, end)), frame);
      if (cause === undefined) return;
      const message = `The image with id ${this.id} at byte ${byte} ${cause}.`;
      problems.add({ code: "image-mismatch", file: names.annotations, frame, byte, message });
    }
  }

  /** Compares the bytes, from the cursor on, with the frame's line; false if they differ or are not as the writer writes. */
  #agrees(bytes: Uint8Array, end: number, frame: number): boolean {
    const { offsets, sizes, widths, heights } = this.#job.index;
    const cursor = this.#cursor, line = this.#frame;
    const lines = this.#frameLines(frame);
    line.read(lines, this.#job.index.lines[frame] - this.#linesAt);
    if (!line.canonical) return false;
    const width = cursor.integerAfter(WIDTH_KEY);
    const height = cursor.integerAfter(HEIGHT_KEY);
    if (width !== widths[frame] || height !== heights[frame] || width < 1 || height < 1) return false;
    cursor.expect(NAME_KEY);
    if (!this.#same(line.nameAt - 1, line.nameEnd + 1)) return false;
    if (cursor.integerAfter(FRAME_KEY) !== frame) return false;
    if (cursor.integerAfter(OFFSET_KEY) !== offsets[frame]) return false;
    if (cursor.integerAfter(SIZE_KEY) !== sizes[frame]) return false;
    if (cursor.takes(METHOD_KEY) !== line.originalSize >= 0) return false;
    if (cursor.takes(SPLIT_KEY) !== line.splitAt >= 0) return false;
    if (line.splitAt >= 0 && !this.#same(line.splitAt, line.splitEnd)) return false;
    return !cursor.bad && bytes[cursor.at] === CLOSE_BRACE && cursor.at + 1 === end;
  }

  /** Steps over the bytes `[from, to)` of the manifest lines at hand; false if something else is there. */
  #same(from: number, to: number): boolean {
    const cursor = this.#cursor;
    for (let i = from; i < to; i++) if (cursor.bytes[cursor.at++] !== this.#lines[i]) return false;
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
    const { index: { lines }, names } = this.#job;
    let image: Record<string, unknown>;
    try {
      image = JSON.parse(text);
    } catch {
      return "is not JSON";
    }
    const line = decoder.decode(readRange(this.#manifest, lines[frame], lines[frame + 1] - lines[frame]));
    let wanted: Record<string, unknown>;
    try {
      const record = parseFrame(names.manifest, line.replace(/,?\n?$/, ""), frame);
      const { file_name, offset, size, method, split } = record;
      wanted = { id: frame + 1, ...uprightSize(record), file_name, frame, offset, size, method, split };
    } catch {
      return undefined; // The frame's own line is damaged, which its own check tells.
    }
    for (const [key, value] of Object.entries(wanted)) {
      if (image[key] !== value) {
        return `has "${key}" ${JSON.stringify(image[key])}, the manifest says ${JSON.stringify(value)}`;
      }
    }
    if (image.width === 0 || image.height === 0) return "has no size";
  }
}
