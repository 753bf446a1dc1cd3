import type { Crc32 } from "../media/crc32_table.ts";
import { LineCursor } from "./line_cursor.ts";
import { lineBlocks } from "./lines.ts";
import type { Manifest } from "./parse.ts";
import { HEADER_SIZE } from "./record.ts";

/**
 * Goes through the names of all images in order, without parsing their lines.
 *
 * @param crc32 Sums up a name, as the JSON text it has in its line.
 * @param seen Told the sum of each, and its position.
 */
export function eachNameSum(
  manifest: Manifest,
  crc32: Crc32,
  seen: (sum: number, position: number) => void,
): void {
  const { lines, names } = manifest.index();
  const cursor = new LineCursor();
  let position = 0;
  for (const { offset, bytes } of lineBlocks(manifest.file, HEADER_SIZE, manifest.framesEnd)) {
    for (; position < manifest.length && lines[position] < offset + bytes.length; position++) {
      const start = lines[position] - offset + names[position];
      cursor.reset(bytes, start);
      cursor.skipString();
      seen(crc32(bytes.subarray(start, cursor.at)), position);
    }
  }
}
