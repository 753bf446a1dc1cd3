/**
 * What a format can express; the ground of the loss report and of docs/formats.md.
 *
 * - `boxes` axis-aligned boxes · `polygons` one outline for each object · `parts` several outlines for one object
 * - `masks` pixels, so holes too · `keypoints` · `rotation` of boxes · `tracks` the same object in several frames
 * - `crowds` COCO's `iscrowd` · `tags` classes or words of a whole image · `attributes` of objects · `scores` of detections
 * - `splits` train, val, test · `sizes` width and height of the images · `background` images without objects
 */
export const ALL_CAPABILITIES = [
  "boxes",
  "polygons",
  "parts",
  "masks",
  "keypoints",
  "rotation",
  "tracks",
  "crowds",
  "tags",
  "attributes",
  "scores",
  "splits",
  "sizes",
  "background",
] as const;

/** One of {@link ALL_CAPABILITIES}. */
export type Capability = typeof ALL_CAPABILITIES[number];
