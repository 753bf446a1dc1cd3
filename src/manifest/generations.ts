import { type RangeReader, readRange } from "../io/range_reader.ts";
import { damaged, isCount, isHex, isObject, parseJson } from "./checks.ts";
import { recordText, textLines } from "./lines.ts";
import type { GenerationRecord, ManifestFooter } from "./record.ts";

/** The line before the list of generations. */
export const GENERATIONS_LINE = '"generations":[\n';
/** Between the list and the footer. */
const LIST_END = "],\n";
const decoder = new TextDecoder();

/**
 * Reads the list of generations (docs/dataset_spec.md §4.4).
 *
 * @param path For messages.
 * @param footerOffset Byte at which the footer line begins.
 * @throws {PackError} If a record is missing, wrong, or does not follow the one before it.
 */
export function readGenerations(
  path: string,
  file: RangeReader,
  footer: ManifestFooter,
  footerOffset: number,
): GenerationRecord[] {
  const begin = footer.generations_offset!;
  const start = begin + GENERATIONS_LINE.length;
  const end = footerOffset - LIST_END.length;
  const line = decoder.decode(readRange(file, begin, GENERATIONS_LINE.length));
  if (line !== GENERATIONS_LINE || end < start) {
    throw damaged(path, `byte ${begin}`, "is not the begin of the list of generations");
  }
  const list: GenerationRecord[] = [];
  for (const text of textLines(file, start, end)) {
    const record = parseJson(recordText(text));
    const place = `line ${list.length + 1} of the list of generations`;
    if (!isGeneration(record)) throw damaged(path, place, "has a missing or wrong field");
    const before = list.at(-1);
    if (before && !follows(record, before)) throw damaged(path, place, "does not follow the one before it");
    list.push(record);
  }
  const last = list.at(-1);
  if (
    last?.generation !== footer.generation || last?.lines !== footer.frames || last?.images !== footer.images
  ) throw damaged(path, "the list of generations", "does not end with the one the footer names");
  return list;
}

function isGeneration(value: unknown): value is GenerationRecord {
  if (!isObject(value) || !isObject(value.bundle)) return false;
  const { bundle, generation, images, annotations, categories, lines, frames_end } = value;
  const { next_image, next_annotation, next_category, date, message } = value;
  return isCount(generation) && generation > 0 &&
    [images, annotations, categories, lines, frames_end].every(isCount) &&
    [next_image, next_annotation, next_category].every(isCount) &&
    isCount(bundle.size) && isHex(bundle.crc32, 8) && isHex(bundle.frames_sha256, 64) &&
    [date, message].every((text) => text === undefined || typeof text === "string");
}

/** True if a generation can come after another: numbers and sizes never fall. */
function follows(next: GenerationRecord, before: GenerationRecord): boolean {
  return next.generation === before.generation + 1 && next.lines >= before.lines &&
    next.next_image >= before.next_image && next.next_annotation >= before.next_annotation &&
    next.next_category >= before.next_category && next.bundle.size >= before.bundle.size &&
    next.frames_end >= before.frames_end;
}
