import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead, WriterImage } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { decimals } from "../writing/decimals.ts";
import { imageAttributes } from "../writing/image_level.ts";
import { NOT_IN_TOKENS, safeClassNames } from "../writing/safe_names.ts";
import { splitFolder } from "../writing/split_files.ts";
import { cornersOf } from "../yolo/write.ts";

/** Attributes of an image that stand in front of the rows. */
const HEADER = ["imagesource", "gsd"];

/** DOTA: `<split>/images/` and `<split>/labelTxt/*.txt`; an upright box is told by its corners, too (FORMATS §11.7). */
export const dotaWriter: LabelWriter = { name: "dota", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  const unheard = imageAttributes(image).filter(([name, value]) => !headerLine(name, value)).length;
  if (unheard > 0) lose("attributes", "of whole images are left out", unheard);
  for (const { attributes } of annotations) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (attributeNeeds(name, value) !== "attributes") continue;
      if (name !== "difficult" || difficulty(value) === undefined) lose("attributes", "are left out");
    }
  }
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_TOKENS, out.issue);
  return {
    place: ({ split }, name) => `${splitFolder(split)}images/${name.replaceAll("/", "_")}`,
    write(image, annotations) {
      const folder = splitFolder(image.split);
      const stem = withoutExtension(image.path.slice(`${folder}images/`.length));
      const rows = annotations.map((each) => row(each, names[each.category_id - 1]));
      out.file(`${folder}labelTxt/${stem}.txt`, headerOf(image) + rows.join(""));
    },
    end() {},
  };
}

function headerOf({ attributes = {} }: WriterImage): string {
  return HEADER.map((name) => headerLine(name, attributes[name]) ?? "").join("");
}

function headerLine(name: string, value: unknown): string | undefined {
  const isPlain = typeof value === "number" || typeof value === "string" && !/[\r\n]/.test(value);
  return HEADER.includes(name) && isPlain && value !== "" ? `${name}:${value}\n` : undefined;
}

function row(annotation: CocoAnnotation, name: string): string {
  const { segmentation, attributes } = annotation;
  const corners = Array.isArray(segmentation) ? segmentation[0] : undefined;
  const numbers = (corners ?? cornersOf(annotation)).map((value) => decimals(value));
  return `${numbers.join(" ")} ${name} ${difficulty(attributes?.difficult) ?? 0}\n`;
}

/** One digit; undefined for what is none. */
function difficulty(value: unknown): number | undefined {
  const number = typeof value === "boolean" ? Number(value) : value;
  return Number.isInteger(number) && number as number >= 0 && number as number <= 9
    ? number as number
    : undefined;
}
