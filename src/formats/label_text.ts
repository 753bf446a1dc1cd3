import type { LabelContext } from "./format.ts";

/**
 * The bytes of a label file as UTF-8 without byte order mark, whatever they came as; tells about those that came
 * otherwise.
 */
export function utf8Text(bytes: Uint8Array, issue: LabelContext["issue"]): Uint8Array {
  const utf8 = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe
    ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff
    ? "utf-16be"
    : undefined;
  if (!utf8 && !encoding) return bytes;
  issue({
    code: "label-encoding",
    severity: "warning",
    message: encoding
      ? `The file is in ${encoding.toUpperCase()}; it was read, but other tools will not.`
      : "The file begins with a byte order mark; it was read, but other tools will not.",
    suggestion: "Save the file as UTF-8 without byte order mark.",
  });
  return encoding ? new TextEncoder().encode(new TextDecoder(encoding).decode(bytes)) : bytes.subarray(3);
}
