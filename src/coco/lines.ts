import type { CocoAnnotation } from "../model/annotation.ts";
import type { PlannedClass } from "../model/planned_class.ts";
import { PolygonText } from "../model/polygon_text.ts";
import { fixedText, type LineBuffer } from "../text/line_buffer.ts";

/** What an image line says (docs/dataset_spec.md §2). */
export interface ImageLine {
  /** Frame index, from 0. */
  index: number;
  fileName: string;
  /** Upright size, px. */
  width: number;
  height: number;
  /** Place in the bundle, bytes; absent without a bundle. */
  offset?: number;
  size?: number;
  deflated?: boolean;
  /** Video it is in and place there, if there are several. */
  video?: { file: string; frame: number };
  split?: string;
  /** Classes of the image as a whole. */
  categoryIds?: readonly number[];
  /** Keys that pass through from a COCO source. */
  extra?: Record<string, unknown>;
}

/** Keys of an image record that are ours; a source's record cannot set them. */
const OWN_KEYS = new Set([
  "id",
  "width",
  "height",
  "file_name",
  "frame",
  "offset",
  "size",
  "method",
  "video",
  "video_frame",
  "split",
  "category_ids",
]);

/** Text before the first image line. */
export function cocoHead(licenses: readonly unknown[]): string {
  return `{"info":{"description":"Packed by compact-uploader","version":"1"},\n"licenses":${
    JSON.stringify(licenses)
  },\n"images":[\n`;
}

/** What stands before the classes of an image. */
export const CATEGORY_IDS = ',"category_ids":[';

/** Text between the last image line and the first annotation line. */
export const COCO_MIDDLE = '\n],\n"annotations":[\n';

/**
 * Text after the last annotation line.
 *
 * @param first Id of the first category.
 */
export function cocoTail(classes: readonly PlannedClass[], first = 1): string {
  const lines = classes.map(({ name, supercategory, extra }, i) =>
    JSON.stringify({ id: i + first, name, supercategory: supercategory || "object", ...extra })
  );
  return cocoEnd(lines);
}

/** The same, of category records that are there as text. */
export const cocoEnd = (categories: readonly string[]): string =>
  `\n],\n"categories":[\n${categories.join(",\n")}\n]}\n`;

/**
 * Appends an image record, without separator or line end. `category_ids`, if there are any, is always the last key, for the
 * same reason as in {@link writeAnnotationIds}.
 */
export function writeImage(out: LineBuffer, image: ImageLine): void {
  out.ascii('{"id":');
  out.integer(image.index + 1);
  out.ascii(',"width":');
  out.integer(image.width);
  out.ascii(',"height":');
  out.integer(image.height);
  out.ascii(',"file_name":');
  out.string(image.fileName);
  out.ascii(',"frame":');
  out.integer(image.index);
  if (image.offset !== undefined) {
    out.ascii(',"offset":');
    out.integer(image.offset);
    out.ascii(',"size":');
    out.integer(image.size!);
  }
  if (image.deflated) out.ascii(',"method":"deflate"');
  if (image.video) {
    out.ascii(',"video":');
    out.string(image.video.file);
    out.ascii(',"video_frame":');
    out.integer(image.video.frame);
  }
  if (image.split !== undefined) {
    out.ascii(',"split":');
    out.string(image.split);
  }
  writeExtra(out, image.extra);
  if (image.categoryIds?.length) {
    out.ascii(CATEGORY_IDS);
    image.categoryIds.forEach((id, i) => {
      if (i > 0) out.ascii(",");
      out.integer(id);
    });
    out.ascii("]");
  }
  out.ascii("}");
}

/** Appends the keys of an image record that pass through from a source, each with a comma before it. */
export function writeExtra(out: LineBuffer, extra: Record<string, unknown> | undefined): void {
  if (!extra) return;
  for (const [key, value] of Object.entries(extra)) {
    if (value === undefined || OWN_KEYS.has(key)) continue;
    out.ascii(",");
    out.string(key);
    out.ascii(":");
    out.json(value);
  }
}

const ID = fixedText('{"id":');
const IMAGE_ID = fixedText(',"image_id":');
const CATEGORY_ID = fixedText(',"category_id":');
const BBOX = fixedText(',"bbox":[');
const COMMA = fixedText(",");
const AREA = fixedText('],"area":');
const CROWD = fixedText(',"iscrowd":1,"segmentation":');
const NO_CROWD = fixedText(',"iscrowd":0,"segmentation":');

/**
 * Appends the beginning of an annotation record: its ids. `category_id` is always the third key: the ids of classes that no
 * source declares are put in later (`pack/assemble.ts`), and are found there.
 */
export function writeAnnotationIds(out: LineBuffer, id: number, imageId: number, categoryId: number): void {
  out.fixed(ID);
  out.integer(id);
  out.fixed(IMAGE_ID);
  out.integer(imageId);
  out.fixed(CATEGORY_ID);
  out.integer(categoryId);
}

/** Appends the rest of an annotation record after its ids: all that is known of it before they are. */
export function writeAnnotationBody(out: LineBuffer, annotation: CocoAnnotation): void {
  out.fixed(BBOX);
  out.decimal(annotation.x);
  out.fixed(COMMA);
  out.decimal(annotation.y);
  out.fixed(COMMA);
  out.decimal(annotation.width);
  out.fixed(COMMA);
  out.decimal(annotation.height);
  out.fixed(AREA);
  out.decimal(annotation.area);
  out.fixed(annotation.iscrowd ? CROWD : NO_CROWD);
  const segmentation = annotation.segmentation;
  if (segmentation === undefined) {
    out.ascii("[]");
  } else if (segmentation instanceof PolygonText) {
    out.append(segmentation.bytes.subarray(segmentation.start, segmentation.end));
  } else if (Array.isArray(segmentation)) {
    out.ascii("[");
    for (let i = 0; i < segmentation.length; i++) {
      if (i > 0) out.ascii(",");
      out.decimals(segmentation[i]);
    }
    out.ascii("]");
  } else {
    out.json(segmentation);
  }
  if (annotation.keypoints) {
    out.ascii(',"keypoints":');
    out.decimals(annotation.keypoints);
    out.ascii(',"num_keypoints":');
    out.integer(annotation.keypoints.filter((v, i) => i % 3 === 2 && v > 0).length);
  }
  if (annotation.attributes) {
    out.ascii(',"attributes":');
    out.json(annotation.attributes);
  }
  out.ascii("}");
}
