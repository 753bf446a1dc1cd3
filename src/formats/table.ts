import type { FormatEntry } from "./format.ts";

/** Every label format. A new one needs its file and its row here, nothing else. */
export const formats: readonly FormatEntry[] = [
  {
    name: "yolo",
    title: "Ultralytics YOLO: one .txt for each image, data.yaml or classes.txt",
    carries: ["boxes", "polygons", "keypoints", "splits"],
    load: async () => (await import("./yolo/yolo.ts")).yolo,
  },
  {
    name: "darknet",
    title: "Darknet YOLO: one .txt for each image, obj.data and obj.names",
    carries: ["boxes", "splits"],
    load: async () => (await import("./yolo/darknet.ts")).darknet,
  },
  {
    name: "voc",
    title: "Pascal VOC: one .xml for each image",
    carries: ["boxes", "attributes", "splits"],
    load: async () => (await import("./voc/voc.ts")).voc,
  },
  {
    name: "coco",
    title: "COCO: one .json for each split",
    carries: ["boxes", "polygons", "masks", "keypoints", "attributes", "splits"],
    load: async () => (await import("./coco/coco.ts")).coco,
  },
];
