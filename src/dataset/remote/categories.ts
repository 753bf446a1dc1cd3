import type { CocoCategory } from "../../model/dataset.ts";

const MARK = '\n],\n"categories":[\n';
const END = "\n]}\n";

/**
 * Classes of an annotation file of which only the end is at hand: they stand last (docs/dataset_spec.md §2).
 *
 * @returns Undefined if they begin before it, or are not written as they must be.
 */
export function categoriesIn(tail: Uint8Array): CocoCategory[] | undefined {
  const text = new TextDecoder().decode(tail);
  const at = text.lastIndexOf(MARK);
  if (at < 0 || !text.endsWith(END)) return undefined;
  try {
    return JSON.parse(`[${text.slice(at + MARK.length, -END.length)}]`);
  } catch {
    return undefined;
  }
}
