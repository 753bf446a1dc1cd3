import type { CocoImage } from "../../model/dataset.ts";

/** Keys of our own image records that tell about a bundle, or are told by the place of a file. */
const OWN = new Set(["frame", "offset", "size", "method", "split", "path"]);

/** An image record with COCO's keys alone: what an image has for any trainer. */
export function plainImage(image: CocoImage): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).filter(([key]) => !OWN.has(key)));
}
