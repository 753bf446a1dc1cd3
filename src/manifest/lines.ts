import type { RangeReader } from "../io/range_reader.ts";
import { PackError } from "../model/issue.ts";

const NEWLINE = 10;
const COMMA = 44;
const decoder = new TextDecoder();
/** Longest line that is read; a mask of a 100-megapixel image stays far below. */
export const MAX_LINE = 256 * 1024 * 1024;

/** Complete lines as they lie in the file. Valid until the next one is asked for: the buffer is used again. */
export interface LineBlock {
  /** Place of `bytes[0]` in the file. */
  readonly offset: number;
  /** Whole lines, each with its line end; only the last line of the file may lack it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a range of a text file in blocks that end at a line end.
 *
 * @param file Open file.
 * @param start First byte; the begin of a line.
 * @param end Byte after the last.
 * @param blockSize Bytes read at once.
 * @throws {PackError} If a line is longer than 256 MiB.
 */
export function* lineBlocks(
  file: RangeReader,
  start: number,
  end: number,
  blockSize = 1024 * 1024,
): Generator<LineBlock> {
  let buffer = new Uint8Array(Math.max(1, Math.min(blockSize, end - start)));
  let kept = 0;
  let offset = start;
  while (offset + kept < end) {
    if (kept === buffer.length) buffer = grown(buffer, offset);
    const wanted = Math.min(buffer.length - kept, end - offset - kept);
    const filled = kept + file.read(buffer.subarray(kept, kept + wanted), offset + kept);
    const last = filled === kept;
    const cut = last || offset + filled >= end ? filled : buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (cut > 0) yield { offset, bytes: buffer.subarray(0, cut) };
    if (last) return;
    buffer.copyWithin(0, cut, filled);
    kept = filled - cut;
    offset += cut;
  }
}

/** The error that a line is longer than {@link MAX_LINE}. */
export function lineTooLong(offset: number): PackError {
  return new PackError(
    `The line at byte ${offset} is longer than ${MAX_LINE} bytes.`,
    "The file is damaged, or was not written by this tool.",
    4,
  );
}

/** A buffer of twice the size with the same content, for a line that is longer than the buffer. */
function grown(buffer: Uint8Array<ArrayBuffer>, offset: number): Uint8Array<ArrayBuffer> {
  if (buffer.length >= MAX_LINE) throw lineTooLong(offset);
  const bigger = new Uint8Array(buffer.length * 2);
  bigger.set(buffer);
  return bigger;
}

/** Byte after the record that begins at `at`: that of the comma or line end after it. */
export function recordEnd(bytes: Uint8Array, at: number): number {
  const found = bytes.indexOf(NEWLINE, at);
  const stop = found < 0 ? bytes.length : found;
  return stop > at && bytes[stop - 1] === COMMA ? stop - 1 : stop;
}

/** Byte after the record in `[start, end)`: that of the comma or line ends after it. */
export function recordStop(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && bytes[end - 1] === NEWLINE) end--;
  return end > start && bytes[end - 1] === COMMA ? end - 1 : end;
}

/** Text of a record, without the comma and line end that may follow it. */
export function recordText(line: string): string {
  let end = line.length;
  if (line.charCodeAt(end - 1) === NEWLINE) end--;
  if (line.charCodeAt(end - 1) === COMMA) end--;
  return line.slice(0, end);
}

/**
 * Reads a range of a text file line by line, as text without the line end.
 *
 * @param file Open file.
 * @param start First byte; the begin of a line.
 * @param end Byte after the last.
 */
export function* textLines(file: RangeReader, start = 0, end: number = file.size): Generator<string> {
  for (const { bytes } of lineBlocks(file, start, end)) {
    for (let at = 0; at < bytes.length;) {
      let stop = bytes.indexOf(NEWLINE, at);
      if (stop < 0) stop = bytes.length;
      yield decoder.decode(bytes.subarray(at, stop));
      at = stop + 1;
    }
  }
}
