import { boundsOf } from "../../geometry/shapes.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import type { LabelContext, LabelFormat } from "../format.ts";
import { decimal } from "../number.ts";
import { type Fault, notNumber, rejectRow, textRows, tooFew } from "../txt/rows.ts";
import { detectTexts, planTexts } from "../txt/text_labels.ts";

/** DOTA: four corners in px, class and difficulty; also Roboflow's "YOLOv5 OBB" (FORMATS §11, 7.). */
export const dota: LabelFormat = {
  name: "dota",
  detect: (view) =>
    detectTexts(view, { name: "dota", rows: "DOTA rows", marker: /(?:^|\/)labelTxt[^/]*(?:\/|$)/ }),
  plan: (view, candidate) => planTexts(view, candidate, "dota", {}),
  parse,
};

/** `imagesource:GoogleEarth` and `gsd:0.146`, in front of the rows. */
const HEADER = /^(imagesource|gsd)\s*:\s*(.*)$/i;
const CORNERS = 8;

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const annotations: Annotation[] = [];
  const attributes: Record<string, unknown> = {};
  for (const row of textRows(bytes, context)) {
    const [, key, value] = HEADER.exec(row.text) ?? [];
    if (key !== undefined) {
      if (value !== "" && value !== "null") {
        attributes[key.toLowerCase()] = key.toLowerCase() === "gsd" && decimal(value) > 0
          ? decimal(value)
          : value;
      }
      continue;
    }
    const read = readRow(row.text, context);
    if ("cause" in read) rejectRow(context, row, read);
    else annotations.push({ ...read, line: row.line });
  }
  return Object.keys(attributes).length > 0 ? { annotations, image: { attributes } } : { annotations };
}

function readRow(text: string, context: LabelContext): Annotation | Fault {
  const tokens = text.split(/\s+/);
  if (tokens.length <= CORNERS) return tooFew(tokens.length, "8 coordinates, a class and a difficulty");
  const polygon = tokens.slice(0, CORNERS).map(decimal);
  const bad = polygon.findIndex(Number.isNaN);
  if (bad >= 0) return notNumber(tokens[bad]);
  // A difficulty may be missing; class names may hold blanks.
  const rated = tokens.length > CORNERS + 1 && /^[0-9]$/.test(tokens.at(-1)!);
  const name = tokens.slice(CORNERS, rated ? -1 : undefined).join(" ");
  return {
    category: context.category(name),
    ...boundsOf(polygon),
    segmentation: [polygon],
    attributes: { difficult: rated ? Number(tokens.at(-1)) : 0 },
  };
}
