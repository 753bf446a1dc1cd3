import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "labelme",
    title: "LabelMe JSON: one .json for each image",
    about:
      "What LabelMe and AnyLabeling save. Told by `shapes` with `imagePath`; a file whose image has another name is matched by " +
      "its `imagePath`. Shapes of the same label and group are parts of one object; circles become polygons; points and " +
      "lines are left out and counted. Flags of the image become its tags. " +
      "Written with `labels.txt`; attributes that are not true or false stand in `attributes`.",
    example: {
      "a.jpg": "",
      "a.json": `{
  "version": "5.5.0",
  "flags": {},
  "shapes": [
    {"label": "cat", "points": [[10, 20], [40, 60]], "group_id": null, "shape_type": "rectangle", "flags": {}},
    {"label": "dog", "points": [[50, 20], [80, 20], [80, 40]], "group_id": null, "shape_type": "polygon", "flags": {}}
  ],
  "imagePath": "a.jpg",
  "imageData": null,
  "imageHeight": 80,
  "imageWidth": 100
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
        "rotation",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./labelme.ts")).labelme,
    },
    write: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./write.ts")).labelmeWriter,
    },
  },
];
