import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "hasty",
    title: "Hasty JSON 1.1: one file with classes and images",
    about:
      "Told by `export_format_version` and `label_classes`. Boxes are corners; the layout of masks is not documented, so that " +
      "of objects with a mask the box is read, and that is told.",
    example: {
      "pets/a.png": "",
      "export.json": `{
  "project_name": "pets",
  "export_format_version": "1.1",
  "label_classes": [{"class_name": "cat", "class_type": "object"}, {"class_name": "dog", "class_type": "object"}],
  "images": [
    {"image_name": "a.png", "dataset_name": "pets", "width": 100, "height": 80, "tags": [], "labels": [
      {"class_name": "cat", "bbox": [10, 20, 40, 60], "polygon": null, "mask": null, "attributes": {}},
      {"class_name": "dog", "bbox": [50, 20, 80, 40], "polygon": [[50, 20], [80, 20], [80, 40]], "mask": null, "attributes": {}}
    ]}
  ]
}
`,
    },
    read: {
      extensions: ["json"],
      carries: ["boxes", "polygons", "tags", "attributes", "sizes", "background"],
      load: async () => (await import("./hasty.ts")).hasty,
    },
  },
];
