import type { ParsedLabels } from "../model/annotation.ts";
import type { Issue } from "../model/issue.ts";
import { isPossible } from "./placeholder.ts";

/** Size of a placeholder frame whose labels declare none, px. */
export const DEFAULT_SIZE = { width: 640, height: 480 };

/** Size of the placeholder frame for these labels, px: what they declare, if such an image is possible. */
export function placeholderSize(
  parsed: ParsedLabels | undefined,
  issue: (issue: Omit<Issue, "path">) => void,
): { width: number; height: number } {
  const { declaredWidth: width, declaredHeight: height } = parsed ?? {};
  if (width === undefined || height === undefined) return DEFAULT_SIZE;
  if (isPossible(width, height)) return { width, height };
  issue({
    code: "placeholder-size",
    severity: "warning",
    message: `The labels declare an image of ${width}×${height} px, which cannot be made; ` +
      `the grey frame has ${DEFAULT_SIZE.width}×${DEFAULT_SIZE.height} px.`,
  });
  return DEFAULT_SIZE;
}
