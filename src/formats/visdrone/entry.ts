import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "visdrone",
    title: "VisDrone DET: one .txt for each image, in annotations",
    about:
      "Left, top, width, height, score, category, truncation and occlusion, with commas. A score or a category of 0 is a region " +
      "that is not to be judged.",
    example: {
      "images/0000001.jpg": "",
      "annotations/0000001.txt": `10,20,30,40,1,4,0,1
50,20,20,30,1,1,0,0
80,20,10,20,0,0,0,0
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./visdrone.ts")).visdrone,
    },
  },
  {
    name: "visdrone-vid",
    title: "VisDrone VID and MOT: one .txt for each sequence, in annotations",
    about:
      "The columns of VisDrone DET behind the numbers of the frame and the track. Frames lie in `sequences/NAME/`.",
    example: {
      "sequences/uav0001/0000001.jpg": "",
      "sequences/uav0001/0000002.jpg": "",
      "annotations/uav0001.txt": `1,7,10,20,30,40,1,4,0,1
2,7,12,20,30,40,1,4,0,1
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "tracks", "attributes", "scores", "splits"],
      load: async () => (await import("./video.ts")).visdroneVideo,
    },
  },
];
