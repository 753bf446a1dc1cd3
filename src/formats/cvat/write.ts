import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { rleToCrop } from "../../geometry/mask.ts";
import { boundsOf } from "../../geometry/shapes.ts";
import type { Rle } from "../../model/annotation.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead, WriterImage } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { decimals } from "../writing/decimals.ts";
import { classIds, loseImageAttributes, loseWords } from "../writing/image_level.ts";
import { labelledPoints } from "../writing/keypoint_names.ts";
import { NOT_IN_LINES, safeClassNames, safeSplit } from "../writing/safe_names.ts";
import { splitFolder } from "../writing/split_files.ts";
import { turnedBoxOf } from "../writing/turned_box.ts";
import { xmlText } from "../xml/xml_text.ts";
import { WrittenLabels } from "./write_meta.ts";

/** CVAT's name for having no subset. */
const NO_SUBSET = "default";
/** Boxes around keypoints may differ by this much from those of their objects (px). */
const TOLERATED = 0.01;

/**
 * CVAT XML 1.1 for images: `annotations.xml`, images in `images/<split>/` (FORMATS §8). A split is a subset, classes of whole
 * images are tags, objects with keypoints are skeletons.
 */
export const cvatWriter: LabelWriter = { name: "cvat", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  loseWords(image, lose);
  loseImageAttributes(image, lose);
  for (const annotation of annotations) {
    const { bbox: [x, y, width, height], segmentation } = annotation;
    if (annotation.keypoints) {
      const bounds = skeletonBounds(annotation);
      if (!bounds) {
        if (labelledPoints(annotation.keypoints).length > 0) lose("keypoints", "without extent are left out");
      } else {
        const away = [bounds.x - x, bounds.y - y, bounds.width - width, bounds.height - height];
        if (away.some((value) => Math.abs(value) > TOLERATED)) {
          lose("boxes", "become those around their keypoints");
        }
        if (!Array.isArray(segmentation)) lose("masks", "of objects with keypoints are left out");
        else if (segmentation.length > 0) lose("polygons", "of objects with keypoints are left out");
      }
    }
    for (const [name, value] of Object.entries(annotation.attributes ?? {})) {
      if (typeof value === "object" && attributeNeeds(name, value) === "attributes") {
        lose("attributes", "that are lists or objects become text");
      }
    }
  }
}

function begin(head: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(head.categories, NOT_IN_LINES, out.issue);
  const labels = new WrittenLabels(head.categories, names);
  // The list of labels stands in front of the images, but only they tell its attributes.
  const images = out.passage();
  let id = 0;
  const subsetOf = ({ split }: CocoImage) =>
    split !== undefined ? safeSplit(split) : head.splits.length > 0 ? NO_SUBSET : undefined;
  return {
    place: (image, name) => `images/${splitFolder(subsetOf(image))}${name}`,
    write(image, annotations) {
      images.write(imageXml(id++, image, subsetOf(image), annotations, labels));
    },
    end() {
      const file = out.open("annotations.xml");
      const meta = metaXml(head, labels);
      file.write(
        `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n${meta}`,
      );
      file.append(images);
      file.write("</annotations>\n");
      file.close();
    },
  };
}

/** A task, or a project with a task for each subset, for only projects have those. */
function metaXml({ images, splits, unsplit }: WriterHead, labels: WrittenLabels): string {
  const list = `      <labels>\n${labels.xml()}      </labels>\n`;
  if (splits.length === 0) {
    const task = `      <size>${images}</size>\n      <mode>annotation</mode>\n${list}`;
    return `  <meta>\n    <task>\n${task}    </task>\n  </meta>\n`;
  }
  const subsets = [...splits.map(safeSplit), ...unsplit > 0 ? [NO_SUBSET] : []];
  const tasks = subsets.map((subset, i) =>
    `        <task><id>${i + 1}</id><mode>annotation</mode><subset>${xmlText(subset)}</subset></task>\n`
  );
  return `  <meta>\n    <project>\n      <tasks>\n${tasks.join("")}      </tasks>\n${list}` +
    "    </project>\n  </meta>\n";
}

function imageXml(
  id: number,
  image: WriterImage,
  subset: string | undefined,
  annotations: readonly CocoAnnotation[],
  labels: WrittenLabels,
): string {
  const folder = `images/${splitFolder(subset)}`;
  const attributes = [
    ["id", id],
    ["name", image.path.slice(folder.length)],
    ...subset === undefined ? [] : [["subset", subset]],
    ["width", image.width],
    ["height", image.height],
  ];
  return [
    `  <image ${attributesXml(attributes)}>\n`,
    ...classIds(image).map((category) => {
      const tag = attributesXml([["label", labels.names[category - 1]], ["source", "manual"]]);
      return `    <tag ${tag}></tag>\n`;
    }),
    ...annotations.map((annotation) => shapeXml(annotation, labels)),
    "  </image>\n",
  ].join("");
}

function shapeXml(annotation: CocoAnnotation, labels: WrittenLabels): string {
  const { category_id: category } = annotation;
  const { kind, place, inner } = placeOf(annotation, labels);
  const { common, others } = attributesOf(annotation, place);
  const children = others.map(([name, value]) => {
    labels.addAttribute(category, name, value);
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return `      <attribute name="${xmlText(name)}">${xmlText(text)}</attribute>\n`;
  });
  const head = attributesXml([["label", labels.names[category - 1]], ...common, ...place]);
  return `    <${kind} ${head}>\n${inner}${children.join("")}    </${kind}>\n`;
}

type Pairs = (readonly (string | number)[])[];

/** Attributes of the element itself, and those that become elements in it. */
function attributesOf(
  { attributes = {} }: CocoAnnotation,
  place: Pairs,
): { common: Pairs; others: [string, unknown][] } {
  const { occluded, source, group_id: group, z_order: order } = attributes;
  const isFlag = occluded === undefined || typeof occluded === "boolean" || occluded === 0 || occluded === 1;
  const own = new Set<string>();
  const common: Pairs = [];
  const add = (name: string, value: string | number) => {
    own.add(name);
    common.push([name, value]);
  };
  add("source", typeof source === "string" && source !== "" ? source : "manual");
  add("occluded", occluded ? 1 : 0);
  // How far something is hidden has more steps in other formats.
  if (!isFlag) own.delete("occluded");
  if (Number.isInteger(group)) add("group_id", group as number);
  add("z_order", Number.isInteger(order) ? order as number : 0);
  if (place.some(([name]) => name === "rotation")) own.add("rotation");
  const others = Object.entries(attributes)
    .filter(([name, value]) => value != null && !own.has(name) && name !== "");
  return { common, others };
}

/** Element and attributes that tell where an object is; the points of a skeleton stand in it. */
function placeOf(
  annotation: CocoAnnotation,
  labels: WrittenLabels,
): { kind: string; place: Pairs; inner: string } {
  const { bbox: [x, y, width, height], segmentation } = annotation;
  if (skeletonBounds(annotation)) {
    return { kind: "skeleton", place: [], inner: skeletonXml(annotation, labels) };
  }
  if (!Array.isArray(segmentation)) return { kind: "mask", place: maskPlace(segmentation), inner: "" };
  const turned = turnedBoxOf(annotation);
  if (turned) {
    const { cx, cy, width, height, degrees } = turned;
    const place: Pairs = [
      ...boxPlace(cx - width / 2, cy - height / 2, width, height),
      ["rotation", decimals(degrees)],
    ];
    return { kind: "box", place, inner: "" };
  }
  if (segmentation.length === 0) return { kind: "box", place: boxPlace(x, y, width, height), inner: "" };
  return { kind: "polygon", place: [["points", pointsText(segmentation[0])]], inner: "" };
}

function boxPlace(x: number, y: number, width: number, height: number): Pairs {
  return [["xtl", x], ["ytl", y], ["xbr", x + width], ["ybr", y + height]]
    .map(([name, value]) => [name, decimals(value as number)]);
}

/** Runs of the part of a mask in its box, row by row, background first (FORMATS §1). */
function maskPlace(rle: Rle): Pairs {
  const { x, y, width, height, mask } = rleToCrop(rle);
  const runs: number[] = [];
  let value = 0;
  let start = 0;
  for (let at = 0; at <= mask.length; at++) {
    if (at < mask.length && mask[at] === value) continue;
    runs.push(at - start);
    start = at;
    value = 1 - value;
  }
  return [["rle", runs.join(", ")], ["left", x], ["top", y], ["width", width], ["height", height]];
}

/** The box around the points that are there; undefined if it has no area, and so cannot be an object. */
function skeletonBounds({ keypoints }: CocoAnnotation): ReturnType<typeof boundsOf> | undefined {
  const points = labelledPoints(keypoints).flatMap(({ x, y }) => [x, y]);
  const bounds = boundsOf(points);
  return bounds.width > 0 && bounds.height > 0 ? bounds : undefined;
}

function skeletonXml({ category_id, keypoints = [] }: CocoAnnotation, labels: WrittenLabels): string {
  let xml = "";
  for (let i = 0; i + 2 < keypoints.length; i += 3) {
    const [x, y, visibility] = keypoints.slice(i, i + 3);
    const attributes = attributesXml([
      ["label", labels.points.name(category_id, i / 3)],
      ["source", "manual"],
      ["outside", visibility === 0 ? 1 : 0],
      ["occluded", visibility === 1 ? 1 : 0],
      ["points", pointsText([x, y])],
    ]);
    xml += `      <points ${attributes}></points>\n`;
  }
  return xml;
}

function pointsText(points: readonly number[]): string {
  let text = "";
  for (let i = 0; i < points.length; i += 2) {
    text += `${i > 0 ? ";" : ""}${decimals(points[i])},${decimals(points[i + 1])}`;
  }
  return text;
}

function attributesXml(pairs: Pairs): string {
  return pairs.map(([name, value]) => `${name}="${xmlText(String(value))}"`).join(" ");
}
