import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "labelbox",
    title: "Labelbox: .ndjson with a data row on each line, or the .json of version 1",
    about:
      "What Labelbox exports. The image is named by the `external_id`, the `global_key` or the URL, whichever is a file name. " +
      "Where several people labelled an image, all their objects are read, each with its `source`. Answers become attributes. " +
      "Masks are only URLs in the export, and are rejects. Told by `data_row`, or by `DataRow ID` and `Label`.",
    example: {
      "a.jpg": "",
      "export.ndjson":
        '{"data_row":{"id":"ck1","external_id":"a.jpg"},"media_attributes":{"width":100,"height":80},"projects":{"p":{"labels":[{"annotations":{"objects":[{"name":"cat","annotation_kind":"ImageBoundingBox","bounding_box":{"left":10,"top":20,"width":30,"height":40}},{"name":"dog","annotation_kind":"ImagePolygon","polygon":[{"x":50,"y":20},{"x":80,"y":20},{"x":80,"y":40}]}]}}]}}}\n',
    },
    read: {
      extensions: ["ndjson", "jsonl", "json"],
      carries: ["boxes", "polygons", "attributes", "sizes", "background"],
      load: async () => (await import("./labelbox.ts")).labelbox,
    },
  },
];
