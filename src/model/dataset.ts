import type { Segmentation } from "./annotation.ts";
import type { FrameRecord } from "./frame.ts";

/** Image record of `unified_annotation.json` (docs/dataset_spec.md §2). */
export interface CocoImage {
  /** From 1; the frame index + 1 in a set that was never updated. */
  readonly id: number;
  /** Upright size, px. */
  readonly width: number;
  /** Upright height, px. */
  readonly height: number;
  /** Path below the dataset folder, `/` between parts. */
  readonly file_name: string;
  /** Number of the frame in the bundle, from 0. */
  readonly frame: number;
  /** First byte of the data in the bundle. */
  readonly offset?: number;
  /** Bytes in the bundle. */
  readonly size?: number;
  /** Set if the bytes in the bundle are raw DEFLATE data. */
  readonly method?: "deflate";
  /** `train`, `val`, `test` or the layout's own word. */
  readonly split?: string;
  /** Keys of a COCO source (`license`, `coco_url`, …). */
  readonly [key: string]: unknown;
}

/** Annotation record of `unified_annotation.json`. */
export interface CocoAnnotation {
  /** From 1; consecutive in a set that was never updated. */
  readonly id: number;
  /** Image it belongs to. */
  readonly image_id: number;
  /** Class it belongs to. */
  readonly category_id: number;
  /** `[x, y, width, height]`, px of the upright image, right and bottom edge exclusive. */
  readonly bbox: readonly [number, number, number, number];
  /** px². */
  readonly area: number;
  /** 1 for a region that stands for a group. */
  readonly iscrowd: 0 | 1;
  /** Outline; an empty list if there is none. */
  readonly segmentation: Segmentation;
  /** `[x1,y1,v1,…]`, px. */
  readonly keypoints?: readonly number[];
  /** Keypoints that are labelled. */
  readonly num_keypoints?: number;
  /** What COCO has no key for. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Category record of `unified_annotation.json`. */
export interface CocoCategory {
  /** From 1, without gaps. */
  readonly id: number;
  /** Class name, unique. */
  readonly name: string;
  /** Never empty. */
  readonly supercategory: string;
  /** Further keys (`keypoints`, `skeleton`, `color`, …). */
  readonly [key: string]: unknown;
}

/** One image of an open dataset with all that is known of it. */
export interface DatasetImage extends CocoImage {
  /** Place among the images, from 0: what `image` and `bytes` take. The same as `frame` in a set that was never updated. */
  readonly index: number;
  /** The frame line of the manifest: digests, stored size, EXIF orientation, codec. */
  readonly record: FrameRecord;
  /** Its annotations, in source order. */
  readonly annotations: readonly CocoAnnotation[];
}

/** An image with its annotations and an image file of it. */
export interface DatasetFrame extends DatasetImage {
  /**
   * The original file; of a compressed video, the decoded picture as a PNG: RGB with 8 bits, upright, without the padding of
   * the video, `[height, width, 3]`.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What `bytes` are: `jpeg`, `png`, `webp`, … */
  readonly codec: string;
}
