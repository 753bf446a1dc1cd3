import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "edge-impulse",
    title: "Edge Impulse: bounding_boxes.labels beside the images",
    about:
      "Told by the extension `.labels` and `boundingBoxes`; also `info.labels`, which has splits and classes of whole images.",
    example: {
      "a.jpg": "",
      "b.jpg": "",
      "bounding_boxes.labels": `{
  "version": 1,
  "type": "bounding-box-labels",
  "boundingBoxes": {
    "a.jpg": [{"label": "cat", "x": 10, "y": 20, "width": 30, "height": 40}],
    "b.jpg": [{"label": "dog", "x": 50, "y": 20, "width": 30, "height": 20}]
  }
}
`,
    },
    read: {
      extensions: ["labels"],
      carries: ["boxes", "tags", "splits", "background"],
      load: async () => (await import("./edge_impulse.ts")).edgeImpulse,
    },
  },
];
