import type { CocoAnnotation } from "../../model/dataset.ts";
import { folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelStream, LabelWriter, WriterHead, WriterImage } from "../writer.ts";
import { decimals } from "../writing/decimals.ts";
import { loseImageAttributes } from "../writing/image_level.ts";
import { NOT_IN_LINES, safeClassNames, safeSplit } from "../writing/safe_names.ts";
import { xmlText } from "../xml/xml_text.ts";

/** Attributes that have an element of their own, with what stands there if nothing is known; readers want them. */
const ELEMENTS = [["pose", "Unspecified"], ["truncated", "0"], ["occluded", ""], ["difficult", "0"]] as const;
const ELEMENT_NAMES: ReadonlySet<string> = new Set(ELEMENTS.map(([name]) => name));

/**
 * Pascal VOC: `Annotations/*.xml`, `JPEGImages/`, lists of splits in `ImageSets/Main` (FORMATS §5). Pixels count from 0, the
 * right and bottom edge is exclusive, as most tools have it; an outline stands in `polygon`, as Roboflow writes it.
 */
export const vocWriter: LabelWriter = {
  name: "voc",
  losses: (image, _annotations, lose) => loseImageAttributes(image, lose),
  begin,
};

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  const lists = new Map<string, LabelStream>();
  return {
    // The lists hold names without folders.
    place: (_image, name) => `JPEGImages/${name.replaceAll("/", "_")}`,
    write(image, annotations) {
      const stem = withoutExtension(nameOf(image.path));
      out.file(`Annotations/${stem}.xml`, annotationXml(image, annotations, names));
      if (image.split === undefined) return;
      let list = lists.get(image.split);
      if (!list) lists.set(image.split, list = out.open(`ImageSets/Main/${safeSplit(image.split)}.txt`));
      list.write(`${stem}\n`);
    },
    end() {
      for (const list of lists.values()) list.close();
    },
  };
}

function annotationXml(
  image: WriterImage,
  annotations: readonly CocoAnnotation[],
  names: readonly string[],
): string {
  const { path, width, height } = image;
  return [
    "<annotation>",
    `  <folder>${folderOf(path)}</folder>`,
    `  <filename>${xmlText(nameOf(path))}</filename>`,
    "  <source><database>Unknown</database></source>",
    `  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>`,
    "  <segmented>0</segmented>",
    ...annotations.flatMap((each) => objectXml(each, names[each.category_id - 1])),
    "</annotation>\n",
  ].join("\n");
}

function objectXml(annotation: CocoAnnotation, name: string): string[] {
  const { bbox: [x, y, width, height], segmentation } = annotation;
  const attributes = annotation.attributes ?? {};
  const corners = { xmin: x, ymin: y, xmax: x + width, ymax: y + height };
  const bndbox = Object.entries(corners).map(([key, value]) => `<${key}>${decimals(value)}</${key}>`);
  const outline = Array.isArray(segmentation) ? segmentation[0] : undefined;
  const others = Object.entries(attributes).filter(([key]) => !ELEMENT_NAMES.has(key));
  return [
    "  <object>",
    `    <name>${xmlText(name)}</name>`,
    ...ELEMENTS.map(([key, unknown]) => [key, attributes[key] == null ? unknown : textOf(attributes[key])])
      .filter(([, value]) => value !== "").map(([key, value]) => `    <${key}>${xmlText(value)}</${key}>`),
    `    <bndbox>${bndbox.join("")}</bndbox>`,
    ...(outline ? [`    <polygon>${outline.map(pointXml).join("")}</polygon>`] : []),
    ...(others.length > 0 ? ["    <attributes>", ...others.map(attributeXml), "    </attributes>"] : []),
    "  </object>",
  ];
}

/** `<x1>10</x1>`, `<y1>20</y1>`, `<x2>…`. */
function pointXml(value: number, i: number): string {
  const key = `${i % 2 === 0 ? "x" : "y"}${(i >> 1) + 1}`;
  return `<${key}>${decimals(value)}</${key}>`;
}

function attributeXml([name, value]: [string, unknown]): string {
  return `      <attribute><name>${xmlText(name)}</name><value>${xmlText(textOf(value))}</value></attribute>`;
}

/** Flags are 0 and 1 in VOC. */
function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}
