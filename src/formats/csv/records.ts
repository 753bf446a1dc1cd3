import type { RangeReader } from "../../io/range_file.ts";
import { memoryFile } from "../../io/range_window.ts";
import type { DatasetView } from "../format.ts";
import { excerpt, textOfRange } from "../json/loose.ts";
import { DECIMAL } from "../number.ts";
import { decodeText } from "../text.ts";
import { scanLines } from "../text_lines.ts";

/** A record of a CSV file (RFC 4180): a line, or several if a quoted field holds line ends. */
export interface CsvRecord {
  /** Without its end. */
  readonly text: string;
  /** First byte in the file. */
  readonly offset: number;
  /** Bytes with its end. */
  readonly length: number;
  /** Line it begins at, from 1. */
  readonly line: number;
}

const QUOTE = 0x22;
/** A field longer than this many lines is none: a quote was lost. */
const LONGEST = 1000;

/** Visits the records of a label file; see {@link scanCsv}. */
export function scanCsvFile(
  view: Pick<DatasetView, "open">,
  path: string,
  visit: (record: CsvRecord) => boolean | void,
): void {
  const file = view.open(path);
  try {
    scanCsv(file, visit);
  } finally {
    file.close();
  }
}

/**
 * Visits the records of a CSV file that are not blank, from front to back. A quote that is never closed counts as a character.
 *
 * @param visit May return false to end it early.
 */
export function scanCsv(file: RangeReader, visit: (record: CsvRecord) => boolean | void): void {
  /** Lines of a record whose quote is open. */
  let open: CsvRecord[] = [];
  let ended = false;
  const tell = (record: CsvRecord) => {
    if (record.text.trim() !== "" && visit(record) === false) ended = true;
    return !ended;
  };
  scanLines(file, ({ bytes, start, end, offset, length, number }) => {
    const line = { text: textOf(bytes, start, end), offset, length, line: number };
    if (open.length === 0 && !hasOpenQuote(line.text)) return tell(line);
    open.push(line);
    if (open.length > 1 && hasOpenQuote(line.text)) {
      const whole = open.reduce((all, each) => ({ ...all, length: all.length + each.length }));
      const record = { ...whole, text: open.map(({ text }) => text).join("\n") };
      open = [];
      return tell(record);
    }
    if (open.length <= LONGEST) return true;
    const lines = open;
    open = [];
    return lines.every(tell);
  });
  if (!ended) open.every(tell);
}

/**
 * Leaves a row out that names no image.
 *
 * @param record What a row is: an object, or all that is said of an image.
 */
export function rejectNameless(
  view: Pick<DatasetView, "issue">,
  path: string,
  { text, line }: CsvRecord,
  record: "annotation" | "label",
): void {
  view.issue({
    code: "row-without-image",
    severity: "reject",
    record,
    path,
    line,
    message: `The row ${excerpt(text)} names no image.`,
  });
}

/**
 * Records of text that {@link scanCsv} told as ranges: each is complete.
 *
 * @param bytes Records with their ends.
 */
export function csvRecords(bytes: Uint8Array): string[] {
  const records: string[] = [];
  scanCsv(memoryFile(bytes), ({ text }) => void records.push(text));
  return records;
}

/**
 * Fields of a record, without the blanks around them and the quotes.
 *
 * @param most Fields that are wanted; there may be more.
 */
export function csvFields(text: string, delimiter: string, most = Infinity): string[] {
  if (!text.includes('"')) return text.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  for (let at = 0;;) {
    const quoted = quotedField(text, at, delimiter);
    const next = text.indexOf(delimiter, at);
    const end = quoted?.end ?? (next < 0 ? text.length : next);
    fields.push((quoted?.field ?? text.slice(at, end)).trim());
    if (end >= text.length || fields.length >= most) return fields;
    at = end + delimiter.length;
  }
}

/** The quoted field that begins at `at`; undefined if there is none, or more stands behind its quote. */
function quotedField(
  text: string,
  at: number,
  delimiter: string,
): { readonly field: string; readonly end: number } | undefined {
  const open = afterBlanks(text, at, delimiter);
  if (text.charCodeAt(open) !== QUOTE) return undefined;
  let doubled = false;
  let close = open + 1;
  for (; close < text.length; close++) {
    if (text.charCodeAt(close) !== QUOTE) continue;
    if (text.charCodeAt(close + 1) !== QUOTE) break;
    doubled = true;
    close++;
  }
  const end = afterBlanks(text, close + 1, delimiter);
  if (close === text.length || end < text.length && !text.startsWith(delimiter, end)) return undefined;
  const field = text.slice(open + 1, close);
  return { field: doubled ? field.replace(/""/g, '"') : field, end };
}

function afterBlanks(text: string, at: number, delimiter: string): number {
  while (at < text.length && text.charCodeAt(at) <= 0x20 && text[at] !== delimiter) at++;
  return at;
}

/** The delimiter a header or first record has: comma, semicolon (which a spreadsheet writes) or tab. */
export function delimiterOf(record: string): string {
  const plain = record.replace(/"(?:[^"]|"")*"/g, "");
  const counts = [",", ";", "\t"].map((delimiter) => [delimiter, plain.split(delimiter).length] as const);
  return counts.reduce((best, each) => each[1] > best[1] ? each : best)[0];
}

/**
 * A number as a CSV field has it; NaN if it is none.
 *
 * @param delimiter Where fields end with semicolons, numbers may have a decimal comma.
 */
export function csvNumber(field: string, delimiter: string): number {
  const text = delimiter === ";" ? field.replace(",", ".") : field;
  return DECIMAL.test(text) ? Number(text) : NaN;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const text = textOfRange(bytes, start, end);
  return text.includes("\ufffd") ? decodeText(bytes.subarray(start, end)).text : text;
}

function hasOpenQuote(text: string): boolean {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open;
  return open;
}
