/** Rows of text label files, and what is told of those that cannot be read. */
import type { Annotation } from "../../model/annotation.ts";
import type { LabelContext } from "../format.ts";
import { decodeText } from "../text.ts";

/** A row that is not blank. */
export interface TextRow {
  /** 1-based line, or ordinal of the row if the bytes are pieces of a large file. */
  readonly line: number;
  /** Without blanks at its ends. */
  readonly text: string;
}

/** Why a row is left out. */
export interface Fault {
  /** Goes on after "Cannot read the row …: ". */
  readonly cause: string;
  readonly remedy: string;
}

/**
 * Rows of a label file, whatever its encoding; tells of one that others could not read. A file that is no text is one reject,
 * and has no rows.
 *
 * @param pieces The bytes are pieces of a large file, with blank lines between them: rows are counted in place of lines.
 */
export function* textRows(
  bytes: Uint8Array,
  context: LabelContext,
  pieces = false,
): Generator<TextRow> {
  const { text, encoding, mark } = decodeText(bytes);
  if (text.includes("\0")) {
    rejectBinary(context);
    return;
  }
  if (mark) tellEncoding(encoding, context.issue);
  let line = 0;
  for (const row of text.split(/\r\n|\n|\r/)) {
    const trimmed = row.trim();
    if (!pieces || trimmed !== "") line++;
    if (trimmed !== "") yield { line, text: trimmed };
  }
}

/**
 * Annotations of the rows; those with a fault are left out and told.
 *
 * @param pieces See {@link textRows}.
 */
export function readRows(
  bytes: Uint8Array,
  context: LabelContext,
  readRow: (text: string, context: LabelContext) => Annotation | Fault,
  pieces = false,
): Annotation[] {
  const annotations: Annotation[] = [];
  for (const row of textRows(bytes, context, pieces)) {
    const read = readRow(row.text, context);
    if ("cause" in read) rejectRow(context, row, read);
    else annotations.push({ ...read, line: row.line });
  }
  return annotations;
}

/** Leaves a row out. */
export function rejectRow({ issue }: LabelContext, { line, text }: TextRow, { cause, remedy }: Fault): void {
  const shown = text.length > 80 ? text.slice(0, 80) + "…" : text;
  issue({
    code: "label-row-invalid",
    severity: "reject",
    record: "annotation",
    line,
    message: `Cannot read the row "${shown}": ${cause}.`,
    suggestion: remedy,
  });
}

/** Leaves a file out that holds zero bytes. */
export function rejectBinary({ issue }: LabelContext): void {
  issue({
    code: "label-not-text",
    severity: "reject",
    record: "label",
    message: "The file is not text: it holds zero bytes.",
    suggestion: "Restore the file from its source.",
  });
}

/** Tells of a byte order mark, which the tools that label files are made for do not expect. */
export function tellEncoding(encoding: string, issue: LabelContext["issue"]): void {
  issue({
    code: "label-encoding",
    severity: "warning",
    message: encoding === "utf-8"
      ? "The file begins with a byte order mark; it was read, but other tools will not."
      : `The file is in ${encoding.toUpperCase()}; it was read, but other tools will not.`,
    suggestion: "Save the file as UTF-8 without byte order mark.",
  });
}

/** Fault of a row with too few columns. */
export function tooFew(count: number, wanted: string): Fault {
  return { cause: `it has ${count} columns`, remedy: `A row has ${wanted}.` };
}

/** Fault of a value that is no decimal number. */
export function notNumber(text: string): Fault {
  return { cause: `"${text}" is not a number`, remedy: "Write decimal numbers with a point." };
}

/** Fault of corners in the wrong order, or of a box without extent. */
export const NO_EXTENT: Fault = {
  cause: "its box has no width or no height",
  remedy: "Correct the box, or remove the row.",
};
