import type { DatasetView } from "../format.ts";
import { scanFileLines } from "../text_lines.ts";
import type { JsonRecord } from "./records.ts";
import { endOfValue, KeyFinder } from "./value.ts";

/**
 * Visits the lines of a JSON Lines file, blank ones left out. Whether a line is JSON is for its reader to find out.
 *
 * @param keys Keys whose values are located (see {@link JsonRecord}).
 */
export function scanJsonLines(
  view: DatasetView,
  path: string,
  keys: readonly string[],
  visit: (record: JsonRecord) => void,
): void {
  const finder = new KeyFinder(keys);
  scanFileLines(view, path, ({ bytes, start, end, offset, length }) => {
    let first = start;
    while (first < end && bytes[first] <= 0x20) first++;
    if (first === end) return;
    endOfValue(bytes, first, end, finder);
    visit({ bytes, start, end: start + length, offset, values: finder.values });
  });
}
