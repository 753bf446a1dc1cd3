import { cornersOf, pointColumns, yoloWriter } from "./write.ts";

/** Rotated boxes by their corners: `class x1 y1 x2 y2 x3 y3 x4 y4`; an upright box has corners, too. */
export const yoloObbWriter = yoloWriter({
  name: "yolo-obb",
  begin: () => ({
    row(annotation, image) {
      const { segmentation } = annotation;
      const corners = Array.isArray(segmentation) ? segmentation[0] : undefined;
      return pointColumns(corners ?? cornersOf(annotation), image);
    },
  }),
});
