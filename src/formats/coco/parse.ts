import type { ParsedLabels } from "../../model/annotation.ts";
import { type Findings, readCocoAnnotation } from "./annotation.ts";
import { type CocoId, toId } from "./ids.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import type { LabelContext } from "../format.ts";
import { endOfValue } from "../json/value.ts";

/** What the workers need to know of each file. */
export interface CocoSettings {
  readonly files: ReadonlyMap<string, {
    /** Category id to local class number. */
    readonly categories: ReadonlyMap<CocoId, number>;
    /** Licences whose id had to change. */
    readonly licenses: ReadonlyMap<unknown, number>;
  }>;
}

/** Keys of an image record that are made anew. */
const OWN = new Set("id width height file_name frame offset size method split".split(" "));

/**
 * Reads the labels of one image: its image record, then its annotations, each ended by a line end.
 *
 * @param bytes Line ends may also occur inside records.
 */
export function parseCoco(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const parsed: ParsedLabels = { annotations: [] };
  const file = (context.settings as CocoSettings).files.get(context.path)!;
  const findings: Findings = { asText: false };
  let isImage = true;
  for (let at = 0; at < bytes.length;) {
    const end = endOfValue(bytes, at, bytes.length);
    // The ranges were complete when they were planned; what is cut now, the file lost since.
    const text = textOfRange(bytes, at, end < 0 ? bytes.length : end);
    if (isImage) readImage(text, file.licenses, parsed);
    else readOne(text, file.categories, context, parsed, findings);
    isImage = false;
    at = (end < 0 ? bytes.length : end) + 1;
  }
  if (findings.asText) {
    context.issue({
      code: "number-as-text",
      severity: "warning",
      message: "Numbers of an annotation are written as text; they were read.",
      suggestion: "Write them without quotes.",
    });
  }
  return parsed;
}

function readImage(text: string, licenses: ReadonlyMap<unknown, number>, into: ParsedLabels): void {
  const record = asObject(parseLoose(text)?.value) ?? {};
  const width = Number(record.width);
  const height = Number(record.height);
  if (width > 0 && height > 0) {
    into.declaredWidth = width;
    into.declaredHeight = height;
  }
  let extra: Record<string, unknown> | undefined;
  for (const key in record) if (!OWN.has(key)) (extra ??= {})[key] = record[key];
  if (!extra) return;
  const changed = licenses.get(extra.license);
  if (changed !== undefined) extra.license = changed;
  into.image = extra;
}

function readOne(
  text: string,
  categories: ReadonlyMap<CocoId, number>,
  context: LabelContext,
  into: ParsedLabels,
  findings: Findings,
): void {
  const json = parseLoose(text);
  const record = asObject(json?.value);
  if (!record) {
    return reject(context, "annotation-invalid", `The record ${excerpt(text)} is not a JSON object.`);
  }
  const which = `The annotation with id ${JSON.stringify(record.id)}`;
  if (json!.notFinite) {
    return reject(context, "annotation-not-finite", `${which} holds NaN or Infinity.`);
  }
  const id = toId(record.category_id);
  const category = id && categories.get(id.id);
  if (category === undefined) {
    const message = `${which} has category_id ${JSON.stringify(record.category_id)}, which no category has.`;
    return reject(context, "category-unknown", message);
  }
  if (id!.asText) findings.asText = true;
  const annotation = readCocoAnnotation(record, category, findings);
  if (typeof annotation === "string") reject(context, "annotation-invalid", `${which} ${annotation}.`);
  else into.annotations.push(annotation);
}

function reject(context: LabelContext, code: string, message: string): void {
  context.issue({ code, severity: "reject", record: "annotation", message });
}
