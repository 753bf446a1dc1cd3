import type { RangeReader } from "../io/range_file.ts";
import type { DatasetView } from "./format.ts";

const BLOCK = 1 << 20;
const LINE_FEED = 0x0a;

/** A line of a large text file. The object and its bytes are reused for the next one. */
export interface TextLine {
  /** `bytes[start, end)` is the line, without its end. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** First byte in the file. */
  readonly offset: number;
  /** Bytes with the line end. */
  readonly length: number;
  /** From 1. */
  readonly number: number;
}

/** Visits the lines of a label file; see {@link scanLines}. */
export function scanFileLines(
  view: Pick<DatasetView, "open">,
  path: string,
  visit: (line: TextLine) => boolean | void,
): void {
  const file = view.open(path);
  try {
    scanLines(file, visit);
  } finally {
    file.close();
  }
}

/**
 * Visits the lines of a file from front to back, however large it is; a UTF-8 byte order mark belongs to none. A line is as
 * long as memory allows.
 *
 * @param visit May return false to end it early.
 */
export function scanLines(file: RangeReader, visit: (line: TextLine) => boolean | void): void {
  let bytes = new Uint8Array(Math.min(BLOCK, file.size));
  /** Place of `bytes[0]` in the file. */
  let base = 0;
  let filled = file.read(bytes, 0);
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const line = { bytes, start, end: 0, offset: 0, length: 0, number: 0 };
  const tell = (end: number, next: number) => {
    line.bytes = bytes;
    line.start = start;
    line.end = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    line.offset = base + start;
    line.length = next - start;
    line.number++;
    start = next;
    return visit(line) !== false;
  };
  for (let searched = start;;) {
    const end = bytes.subarray(0, filled).indexOf(LINE_FEED, searched);
    if (end >= 0) {
      if (!tell(end, end + 1)) return;
      searched = start;
      continue;
    }
    const kept = filled - start;
    if (base + filled >= file.size) {
      if (kept > 0) tell(filled, filled);
      return;
    }
    const into = kept > bytes.length / 2 ? new Uint8Array(bytes.length * 2) : bytes;
    into.set(bytes.subarray(start, filled));
    bytes = into;
    base += start;
    start = 0;
    searched = kept;
    const read = file.read(bytes.subarray(kept), base + kept);
    // The file may have become shorter than it was when it was opened.
    if (read === 0) {
      if (kept > 0) tell(kept, kept);
      return;
    }
    filled = kept + read;
  }
}
