import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { decimals } from "../writing/decimals.ts";
import { loseImageAttributes } from "../writing/image_level.ts";
import { NOT_IN_TOKENS, safeClassNames, safeSplit } from "../writing/safe_names.ts";

/** Names KITTI has for splits. */
const FOLDERS: ReadonlyMap<string, string> = new Map([["train", "training"], ["test", "testing"]]);
/** A class must not be called like the regions that are not to be judged. */
const FORBIDDEN = new RegExp(`${NOT_IN_TOKENS.source}|^dontcare$`, "gi");

/** Columns between the type and the box, and behind it, with what KITTI writes for unknown. */
const BEFORE = { truncated: [0], occluded: [0], alpha: [-10] };
const BEHIND = { dimensions: [-1, -1, -1], location: [-1000, -1000, -1000], rotation_y: [-10] };
const COLUMNS: ReadonlyMap<string, readonly number[]> = new Map(Object.entries({ ...BEFORE, ...BEHIND }));

/**
 * KITTI: `<split>/image_2/` and `<split>/label_2/*.txt`, where the split `train` is `training` (FORMATS §11.5). A detection has
 * its score as 16th column.
 */
export const kittiWriter: LabelWriter = { name: "kitti", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  loseImageAttributes(image, lose);
  for (const { attributes } of annotations) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (attributeNeeds(name, value) === "attributes" && !numbersOf(name, value)) {
        lose("attributes", "without a column are left out");
      }
    }
  }
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, FORBIDDEN, out.issue);
  return {
    // The lists of KITTI hold names without folders.
    place: (image, name) => `${rootOf(image)}image_2/${name.replaceAll("/", "_")}`,
    write(image, annotations) {
      const root = rootOf(image);
      const stem = withoutExtension(image.path.slice(`${root}image_2/`.length));
      const rows = annotations.map((each) => row(each, names[each.category_id - 1]));
      out.file(`${root}label_2/${stem}.txt`, rows.join(""));
    },
    end() {},
  };
}

function rootOf({ split }: CocoImage): string {
  return split === undefined ? "" : `${FOLDERS.get(split) ?? safeSplit(split)}/`;
}

function row({ bbox: [x, y, width, height], attributes = {} }: CocoAnnotation, name: string): string {
  const columns = (group: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(group).flatMap(([key, unknown]) => numbersOf(key, attributes[key]) ?? unknown);
  const numbers = [
    ...columns(BEFORE),
    ...[x, y, x + width, y + height],
    ...columns(BEHIND),
    ...typeof attributes.score === "number" ? [attributes.score] : [],
  ];
  return `${name} ${numbers.map((value) => decimals(value)).join(" ")}\n`;
}

/** Numbers for the columns of an attribute; undefined if there are none, or the value does not fit. */
function numbersOf(name: string, value: unknown): readonly number[] | undefined {
  const columns = COLUMNS.get(name);
  const numbers = [value].flat().map((each) => typeof each === "boolean" ? Number(each) : each);
  const fits = numbers.length === columns?.length && numbers.every((each) => Number.isFinite(each));
  return fits ? numbers as number[] : undefined;
}
