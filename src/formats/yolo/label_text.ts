import type { LabelContext } from "../format.ts";
import { decodeText } from "../text.ts";
import { tellEncoding } from "../txt/rows.ts";

/**
 * The bytes of a label file as UTF-8 without byte order mark, whatever they came as; tells about those that came
 * otherwise.
 */
export function utf8Text(bytes: Uint8Array, issue: LabelContext["issue"]): Uint8Array {
  // Every byte order mark begins with one of the last bytes; labels begin with a digit.
  if (bytes.length === 0 || bytes[0] < 0xef) return bytes;
  const { text, encoding, mark } = decodeText(bytes);
  if (!mark) return bytes;
  tellEncoding(encoding, issue);
  return new TextEncoder().encode(text);
}
