import type { LabelContext } from "./format.ts";
import type { DecodedText } from "./text.ts";

/**
 * Tells about an encoding that other tools may stumble over.
 *
 * @param expected Encoding the file should have been in.
 */
export function tellEncoding(
  { encoding, mark, fallback }: DecodedText,
  expected: string,
  issue: LabelContext["issue"],
): void {
  if (fallback) {
    issue({
      code: "label-encoding",
      severity: "warning",
      message: `The file is not in ${expected.toUpperCase()}; it was read as Windows-1252.`,
      suggestion: "Save the file as UTF-8, or declare its encoding in the first line.",
    });
  } else if (mark && encoding === "utf-8") {
    issue({
      code: "label-encoding",
      severity: "note",
      message: "The file begins with a byte order mark, which was passed over.",
      suggestion: "Save the file as UTF-8 without byte order mark.",
    });
  } else if (mark) {
    issue({
      code: "label-encoding",
      severity: "warning",
      message: `The file is in ${encoding.toUpperCase()}; it was read, but other tools will not.`,
      suggestion: "Save the file as UTF-8.",
    });
  }
}
