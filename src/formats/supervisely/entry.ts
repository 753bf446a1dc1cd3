import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "supervisely",
    title: "Supervisely: ann/<image name>.json beside img/, and meta.json",
    about:
      "Projects of Supervisely. Told by `size` and `objects` with `classTitle`; `meta.json` lists the classes. Corners of " +
      "rectangles are pixels of the object; bitmaps and polygons with holes become masks, graphs keypoints.",
    example: {
      "meta.json": `{
  "classes": [{"title": "cat", "shape": "rectangle", "color": "#FF0000"}, {"title": "dog", "shape": "polygon", "color": "#00FF00"}],
  "tags": []
}
`,
      "ds0/img/a.png": "",
      "ds0/ann/a.png.json": `{
  "description": "",
  "size": {"height": 80, "width": 100},
  "tags": [],
  "objects": [
    {"classTitle": "cat", "geometryType": "rectangle", "tags": [],
     "points": {"exterior": [[10, 20], [39, 59]], "interior": []}},
    {"classTitle": "dog", "geometryType": "polygon", "tags": [],
     "points": {"exterior": [[50, 20], [80, 20], [80, 40]], "interior": []}}
  ]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./supervisely.ts")).supervisely,
    },
  },
];
