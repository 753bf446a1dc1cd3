import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { recordEnd } from "../manifest/lines.ts";
import { annotationFault } from "./annotation_fault.ts";
import type { ProblemList } from "./report.ts";
import { lineOfImage, type VerifyJob } from "./tasks.ts";

const ID_KEY = new FixedText('{"id":');
const IMAGE_KEY = new FixedText(',"image_id":');
const CATEGORY_KEY = new FixedText(',"category_id":');
const BBOX_KEY = new FixedText(',"bbox":[');
const AREA_KEY = new FixedText('],"area":');
const ISCROWD_KEY = new FixedText(',"iscrowd":');
const SEGMENTATION_KEY = new FixedText(',"segmentation":[');
const ATTRIBUTES_KEY = new FixedText(',"attributes":');
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
/** Both corner and size were rounded to 6 decimals, so their sum may be off by as much. */
const ROUNDING = 2e-6;
const decoder = new TextDecoder();

/** Checks annotation records: references, box, area, outline. */
export class AnnotationChecker {
  /** Of the record that was checked last. */
  id = 0;
  imageId = 0;
  readonly #job: VerifyJob;
  readonly #cursor = new LineCursor();

  constructor(job: VerifyJob) {
    this.#job = job;
  }

  /** True if an annotation record seems to begin at `at`. */
  fits(bytes: Uint8Array, at: number): boolean {
    const cursor = this.#cursor;
    cursor.reset(bytes, at);
    this.id = cursor.integerAfter(ID_KEY);
    return !cursor.bad && cursor.takes(IMAGE_KEY);
  }

  /**
   * Checks the record that {@link fits}.
   *
   * @param byte Its place in the file.
   * @returns The byte after it, where a comma or the line end stands.
   */
  check(bytes: Uint8Array, at: number, byte: number, problems: ProblemList): number {
    if (this.#isSound() && this.#cursor.endsLine()) return this.#cursor.at;
    const end = recordEnd(bytes, at);
    const fault = annotationFault(decoder.decode(bytes.subarray(at, end)), this.#job);
    if (fault === undefined) return end;
    const message = `Annotation ${this.id} at byte ${byte} ${fault.cause}.`;
    problems.add({ code: fault.code, file: this.#job.names.annotations, byte, message });
    return end;
  }

  /** Reads the bytes from the cursor on; false if something is wrong or not as the writer writes it. */
  #isSound(): boolean {
    const { categories, firstCategory, index } = this.#job;
    const cursor = this.#cursor;
    const imageId = this.imageId = cursor.integer();
    const category = cursor.integerAfter(CATEGORY_KEY);
    cursor.expect(BBOX_KEY);
    const x = cursor.decimal();
    cursor.expectByte(COMMA);
    const y = cursor.decimal();
    cursor.expectByte(COMMA);
    const width = cursor.decimal();
    cursor.expectByte(COMMA);
    const height = cursor.decimal();
    cursor.expect(AREA_KEY);
    const area = cursor.decimal();
    const iscrowd = cursor.integerAfter(ISCROWD_KEY);
    cursor.expect(SEGMENTATION_KEY);
    const line = lineOfImage(this.#job, imageId);
    if (cursor.bad || line < 0) return false;
    if (category < firstCategory || category >= firstCategory + categories) return false;
    if (!(x >= 0 && y >= 0 && width > 0 && height > 0 && area > 0 && iscrowd <= 1)) return false;
    if (
      x + width > index.widths[line] + ROUNDING || y + height > index.heights[line] + ROUNDING
    ) {
      return false;
    }
    if (!this.#polygons()) return false;
    if (cursor.takes(ATTRIBUTES_KEY)) {
      if (cursor.bytes[cursor.at] !== OPEN_BRACE) return false;
      cursor.skipValue();
    }
    cursor.expectByte(CLOSE_BRACE);
    return !cursor.bad;
  }

  /** Reads polygons after their opening bracket; false if one has an odd number of values or fewer than 3 points. */
  #polygons(): boolean {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    if (bytes[cursor.at] === CLOSE) {
      cursor.at++;
      return true;
    }
    for (;;) {
      if (bytes[cursor.at++] !== OPEN) return false;
      let values = 0;
      do {
        cursor.decimal();
        values++;
      } while (!cursor.bad && bytes[cursor.at++] === COMMA);
      if (cursor.bad || bytes[cursor.at - 1] !== CLOSE || values < 6 || values % 2) return false;
      const next = bytes[cursor.at++];
      if (next === CLOSE) return true;
      if (next !== COMMA) return false;
    }
  }
}
