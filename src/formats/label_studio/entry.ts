import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "label-studio",
    title: "Label Studio JSON: an array of tasks, each with its annotations",
    about:
      "The full export of Label Studio, told by `data` and `annotations` (or the older `completions`). Rectangles, also " +
      "turned ones, polygons, ellipses, brush masks and keypoints of a region are read; choices and texts become " +
      "attributes of their region or of the image, those to a question `class` or `choice` classes of the image. Where several people labelled an image, the ground truth or the " +
      "latest is taken; predictions are left out. Images are found by their name, also without the eight characters " +
      "Label Studio puts before it. " +
      "Written as `tasks.json` with `labeling_config.xml`; the images are to be local files of the server.",
    example: {
      "images/abcdef12-a.png": "",
      "project-1.json": `[
  {"id": 1, "data": {"image": "/data/upload/1/abcdef12-a.png"}, "annotations": [{"result": [
    {"id": "r1", "type": "rectanglelabels", "from_name": "label", "to_name": "image",
     "original_width": 100, "original_height": 80,
     "value": {"x": 10, "y": 25, "width": 30, "height": 50, "rotation": 0, "rectanglelabels": ["cat"]}},
    {"id": "r2", "type": "polygonlabels", "from_name": "label", "to_name": "image",
     "original_width": 100, "original_height": 80,
     "value": {"points": [[50, 25], [80, 25], [80, 50]], "polygonlabels": ["dog"]}}
  ]}]}
]
`,
    },
    read: {
      extensions: ["json"],
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "tags",
        "attributes",
        "scores",
        "sizes",
        "background",
      ],
      load: async () => (await import("./label_studio.ts")).labelStudio,
    },
    write: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./write.ts")).labelStudioWriter,
    },
  },
  {
    name: "label-studio-min",
    title: "Label Studio JSON-MIN: an array of flat records",
    about:
      "The short export of Label Studio: one record for each task and annotator, in which lists of regions stand under the " +
      "names of their questions. Told by regions with `original_width`, or by `annotation_id` and `annotator`.",
    example: {
      "images/abcdef12-a.png": "",
      "project-1-min.json": `[
  {"id": 1, "image": "/data/upload/1/abcdef12-a.png", "annotator": 1, "annotation_id": 1, "label": [
    {"x": 10, "y": 25, "width": 30, "height": 50, "rotation": 0, "rectanglelabels": ["cat"],
     "original_width": 100, "original_height": 80},
    {"x": 50, "y": 25, "width": 20, "height": 25, "rotation": 0, "rectanglelabels": ["dog"],
     "original_width": 100, "original_height": 80}
  ]}
]
`,
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "polygons", "masks", "rotation", "tags", "attributes", "sizes", "background"],
      load: async () => (await import("./min.ts")).labelStudioMin,
    },
  },
];
