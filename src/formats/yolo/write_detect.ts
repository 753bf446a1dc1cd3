import { boxColumns, yoloWriter } from "./write.ts";

/** Boxes: `class cx cy w h`. A sixth column would make trainers pass over the image. */
export const yoloDetectWriter = yoloWriter({ name: "yolo", begin: () => ({ row: boxColumns }) });
