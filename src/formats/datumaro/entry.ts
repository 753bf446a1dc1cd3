import { ALL_CAPABILITIES } from "../capabilities.ts";
import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "datumaro",
    title: "Datumaro: one .json for each subset below annotations/",
    about:
      "Datumaro's own format. A `label_id` counts from 0 in the list of labels of the same file. Annotations of one class that " +
      "share a `group` other than 0 are one object: its box, its outlines or mask, its points. Labels of the whole image, " +
      "captions and the `attr` of an item go to the image. Told by `categories` and `items`.",
    example: {
      "images/train/a.jpg": "",
      "annotations/train.json": `{
  "info": {},
  "categories": {"label": {"labels": [{"name": "cat", "parent": ""}, {"name": "dog", "parent": ""}]}},
  "items": [
    {"id": "a", "image": {"path": "a.jpg", "size": [80, 100]}, "annotations": [
      {"id": 0, "type": "bbox", "label_id": 0, "group": 0, "bbox": [10, 20, 30, 40]},
      {"id": 1, "type": "polygon", "label_id": 1, "group": 0, "points": [50, 20, 80, 20, 80, 40]}
    ]}
  ]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "keypoints",
        "crowds",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./datumaro.ts")).datumaro,
    },
    write: {
      carries: ALL_CAPABILITIES,
      load: async () => (await import("./write.ts")).datumaroWriter,
    },
  },
];
