import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "superannotate",
    title: "SuperAnnotate: one .json for each image, named after it",
    about:
      "Told by `metadata` with `name`, and `instances`; classes are those of `classes/classes.json`. Boxes, turned boxes, " +
      "polygons with holes and ellipses are read; tags become classes of the image.",
    example: {
      "a.png": "",
      "a.png.json": `{
  "metadata": {"name": "a.png", "width": 100, "height": 80, "status": "Completed"},
  "instances": [
    {"type": "bbox", "className": "cat", "points": {"x1": 10, "y1": 20, "x2": 40, "y2": 60}, "attributes": []},
    {"type": "polygon", "className": "dog", "points": [50, 20, 80, 20, 80, 40], "attributes": []}
  ],
  "tags": [],
  "comments": []
}
`,
      "classes/classes.json": '[{"name": "cat", "color": "#ff0000"}, {"name": "dog", "color": "#00ff00"}]\n',
    },
    read: {
      extensions: ["json"],
      carries: [
        "boxes",
        "polygons",
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
      load: async () => (await import("./superannotate.ts")).superannotate,
    },
  },
];
