import { type RangeReader, readRange } from "../io/range_reader.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { lineBlocks } from "../manifest/lines.ts";
import { PackError } from "../model/issue.ts";

// Lines of the history file: docs/dataset_spec.md §4.3.
const UNTIL_KEY = new FixedText('{"until":');
const FROM_KEY = new FixedText(',"from":');
const IMAGE_KEY = new FixedText(',"image":{"id":');
const ANNOTATION_KEY = new FixedText(',"annotation":{"id":');
const IMAGE_ID_KEY = new FixedText(',"image_id":');
/** Bytes of `{"id":`, with which the record of the image or annotation begins. */
const ID_LENGTH = '{"id":'.length;
const NEWLINE = 10;
const BLOCK = 1024 * 1024;
const decoder = new TextDecoder();

/** The line of an image that is gone. */
export const goneImage = (until: number, from: number, record: string): string =>
  `{"until":${until},"from":${from},"image":${record}}\n`;

/** The line of an annotation that is gone. */
export const goneAnnotation = (until: number, from: number, record: string): string =>
  `{"until":${until},"from":${from},"annotation":${record}}\n`;

/** The line of annotations that are back. */
export const restoredAnnotations = (since: number, ranges: readonly IdRange[]): string =>
  `${JSON.stringify({ restored: since, annotations: ranges })}\n`;

/** The line of categories that are no longer as they were. */
export const changedCategories = (until: number, records: readonly string[]): string =>
  `{"categories":${records.length},"until":${until},"lines":[${records.join(",")}]}\n`;

/** First and last id. */
export type IdRange = readonly [first: number, last: number];

/** One line of the history. */
export type HistoryLine =
  | { kind: "image"; until: number; from: number; id: number; offset: number; size: number }
  | {
    kind: "annotation";
    until: number;
    from: number;
    id: number;
    imageId: number;
    offset: number;
    size: number;
  }
  | { kind: "restored"; since: number; ranges: readonly IdRange[] }
  | { kind: "categories"; until: number; records: readonly string[] };

/** An open history file. */
export class History {
  readonly #file: RangeReader;

  /**
   * @param path For messages.
   * @param file History file; it is closed with this.
   * @param size Bytes that count.
   */
  constructor(readonly path: string, file: RangeReader, readonly size: number) {
    this.#file = file;
  }

  /**
   * All lines in order; `offset` and `size` are those of the image's or annotation's own record.
   *
   * @throws {PackError} If a line is damaged.
   */
  *lines(): Generator<HistoryLine> {
    const cursor = new LineCursor();
    for (const { offset, bytes } of lineBlocks(this.#file, 0, Math.min(this.size, this.#file.size), BLOCK)) {
      for (let start = 0; start < bytes.length;) {
        const found = bytes.indexOf(NEWLINE, start);
        const stop = found < 0 ? bytes.length : found;
        cursor.reset(bytes, start);
        yield cursor.sees(UNTIL_KEY)
          ? this.#gone(cursor, offset, stop)
          : this.#other(decoder.decode(bytes.subarray(start, stop)), offset + start);
        start = stop + 1;
      }
    }
  }

  /** A part of the file as text. */
  text(offset: number, size: number): string {
    return decoder.decode(readRange(this.#file, offset, size));
  }

  close(): void {
    this.#file.close();
  }

  #gone(cursor: LineCursor, offset: number, stop: number): HistoryLine {
    const at = offset + cursor.at;
    const until = cursor.integerAfter(UNTIL_KEY);
    const from = cursor.integerAfter(FROM_KEY);
    const isImage = cursor.takes(IMAGE_KEY);
    if (!isImage) cursor.expect(ANNOTATION_KEY);
    const begin = cursor.at - ID_LENGTH;
    const id = cursor.integer();
    const imageId = isImage ? id : cursor.integerAfter(IMAGE_ID_KEY);
    if (cursor.bad) throw this.#damaged(at);
    const place = { until, from, id, offset: offset + begin, size: stop - 1 - begin };
    return isImage ? { kind: "image", ...place } : { kind: "annotation", imageId, ...place };
  }

  #other(text: string, at: number): HistoryLine {
    let line: Record<string, unknown>;
    try {
      line = JSON.parse(text);
    } catch {
      throw this.#damaged(at);
    }
    const { restored, annotations, until, lines } = line;
    if (typeof restored === "number" && Array.isArray(annotations)) {
      return { kind: "restored", since: restored, ranges: annotations };
    }
    if (typeof until === "number" && Array.isArray(lines)) {
      return { kind: "categories", until, records: lines.map((record) => JSON.stringify(record)) };
    }
    throw this.#damaged(at);
  }

  #damaged(at: number): PackError {
    return new PackError(
      `Cannot read "${this.path}": byte ${at} is not the begin of a record of the history.`,
      "Run verify, then fetch the set again; the current generation can be read without its history.",
      4,
    );
  }
}

/** Ids as sorted ranges without gaps or overlaps between them. */
export function idRanges(ids: readonly number[]): IdRange[] {
  const ranges: [number, number][] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && id <= last[1] + 1) last[1] = Math.max(id, last[1]);
    else ranges.push([id, id]);
  }
  return ranges;
}

/** When annotations came back: the last time counts. */
export class Restored {
  /** Of each `restored` line, in order. */
  readonly #times: { since: number; ranges: readonly IdRange[] }[] = [];

  add(since: number, ranges: readonly IdRange[]): void {
    this.#times.push({ since, ranges });
  }

  /** The generation in which an annotation came back last; 0 if it never did. */
  since(id: number): number {
    for (let i = this.#times.length - 1; i >= 0; i--) {
      if (inRanges(this.#times[i].ranges, id)) return this.#times[i].since;
    }
    return 0;
  }
}

function inRanges(ranges: readonly IdRange[], id: number): boolean {
  let low = 0, high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (id < ranges[middle][0]) high = middle - 1;
    else if (id > ranges[middle][1]) low = middle + 1;
    else return true;
  }
  return false;
}
