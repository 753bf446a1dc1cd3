import { splitOfLayout } from "../tree/split.ts";

/** Folders that mean something by their name in some layout: such a one is not just the wrapping of a dataset. */
const NAMES: ReadonlySet<string> = new Set([
  ..."images image img imgs labels labeltxt annotations ann jpegimages imagesets masks".split(" "),
  ..."segmentationclass segmentationobject image_2 label_2 image_3 label_3 obj_train_data".split(" "),
]);

/** True if a folder of this name is part of a dataset's layout. */
export function isLayoutFolder(name: string): boolean {
  return NAMES.has(name.toLowerCase()) || splitOfLayout(`${name}/`) !== undefined;
}
