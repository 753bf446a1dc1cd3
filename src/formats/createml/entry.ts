import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "createml",
    title: "Apple CreateML: an array with one record for each image",
    about:
      "What Create ML trains object detectors from, also Roboflow's `_annotations.createml.json`. Told by `annotations` with " +
      "`coordinates`, whose x and y are the middle of the box. A label without coordinates is one of the whole image. " +
      "Written beside the images, a file for each split.",
    example: {
      "a.png": "",
      "b.png": "",
      "_annotations.createml.json": `[
  {"image": "a.png", "annotations": [
    {"label": "cat", "coordinates": {"x": 25, "y": 40, "width": 20, "height": 20}},
    {"label": "dog", "coordinates": {"x": 65, "y": 30, "width": 30, "height": 20}}
  ]},
  {"image": "b.png", "annotations": []}
]
`,
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "tags", "scores", "splits", "background"],
      load: async () => (await import("./createml.ts")).createml,
    },
    write: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./write.ts")).createmlWriter,
    },
  },
];
