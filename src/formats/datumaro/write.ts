import type { CocoAnnotation, CocoCategory } from "../../model/dataset.ts";
import { encodeCounts } from "../../geometry/rle.ts";
import { boundsOf } from "../../geometry/shapes.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, WriterHead, WriterImage } from "../writer.ts";
import { rounded } from "../writing/decimals.ts";
import { classIds, imageAttributes, wordsOf } from "../writing/image_level.ts";
import { labelledPoints } from "../writing/keypoint_names.ts";
import { NOT_IN_LINES, safeClassNames, safeSplit } from "../writing/safe_names.ts";
import { SplitFiles } from "../writing/split_files.ts";

/** Datumaro's name for having no subset. */
const NO_SUBSET = "default";
/** What {@link CocoCategory} says where the source tells nothing. */
const NO_PARENT = "object";
/** Boxes may differ by this much from those of their outlines (px). */
const TOLERATED = 0.01;

/**
 * Datumaro's own JSON: `annotations/<subset>.json`, images in `images/<subset>/` (FORMATS §11.18). What is told of an object in
 * several ways (box, outlines, points) has the same `group`; words about an image and its attributes are `attr` of the item.
 */
export const datumaroWriter: LabelWriter = { name: "datumaro", begin };

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  const files = new SplitFiles(out, (split) => `annotations/${subset(split)}.json`, {
    head: `{"info":{},\n"categories":${JSON.stringify(categoriesOf(categories, names))},\n"items":[\n`,
    between: ",\n",
    foot: "\n]}\n",
  });
  return {
    place: ({ split }, name) => `images/${subset(split)}/${name}`,
    write(image, annotations) {
      files.write(image.split, JSON.stringify(itemOf(image, annotations)));
    },
    end: () => files.end(),
  };
}

function subset(split: string | undefined): string {
  return split === undefined ? NO_SUBSET : safeSplit(split);
}

function categoriesOf(categories: readonly CocoCategory[], names: readonly string[]): object {
  const labels = categories.map(({ supercategory }, i) => ({
    name: names[i],
    parent: supercategory === NO_PARENT ? "" : supercategory,
    attributes: [],
  }));
  const points = categories.flatMap(({ keypoints, skeleton }, i) =>
    Array.isArray(keypoints)
      ? [{ label_id: i, labels: keypoints, joints: Array.isArray(skeleton) ? skeleton : [] }]
      : []
  );
  return {
    label: { labels, attributes: [] },
    ...(points.length > 0 && { points: { attributes: [], items: points } }),
  };
}

function itemOf(image: WriterImage, annotations: readonly CocoAnnotation[]): object {
  const path = image.path.slice(`images/${subset(image.split)}/`.length);
  const words = wordsOf(image);
  const { captions, ...attr } = Object.fromEntries(imageAttributes(image));
  const sentences = Array.isArray(captions) && captions.every((each) => typeof each === "string")
    ? captions
    : undefined;
  const told = [
    ...classIds(image).map((id) => ({ type: "label", attributes: {}, group: 0, label_id: id - 1 })),
    ...(sentences ?? []).map((caption) => ({ type: "caption", attributes: {}, group: 0, caption })),
    ...annotations.flatMap((annotation, i) => partsOf(annotation, i + 1)),
  ];
  return {
    id: withoutExtension(path),
    annotations: told.map((each, id) => ({ id, ...each })),
    attr: {
      ...attr,
      ...(captions !== undefined && !sentences && { captions }),
      ...(words.length > 0 && { tags: words }),
    },
    image: { path, size: [image.height, image.width] },
  };
}

/** @param group Number of the object, for the case that it has several parts. */
function partsOf(annotation: CocoAnnotation, group: number): object[] {
  const { segmentation, keypoints, category_id, iscrowd } = annotation;
  const { z_order: order, ...others } = annotation.attributes ?? {};
  const hasOrder = Number.isInteger(order);
  const common = {
    attributes: {
      ...others,
      ...(order !== undefined && !hasOrder && { z_order: order }),
      ...(iscrowd === 1 && { is_crowd: true }),
    },
    label_id: category_id - 1,
    z_order: hasOrder ? order : 0,
  };
  const bbox = annotation.bbox.map((value) => rounded(value));
  const shapes: object[] = Array.isArray(segmentation)
    ? segmentation.map((outline) => ({ type: "polygon", points: outline.map((value) => rounded(value)) }))
    : [{ type: "mask", rle: { ...segmentation, counts: countsText(segmentation.counts) } }];
  const hasPoints = labelledPoints(keypoints).length > 0;
  if (hasPoints) shapes.push(pointsOf(keypoints!));
  if (shapes.length === 0 || hasPoints || !isBoxOfOutline(annotation)) shapes.unshift({ type: "bbox", bbox });
  return shapes.map((shape) => ({ ...shape, ...common, group: shapes.length > 1 ? group : 0 }));
}

function countsText(counts: readonly number[] | string): string {
  return typeof counts === "string" ? counts : encodeCounts(counts);
}

function pointsOf(keypoints: readonly number[]): object {
  const points: number[] = [];
  const visibility: number[] = [];
  for (let i = 0; i + 2 < keypoints.length; i += 3) {
    points.push(rounded(keypoints[i]), rounded(keypoints[i + 1]));
    visibility.push(keypoints[i + 2]);
  }
  return { type: "points", points, visibility };
}

/** True if a reader finds the box of an object in its outlines, so that it need not be told. */
function isBoxOfOutline({ segmentation, bbox }: CocoAnnotation): boolean {
  if (!Array.isArray(segmentation)) return true;
  const { x, y, width, height } = boundsOf(segmentation.flat());
  return [x, y, width, height].every((value, i) => Math.abs(value - bbox[i]) <= TOLERATED);
}
