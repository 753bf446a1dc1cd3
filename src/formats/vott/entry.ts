import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "vott",
    title: "VoTT JSON: an export of the project, or one file for each asset",
    about:
      "Microsoft's Visual Object Tagging Tool. Told by `assets` with `asset` and `regions`, or by such a record in each file. " +
      "A region with several tags becomes one object for each.",
    example: {
      "a.png": "",
      "pets-export.json": `{
  "name": "pets",
  "tags": [{"name": "cat"}, {"name": "dog"}],
  "assets": {
    "0a1b": {
      "asset": {"id": "0a1b", "name": "a.png", "path": "file:/data/a.png", "size": {"width": 100, "height": 80}},
      "regions": [
        {"id": "r1", "type": "RECTANGLE", "tags": ["cat"],
         "boundingBox": {"left": 10, "top": 20, "width": 30, "height": 40}},
        {"id": "r2", "type": "POLYGON", "tags": ["dog"],
         "boundingBox": {"left": 50, "top": 20, "width": 30, "height": 20},
         "points": [{"x": 50, "y": 20}, {"x": 80, "y": 20}, {"x": 80, "y": 40}]}
      ]
    }
  }
}
`,
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "polygons", "sizes", "background"],
      load: async () => (await import("./vott.ts")).vott,
    },
  },
];
