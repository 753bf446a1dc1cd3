import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "hasty",
    title: "Hasty JSON 1.1: one file with classes and images",
    about:
      "Told by `export_format_version` and `label_classes`. Boxes are corners; the layout of masks is not documented, so that " +
      "of objects with a mask the box is read, and that is told.",
    example:
      '{"export_format_version":"1.1","label_classes":[{"class_name":"cat"}],"images":[{"image_name":"a.png",' +
      '"dataset_name":"set","width":100,"height":80,"labels":[{"class_name":"cat","bbox":[10,20,40,60]}]}]}',
    read: {
      carries: ["boxes", "polygons", "tags", "attributes", "sizes", "background"],
      load: async () => (await import("./hasty.ts")).hasty,
    },
  },
];
