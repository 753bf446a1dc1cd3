import type { PolygonText } from "./polygon_text.ts";

/** COCO run-length encoded mask; `counts` are column-major runs starting with background, or their compressed string. */
export interface Rle {
  /** `[height, width]` in px. */
  readonly size: readonly [number, number];
  /** Run lengths in px, or their compressed string. */
  readonly counts: readonly number[] | string;
}

/** Polygons `[[x1,y1,x2,y2,…],…]` in px, or a mask. */
export type Segmentation = number[][] | Rle;

/**
 * One object as a reader found it: absolute px of the frame the label file was drawn in, unclipped.
 * `geometry/finish.ts` turns it upright, clips and checks it before it becomes a COCO annotation.
 */
export interface Annotation {
  /** Local class number, from {@link LabelContext.category}. */
  category: number;
  /** Left edge, px. */
  x: number;
  /** Top edge, px. */
  y: number;
  /** Width, px; right edge exclusive. */
  width: number;
  /** Height, px; bottom edge exclusive. */
  height: number;
  /** Area in px² if the source states it. */
  area?: number;
  /** 1 for a region that stands for a group. */
  iscrowd?: 0 | 1;
  segmentation?: Segmentation | PolygonText;
  /** `[x1,y1,v1,…]`, px. */
  keypoints?: number[];
  /** What COCO has no key for; names as FORMATS §0 lists them (`score`, `difficult`, `track_id`, …). */
  attributes?: Record<string, unknown>;
  /**
   * Set for a region that is not to be judged ("don't care"): left out and counted, or kept as a crowd with `--keep-ignore`. A name is
   * that of the class it is of only then (`DontCare`); `category` is not looked at.
   */
  ignore?: true | string;
  /** 1-based line (or ordinal of the object) in the label file, for issues. */
  line?: number;
}

/** What a reader gives back for one image. */
export interface ParsedLabels {
  annotations: Annotation[];
  /** Size of the image as the label file states it, px, when it does; decides the EXIF question (FORMATS §12). */
  declaredWidth?: number;
  declaredHeight?: number;
  /** Classes of the image as a whole, as local class numbers; they become `category_ids` of the COCO image record. */
  classes?: number[];
  /** Further keys for the COCO image record (`license`, `coco_url`, `tags` as a list of words, `attributes` as an object, …). */
  image?: Record<string, unknown>;
}

/** An annotation as it stands in the COCO file, but for its ids: px of the upright image, inside it. */
export interface CocoAnnotation {
  /** Local class number, as in {@link Annotation}. */
  category: number;
  x: number;
  y: number;
  /** px, > 0. */
  width: number;
  height: number;
  /** px², > 0. */
  area: number;
  iscrowd: 0 | 1;
  segmentation: Segmentation | PolygonText | undefined;
  keypoints: number[] | undefined;
  /** Never empty. */
  attributes: Record<string, unknown> | undefined;
}
