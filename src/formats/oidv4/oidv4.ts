import type { Annotation } from "../../model/annotation.ts";
import type { LabelContext, LabelFormat } from "../format.ts";
import { decimal } from "../number.ts";
import { type Fault, NO_EXTENT, notNumber, readRows, tooFew } from "../txt/rows.ts";
import { detectTexts, planTexts } from "../txt/text_labels.ts";

/** What OIDv4 ToolKit downloads: class name and corners in px, in a folder `Label` beside the images (FORMATS §4.3). */
export const oidv4: LabelFormat = {
  name: "oidv4",
  detect: (view) => detectTexts(view, { name: "oidv4", rows: "names and corners", marker: /(?:^|\/)Label$/ }),
  plan: (view, candidate) => planTexts(view, candidate, "oidv4", {}, { inner: "Label" }),
  parse: (bytes, context) => ({ annotations: readRows(bytes, context, readRow) }),
};

const CORNERS = 4;

function readRow(text: string, context: LabelContext): Annotation | Fault {
  const tokens = text.split(/\s+/);
  if (tokens.length <= CORNERS) return tooFew(tokens.length, "a class name and 4 coordinates");
  const corners = tokens.slice(-CORNERS);
  const [left, top, right, bottom] = corners.map(decimal);
  const bad = corners.find((corner) => Number.isNaN(decimal(corner)));
  if (bad !== undefined) return notNumber(bad);
  if (!(right > left && bottom > top)) return NO_EXTENT;
  // Names may hold blanks.
  const name = tokens.slice(0, -CORNERS).join(" ");
  return { category: context.category(name), x: left, y: top, width: right - left, height: bottom - top };
}
