import { ALL_CAPABILITIES } from "../capabilities.ts";
import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "coco",
    title: "COCO: one .json for each split",
    about:
      "Instances and keypoints of the COCO challenge, and Roboflow's `_annotations.coco.json`. Told by `images`, " +
      "`annotations` and `categories`. Files of any size are read as a stream.",
    example: {
      "images/a.jpg": "",
      "annotations/instances_train.json": `{
  "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
  "annotations": [
    {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40], "area": 1200, "iscrowd": 0},
    {"id": 2, "image_id": 1, "category_id": 2, "bbox": [50, 20, 30, 20], "area": 300, "iscrowd": 0,
     "segmentation": [[50, 20, 80, 20, 80, 40]]}
  ],
  "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: ALL_CAPABILITIES,
      load: async () => (await import("./coco.ts")).coco,
    },
    write: {
      carries: ALL_CAPABILITIES,
      load: async () => (await import("./write.ts")).cocoWriter,
    },
  },
  {
    name: "coco-panoptic",
    title: "COCO panoptic: one .json for each split, a folder of .png beside it",
    about:
      "Every pixel belongs to one segment. The JSON lists the segments of each image, the PNG has the id of each as its " +
      "colour: R + 256·G + 65536·B, 0 for none. Each segment becomes a mask. Told by `segments_info`. Beside instances, " +
      "which keep what lies behind other objects, it is left alone; `--format coco-panoptic` reads it instead.",
    example: {
      "train/a.jpg": "",
      "annotations/panoptic_train.json": `{
  "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
  "annotations": [
    {"image_id": 1, "file_name": "a.png", "segments_info": [
      {"id": 300, "category_id": 1, "area": 7600, "bbox": [0, 0, 100, 80], "iscrowd": 0},
      {"id": 301, "category_id": 2, "area": 400, "bbox": [10, 20, 20, 20], "iscrowd": 0}
    ]}
  ],
  "categories": [{"id": 1, "name": "sky", "isthing": 0}, {"id": 2, "name": "bird", "isthing": 1}]
}
`,
      "annotations/panoptic_train/a.png": "",
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "masks", "crowds", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./panoptic.ts")).cocoPanoptic,
    },
  },
  {
    name: "coco-captions",
    title: "COCO captions: one .json for each split, sentences in place of objects",
    about:
      "Each annotation is a sentence about an image; there are no classes. They become the list `captions` among the " +
      "`attributes` of the image. Beside objects they are left alone; `--format coco-captions` reads them instead.",
    example: {
      "images/a.jpg": "",
      "annotations/captions_train.json": `{
  "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
  "annotations": [
    {"id": 1, "image_id": 1, "caption": "A cat on a mat."},
    {"id": 2, "image_id": 1, "caption": "A cat asleep."}
  ]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: ["tags", "splits", "sizes", "background"],
      load: async () => (await import("./captions.ts")).cocoCaptions,
    },
  },
  {
    name: "coco-results",
    title: "COCO results: a list of detections, for pycocotools' loadRes",
    about:
      "What a network found: boxes, masks, keypoints or captions with a `score`. Images and classes are those of the COCO " +
      "file that knows most of the ids (`image_info_…`, `instances_…`); without one, an id is the stem of an image or the " +
      "number it ends with, as Ultralytics writes it, and classes are named `class_7`. Beside labels it is left alone; " +
      "`--format coco-results` reads it instead.",
    example: {
      "images/000001.jpg": "",
      "image_info_test.json": `{
  "images": [{"id": 1, "file_name": "000001.jpg", "width": 100, "height": 80}],
  "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
}
`,
      "results.json": `[
  {"image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40], "score": 0.9},
  {"image_id": 1, "category_id": 2, "bbox": [50, 20, 30, 20], "score": 0.4}
]
`,
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "polygons", "parts", "masks", "keypoints", "tags", "attributes", "scores", "splits"],
      load: async () => (await import("./results.ts")).cocoResults,
    },
  },
];
