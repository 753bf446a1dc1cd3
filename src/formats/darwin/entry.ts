import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "darwin",
    title: "V7 Darwin: one .json for each image or video, in releases/NAME/annotations/",
    about:
      "What V7 exports. The file names its image and the folder of it; of a video it holds keyframes, from which the frames, " +
      "numbered from 0 in a folder of the video's name or taken from the video itself, get their labels by interpolation. Paths of a polygon that overlap are holes; " +
      "a raster layer holds the masks of an image. Told by `item` with `slots`, or `image` with `filename` in version 1.0.",
    example: {
      "images/a.jpg": "",
      "releases/latest/annotations/a.json": `{
  "version": "2.0",
  "item": {"name": "a.jpg", "path": "/", "slots": [{"slot_name": "0", "type": "image", "width": 100, "height": 80}]},
  "annotations": [
    {"id": "1", "name": "cat", "slot_names": ["0"], "bounding_box": {"x": 10, "y": 20, "w": 30, "h": 40}},
    {"id": "2", "name": "dog", "slot_names": ["0"], "polygon": {"paths": [
      [{"x": 50, "y": 20}, {"x": 80, "y": 20}, {"x": 80, "y": 40}]
    ]}}
  ]
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
        "keypoints",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./darwin.ts")).darwin,
    },
  },
];
