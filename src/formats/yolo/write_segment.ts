import { boxColumns, cornersOf, pointColumns, yoloWriter } from "./write.ts";

/**
 * Outlines: `class x1 y1 x2 y2 …`. Trainers take every row of a file for an outline as soon as one is, so boxes become
 * outlines too if there is any in the dataset.
 */
export const yoloSegmentWriter = yoloWriter({
  name: "yolo-segment",
  begin({ contents: { polygons, parts, masks } }) {
    if (polygons + parts + masks === 0) return { row: boxColumns };
    return {
      row(annotation, image) {
        const { segmentation } = annotation;
        const outline = Array.isArray(segmentation) ? segmentation[0] : undefined;
        return pointColumns(outline ?? cornersOf(annotation), image);
      },
    };
  },
});
