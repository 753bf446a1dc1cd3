import type { Candidate, DatasetView, LabelFormat } from "../formats/format.ts";
import { formats } from "../formats/table.ts";
import { PackError } from "../model/issue.ts";

/** What detection came to. */
export interface Detection {
  /** Everything that was seen, most likely first. */
  readonly candidates: readonly Candidate[];
  /** The format to read; undefined if there are no labels of a known format. */
  readonly chosen?: { readonly format: LabelFormat; readonly candidate: Candidate };
}

/**
 * Finds out which label format a dataset is in.
 *
 * @param view The dataset.
 * @param name Name of a format, `auto`, or `none` to look for no labels.
 * @throws {PackError} If there is no format of that name, or two formats fit equally well: a guess could be wrong.
 */
export async function detect(view: DatasetView, name: string): Promise<Detection> {
  if (name === "none") return { candidates: [] };
  const entries = name === "auto" ? formats : formats.filter((entry) => entry.name === name);
  if (entries.length === 0) {
    const known = formats.map((entry) => entry.name).join(", ");
    throw new PackError(`There is no label format "${name}".`, `Choose one of: auto, ${known}, none.`, 2);
  }
  const candidates: Candidate[] = [];
  const readers = new Map<string, LabelFormat>();
  for (const entry of entries) {
    const format = await entry.load();
    readers.set(entry.name, format);
    candidates.push(...await format.detect(view));
  }
  if (name !== "auto" && candidates.length === 0) {
    candidates.push({ format: name, root: "", confidence: 1, reason: "named with --format", files: 0 });
  }
  // The sort is stable: candidates of one format stay in the order the format gave them.
  candidates.sort((a, b) => b.confidence - a.confidence);
  const [best] = candidates;
  if (!best) return { candidates };
  const rivals = candidates.filter((other) =>
    other.format !== best.format && other.confidence === best.confidence
  );
  if (rivals.length > 0) throw tie([best, ...rivals]);
  return { candidates, chosen: { format: readers.get(best.format)!, candidate: best } };
}

function tie(candidates: readonly Candidate[]): PackError {
  const seen = candidates.map((each) => `${each.format} in "${each.root || "."}" (${each.reason})`).join(
    "; ",
  );
  const names = [...new Set(candidates.map((each) => each.format))].join(" or --format ");
  return new PackError(
    `The labels could be of more than one format: ${seen}.`,
    `Say which one with --format ${names}.`,
    2,
  );
}
