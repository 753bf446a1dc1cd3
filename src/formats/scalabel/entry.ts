import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "scalabel",
    title: "BDD100K and Scalabel: an array of frames with their labels",
    about:
      "Told by frames whose `labels` have a `category` and `box2d`, `poly2d` or `rle`; the frames may also lie below `frames`, " +
      "beside `config` with the classes. Curves of `poly2d` become straight pieces. The right and bottom edges of a box are " +
      "taken as they are, without a pixel more.",
    example: {
      "images/100k/train/a.jpg": "",
      "labels/det_train.json": `[
  {"name": "a.jpg", "labels": [
    {"id": "0", "category": "car", "attributes": {"occluded": false}, "box2d": {"x1": 10, "y1": 20, "x2": 40, "y2": 60}},
    {"id": "1", "category": "bus", "attributes": {"occluded": true}, "box2d": {"x1": 50, "y1": 20, "x2": 80, "y2": 40}}
  ]}
]
`,
    },
    read: {
      extensions: ["json"],
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "tracks",
        "crowds",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./scalabel.ts")).scalabel,
    },
  },
];
