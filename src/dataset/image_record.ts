import { frameNumberOf, type FrameRecord, imageIdOf, uprightSize } from "../model/frame.ts";
import type { CocoImage } from "../model/dataset.ts";

/** COCO image record of a set that has no annotation file. */
export function imageOf(record: FrameRecord): CocoImage {
  const { offset, size, method, split, file_name } = record;
  const place = offset === undefined ? {} : { offset, size };
  const image = {
    id: imageIdOf(record),
    ...uprightSize(record),
    file_name,
    frame: frameNumberOf(record),
    ...place,
  };
  return { ...image, ...(method && { method }), ...(split !== undefined && { split }) };
}
