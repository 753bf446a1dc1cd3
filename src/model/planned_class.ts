/** A class that the labels declare. */
export interface PlannedClass {
  readonly name: string;
  readonly supercategory?: string;
  /** Further keys for the COCO category record (keypoints, skeleton, isthing, color). */
  readonly extra?: Record<string, unknown>;
}
