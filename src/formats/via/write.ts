import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { rounded } from "../writing/decimals.ts";
import { classIds, imageAttributes, wordsOf } from "../writing/image_level.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { SplitFiles, splitFolder } from "../writing/split_files.ts";

/** Attribute of regions and images that is their class. */
const CLASS = "class";
/** Attribute of images with words about them. */
const TAGS = "tags";

/**
 * VGG Image Annotator 2: `<split>/via_region_data.json` beside the images (FORMATS §10). The class is the attribute `class`;
 * lists of words are checkboxes.
 */
export const via2Writer: LabelWriter = { name: "via2", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  const told = imageAttributes(image);
  for (const { attributes } of annotations) {
    if (attributes?.[CLASS] != null) lose("attributes", `called "${CLASS}" are left out`);
    told.push(...Object.entries(attributes ?? {}).filter(([name]) => name !== CLASS));
  }
  for (const [name, value] of told) {
    if (attributeNeeds(name, value) === "attributes" && valueOf(value) === undefined) {
      lose("attributes", "that are no words, numbers or lists of words are left out");
    }
  }
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  const files = new SplitFiles(out, (split) => `${splitFolder(split)}via_region_data.json`, {
    head: "{\n",
    between: ",\n",
    foot: "\n}\n",
  });
  return {
    place: ({ split }, name) => splitFolder(split) + name,
    write(image, annotations) {
      const filename = image.path.slice(splitFolder(image.split).length);
      const record = {
        filename,
        // Bytes of the file; VIA takes -1 for unknown.
        size: -1,
        regions: annotations.map((annotation) => ({
          shape_attributes: shapeOf(annotation),
          region_attributes: values([
            [CLASS, names[annotation.category_id - 1]],
            ...Object.entries(annotation.attributes ?? {}).filter(([name]) => name !== CLASS),
          ]),
        })),
        file_attributes: values([
          ...imageAttributes(image),
          [TAGS, wordsOf(image)],
          [CLASS, classIds(image).map((id) => names[id - 1])],
        ]),
      };
      files.write(image.split, `${JSON.stringify(`${filename}-1`)}:${JSON.stringify(record)}`);
    },
    end: () => files.end(),
  };
}

function shapeOf({ segmentation, bbox: [x, y, width, height] }: CocoAnnotation): object {
  const outline = Array.isArray(segmentation) ? segmentation[0] : undefined;
  if (!outline) {
    return { name: "rect", x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
  }
  const axis = (which: 0 | 1) => outline.filter((_, i) => i % 2 === which).map((value) => rounded(value));
  return { name: "polygon", all_points_x: axis(0), all_points_y: axis(1) };
}

function values(attributes: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(
    attributes.map(([name, value]) => [name, valueOf(value)]).filter(([, value]) => value !== undefined),
  );
}

/** A value as VIA has it: a list of words are the options of a checkbox that are ticked. */
function valueOf(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (!Array.isArray(value) || value.length === 0 || !value.every((each) => typeof each === "string")) {
    return undefined;
  }
  return Object.fromEntries(value.map((option) => [option, true]));
}
