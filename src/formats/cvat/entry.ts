import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "cvat",
    title: "CVAT XML 1.1, for images and for video: one .xml for a task or project",
    about:
      "CVAT's own export, for images (`image` elements) and for video (`track` elements, with interpolated frames). " +
      "Told by the root `annotations`. Turned boxes and ellipses become polygons, skeletons keypoints, tags classes of the " +
      "image; polylines, points and cuboids are left out and counted. Files of any size are read as a stream. " +
      "Frames are images called `frame_000012`, or those of the video itself, told by `source`. " +
      "Written for images: a split is a subset, what CVAT has no place for are attributes.",
    example: {
      "images/a.jpg": "",
      "annotations.xml": `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <image id="0" name="a.jpg" width="100" height="80">
    <box label="cat" occluded="0" xtl="10" ytl="20" xbr="40" ybr="60" z_order="0"></box>
    <polygon label="dog" occluded="1" points="50,20;80,20;80,40" z_order="0"></polygon>
  </image>
</annotations>
`,
    },
    read: {
      extensions: ["xml"],
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./cvat.ts")).cvat,
    },
    write: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./write.ts")).cvatWriter,
    },
  },
];
