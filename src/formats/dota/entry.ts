import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "dota",
    title: "DOTA: one .txt for each image, in labelTxt",
    about:
      "Turned boxes of aerial images: four corners in px, class and difficulty, below the lines `imagesource:` and `gsd:`. " +
      "Roboflow's YOLOv5 OBB has the same rows. The corners become a polygon.",
    example: {
      "images/P0001.png": "",
      "labelTxt/P0001.txt": `imagesource:GoogleEarth
gsd:0.15
20 20 40 20 40 40 20 40 plane 0
50 20 60 30 50 40 40 30 small-vehicle 1
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "polygons", "rotation", "attributes", "tags", "splits", "background"],
      load: async () => (await import("./dota.ts")).dota,
    },
    write: {
      carries: ["boxes", "rotation", "attributes", "splits", "background"],
      load: async () => (await import("./write.ts")).dotaWriter,
    },
  },
];
