import type { Issue } from "../model/issue.ts";
import { type ImageHeader, uprightSize } from "../model/frame.ts";
import type { ParsedLabels } from "../model/annotation.ts";
import { type Turn, turn } from "./exif.ts";

/**
 * Decides in which frame labels were drawn, by the image size they declare: tools that ignore EXIF draw on the stored
 * pixel matrix, the others on the upright image.
 *
 * @returns The turn that brings the labels upright; undefined if they are upright.
 */
export function labelTurn(
  parsed: ParsedLabels,
  header: ImageHeader,
  issue: (issue: Omit<Issue, "path">) => void,
): Turn | undefined {
  const { declaredWidth: width, declaredHeight: height } = parsed;
  const { width: uprightWidth, height: uprightHeight } = uprightSize(header);
  const declared = width !== undefined && height !== undefined && width > 0 && height > 0;
  const square = header.width === header.height;
  if (declared && !(width === uprightWidth && height === uprightHeight)) {
    if (width === header.width && height === header.height) return turn(header.orientation, width, height);
    issue({
      code: "size-mismatch",
      severity: "warning",
      message: `The labels were drawn on an image of ${width}×${height} px, but the image has ` +
        `${uprightWidth}×${uprightHeight} px. They are kept as they are.`,
    });
  } else if (header.orientation !== 1 && (!declared || header.orientation < 5 || square)) {
    issue({
      code: "exif-assumed-upright",
      severity: "warning",
      message:
        `The image has EXIF orientation ${header.orientation}, and the labels do not tell whether they were drawn ` +
        "before or after it was applied. After is assumed.",
    });
  }
  return undefined;
}
