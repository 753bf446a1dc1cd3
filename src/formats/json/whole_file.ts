import { Buffer, isUtf8 } from "node:buffer";
import type { LabelContext } from "../format.ts";
import { tellEncoding } from "../encoding.ts";
import { decodeText } from "../text.ts";
import type { Json } from "./label_reader.ts";
import { asObject, parseLoose } from "./loose.ts";
import { endOfValue, KeyFinder } from "./value.ts";

/** A value below this is parsed sooner than cut out (bytes). */
const LARGE = 16_384;

/**
 * Parses a JSON label file that holds the labels of one image.
 *
 * @param heavy Keys of the root object whose values are of no use and may be large (an embedded image): they are cut out.
 * @returns Undefined if it is no JSON object; that is told.
 */
export function parseJsonFile(
  bytes: Uint8Array,
  context: LabelContext,
  heavy: readonly string[] = [],
): Json | undefined {
  const text = decode(bytes, context, heavy);
  const json = parseLoose(text);
  const value = asObject(json?.value);
  if (value) return value;
  const isTruncated = !json && endOfValue(bytes, firstOf(bytes), bytes.length) === -1;
  context.issue({
    code: isTruncated ? "json-truncated" : "json-malformed",
    severity: "reject",
    record: "label",
    message: `Cannot read labels from "${context.path}": ${
      isTruncated ? "the file ends in the middle" : json ? "it is not a JSON object" : "it is not JSON"
    }.`,
    suggestion: "Copy or export the file again; nothing of it was used.",
  });
  return undefined;
}

function decode(bytes: Uint8Array, context: LabelContext, heavy: readonly string[]): string {
  const parts = heavy.length > 0 && bytes.length > LARGE ? withoutValues(bytes, heavy) : [bytes];
  const light = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  if (light[0] !== 0xef && isUtf8(light)) {
    return Buffer.from(light.buffer, light.byteOffset, light.length).toString("utf8");
  }
  const decoded = decodeText(light);
  tellEncoding(decoded, "utf-8", context.issue);
  return decoded.text;
}

/** The bytes around the large values of some keys of the root object, with `null` in their place. */
function withoutValues(bytes: Uint8Array, keys: readonly string[]): Uint8Array[] {
  const finder = new KeyFinder(keys);
  endOfValue(bytes, firstOf(bytes), bytes.length, finder);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const start of [...finder.values].filter((value) => value >= 0).sort((a, b) => a - b)) {
    const end = endOfValue(bytes, start, bytes.length);
    if (end - start < LARGE) continue;
    parts.push(bytes.subarray(at, start), NULL);
    at = end;
  }
  return [...parts, bytes.subarray(at)];
}

const NULL = new TextEncoder().encode("null");

/** Place of the first byte that is neither blank nor of a byte order mark. */
function firstOf(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef ? 3 : 0;
  while (at < bytes.length && bytes[at] <= 0x20) at++;
  return at;
}
