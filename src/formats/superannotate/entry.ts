import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "superannotate",
    title: "SuperAnnotate: one .json for each image, named after it",
    about:
      "Told by `metadata` with `name`, and `instances`; classes are those of `classes/classes.json`. Boxes, turned boxes, " +
      "polygons with holes and ellipses are read; tags become classes of the image.",
    example:
      '{"metadata":{"name":"a.png","width":100,"height":80},"instances":[{"type":"bbox","className":"cat",' +
      '"points":{"x1":10,"y1":20,"x2":40,"y2":60},"attributes":[]}]}',
    read: {
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
