import { type RangeReader, readRange } from "../io/range_reader.ts";
import { PackError } from "../model/issue.ts";

const BLOCK = 1024 * 1024;
/** One character a byte. */
const latin1 = new TextDecoder("latin1");
const IMAGES = '\n"images":[\n';
const ANNOTATIONS = '\n],\n"annotations":[\n';
const CATEGORIES = '\n],\n"categories":[\n';
const END = "\n]}\n";

/** `[start, end)` of record lines in bytes; the last line end included, commas between the lines too. */
export type Section = readonly [start: number, end: number];

/** Where the parts of a `unified_annotation.json` lie (docs/dataset_spec.md §2). */
export interface CocoSections {
  /** Before the line `"images":[`: `{"info":…,` and `"licenses":…,`. */
  readonly head: Section;
  readonly images: Section;
  readonly annotations: Section;
  readonly categories: Section;
}

/**
 * Finds the parts of an annotation file by the lines between them. A line end inside a JSON string is always escaped, so
 * no record can hold such a line.
 *
 * @param path For messages.
 * @param file Annotation file.
 * @throws {PackError} If one of them is missing.
 */
export function cocoSections(path: string, file: RangeReader): CocoSections {
  const missing = (mark: string) =>
    new PackError(
      `Cannot read "${path}": the line ${mark.trim().replace(/^\],\n/, "")} is missing.`,
      "The file is damaged or was not written by this tool. Run verify, then fetch or pack the set again.",
      4,
    );
  const images = find(file, IMAGES, 0);
  if (images < 0) throw missing(IMAGES);
  const imagesStart = images + IMAGES.length;
  // The line end before an empty section's `]` is that of the opening line.
  const annotations = find(file, ANNOTATIONS, imagesStart - 1);
  if (annotations < 0) throw missing(ANNOTATIONS);
  const annotationsStart = annotations + ANNOTATIONS.length;
  const categories = findLast(file, CATEGORIES, annotationsStart - 1);
  if (categories < 0) throw missing(CATEGORIES);
  const categoriesStart = categories + CATEGORIES.length;
  const end = findLast(file, END, categoriesStart - 1);
  if (end < 0 || end + END.length !== file.size) throw missing(END);
  const section = (start: number, mark: number): Section => [start, Math.max(start, mark + 1)];
  return {
    head: [0, images + 1],
    images: section(imagesStart, annotations),
    annotations: section(annotationsStart, categories),
    categories: section(categoriesStart, end),
  };
}

/** First place of `mark` at or after `from`; -1 if there is none. */
function find(file: RangeReader, mark: string, from: number): number {
  const block = new Uint8Array(Math.min(BLOCK, file.size));
  for (let at = from; at < file.size; at += BLOCK - mark.length) {
    // Searching a Latin-1 string is many times faster than searching the bytes, and places stay the same.
    const found = latin1.decode(block.subarray(0, file.read(block, at))).indexOf(mark);
    if (found >= 0) return at + found;
  }
  return -1;
}

/** Last place of `mark` at or after `from`; -1 if there is none. */
function findLast(file: RangeReader, mark: string, from: number): number {
  for (let end = file.size; end > from; end -= BLOCK - mark.length) {
    const start = Math.max(from, end - BLOCK);
    const found = latin1.decode(readRange(file, start, end - start)).lastIndexOf(mark);
    if (found >= 0) return start + found;
    if (start === from) break;
  }
  return -1;
}
