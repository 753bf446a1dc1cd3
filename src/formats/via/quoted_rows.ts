import type { RangeReader } from "../../io/range_file.ts";
import { scanLines } from "../text_lines.ts";
import { decodeText } from "../text.ts";

const QUOTE = 0x22;
const COMMENT = 0x23;

/** A row of a CSV file, which may go over several lines inside quotes. */
export interface CsvRow {
  /** Without its line end. */
  readonly text: string;
  /** First byte in the file. */
  readonly offset: number;
  /** Bytes with the line end. */
  readonly length: number;
}

/** Visits the rows of a CSV file from front to back, however large it is; blank ones are passed over. */
export function scanRows(file: RangeReader, visit: (row: CsvRow) => void): void {
  let text = "";
  let offset = 0;
  let length = 0;
  /** True inside quotes. */
  let open = false;
  scanLines(file, (line) => {
    if (!open) [text, offset, length] = ["", line.offset, 0];
    else text += "\n";
    text += decodeText(line.bytes.subarray(line.start, line.end)).text;
    length += line.length;
    // A comment may hold any quotes.
    const counts = open || line.bytes[line.start] !== COMMENT;
    for (let i = line.start; counts && i < line.end; i++) if (line.bytes[i] === QUOTE) open = !open;
    if (!open && text.trim() !== "") visit({ text, offset, length });
  });
  // A quote that nothing closes.
  if (open) visit({ text, offset, length });
}

/** The rows of a text, each with its fields without quotes. */
export function splitRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at <= text.length;) {
    let end: number;
    if (text[at] === '"') {
      end = at + 1;
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) {
        end += text[end] === '"' ? 2 : 1;
      }
      row.push(text.slice(at + 1, end).replaceAll('""', '"'));
      while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end++;
    } else {
      end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end++;
      row.push(text.slice(at, end).trim());
    }
    if (text[end] !== delimiter) {
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    }
    at = end + 1;
  }
  return rows;
}
