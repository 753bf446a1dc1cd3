import type { ParsedLabels } from "../../model/annotation.ts";
import type { Findings } from "./annotation.ts";
import { type CocoId, toId } from "./ids.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import type { LabelContext } from "../format.ts";
import { endOfValue } from "../json/value.ts";

/** What the workers need to know of a file. */
export interface CocoFileSettings {
  /** Category id to local class number. */
  readonly categories: ReadonlyMap<CocoId, number>;
  /** Licences whose id had to change. */
  readonly licenses: ReadonlyMap<unknown, number>;
  /** Folder of the panoptic PNGs, below the label tree. */
  readonly masks?: string;
}

export interface CocoSettings {
  readonly files: ReadonlyMap<string, CocoFileSettings>;
}

/** The labels of one image while they are read. */
export interface Reading {
  readonly context: LabelContext;
  readonly file: CocoFileSettings;
  readonly findings: Findings;
  readonly parsed: ParsedLabels;
}

type Json = Readonly<Record<string, unknown>>;

/** Keys of an image record that are made anew. */
const OWN = new Set("id width height file_name frame offset size method split category_ids".split(" "));

/**
 * Reads the labels of one image: its image record, then its annotations, each ended by a line end.
 *
 * @param bytes Line ends may also occur inside records.
 * @param read Reads an annotation record.
 * @param readPlain Reads the usual record from its bytes, and returns the position behind it; -1 for an unusual one.
 */
export function parseRecords(
  bytes: Uint8Array,
  context: LabelContext,
  read: (record: Json, reading: Reading) => void,
  readPlain?: (bytes: Uint8Array, at: number, reading: Reading) => number,
): ParsedLabels {
  const file = (context.settings as CocoSettings).files.get(context.path)!;
  const reading: Reading = { context, file, findings: { asText: false }, parsed: { annotations: [] } };
  for (let at = 0; at < bytes.length;) {
    const plainEnd = at > 0 && readPlain ? readPlain(bytes, at, reading) : -1;
    if (plainEnd >= 0) {
      at = plainEnd + 1;
      continue;
    }
    const end = endOfRecord(bytes, at);
    const text = textOfRange(bytes, at, end);
    if (at === 0) readImage(text, reading);
    else readRecord(text, reading, read);
    at = end + 1;
  }
  tellFindings(reading);
  return reading.parsed;
}

/** Visits the text of each record. */
export function eachRecord(bytes: Uint8Array, visit: (text: string) => void): void {
  for (let at = 0; at < bytes.length;) {
    const end = endOfRecord(bytes, at);
    visit(textOfRange(bytes, at, end));
    at = end + 1;
  }
}

/** The ranges were complete when they were planned; what is cut now, the file lost since. */
function endOfRecord(bytes: Uint8Array, at: number): number {
  const end = endOfValue(bytes, at, bytes.length);
  return end < 0 ? bytes.length : end;
}

/** Parses an annotation record and hands it on, if it is one. */
export function readRecord(
  text: string,
  reading: Reading,
  read: (record: Json, reading: Reading) => void,
): void {
  const json = parseLoose(text);
  const record = asObject(json?.value);
  if (!record) {
    return rejectAnnotation(reading.context, `The record ${excerpt(text)} is not a JSON object.`);
  }
  if (json!.notFinite) {
    rejectRecord(reading.context, record, "holds NaN or Infinity", "annotation-not-finite");
  } else read(record, reading);
}

/** Says once for each image that numbers were text. */
export function tellFindings({ context, findings }: Reading): void {
  if (!findings.asText) return;
  context.issue({
    code: "number-as-text",
    severity: "warning",
    message: "Numbers of an annotation are written as text; they were read.",
    suggestion: "Write them without quotes.",
  });
}

/** Local class number of a record; undefined if its category is unknown, which is told. */
export function categoryOf(record: Json, { file, findings, context }: Reading): number | undefined {
  const id = toId(record.category_id);
  const category = id && file.categories.get(id.id);
  if (category === undefined) {
    const told = JSON.stringify(record.category_id);
    const cause = told === undefined
      ? "has no category_id"
      : `has category_id ${told}, which no category has`;
    rejectRecord(context, record, cause, "category-unknown");
  } else if (id!.asText) findings.asText = true;
  return category;
}

/**
 * Leaves a record out.
 *
 * @param cause The end of a sentence.
 */
export function rejectRecord(
  context: LabelContext,
  record: Json,
  cause: string,
  code = "annotation-invalid",
): void {
  const which = record.id === undefined
    ? `The annotation ${excerpt(JSON.stringify(record))}`
    : `The annotation with id ${JSON.stringify(record.id)}`;
  rejectAnnotation(context, `${which} ${cause}.`, code);
}

function rejectAnnotation(context: LabelContext, message: string, code = "annotation-invalid"): void {
  context.issue({ code, severity: "reject", record: "annotation", message });
}

function readImage(text: string, { file, context, parsed }: Reading): void {
  const record = asObject(parseLoose(text)?.value) ?? {};
  const width = Number(record.width);
  const height = Number(record.height);
  if (width > 0 && height > 0) {
    parsed.declaredWidth = width;
    parsed.declaredHeight = height;
  }
  if (record.category_ids !== undefined) readClasses(record.category_ids, file, context, parsed);
  let extra: Record<string, unknown> | undefined;
  for (const key in record) if (!OWN.has(key)) (extra ??= {})[key] = record[key];
  if (!extra) return;
  const changed = file.licenses.get(extra.license);
  if (changed !== undefined) extra.license = changed;
  parsed.image = extra;
}

/** Classes of the image as a whole, which this tool's own files have. */
function readClasses(ids: unknown, file: CocoFileSettings, context: LabelContext, into: ParsedLabels): void {
  for (const each of Array.isArray(ids) ? ids : [ids]) {
    const id = toId(each);
    const category = id && file.categories.get(id.id);
    if (category !== undefined) (into.classes ??= []).push(category);
    else {
      const message = `The image has ${JSON.stringify(each)} among its category_ids, which no category has.`;
      rejectAnnotation(context, message, "category-unknown");
    }
  }
}
