import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "scale",
    title: "Scale tasks: an array, or one task on each line",
    about:
      "Told by `task_id` with `params` or `response`. Boxes, turned boxes and polygons are read; the image is found by the " +
      "name at the end of `attachment`.",
    example: {
      "a.png": "",
      "tasks.json": `[
  {"task_id": "t1", "type": "imageannotation", "params": {"attachment": "https://example.org/a.png"}, "response": {"annotations": [
    {"type": "box", "label": "cat", "left": 10, "top": 20, "width": 30, "height": 40, "uuid": "u1"},
    {"type": "polygon", "label": "dog", "vertices": [{"x": 50, "y": 20}, {"x": 80, "y": 20}, {"x": 80, "y": 40}], "uuid": "u2"}
  ]}}
]
`,
    },
    read: {
      extensions: ["json", "jsonl", "ndjson"],
      carries: ["boxes", "polygons", "rotation", "tags", "attributes", "background"],
      load: async () => (await import("./scale.ts")).scale,
    },
  },
];
