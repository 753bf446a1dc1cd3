import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "kitti",
    title: "KITTI: one .txt for each image, in label_2",
    about:
      "Objects of the KITTI benchmark: type, truncation, occlusion, angle, box in px, size and place in space; detections " +
      "have a score. `DontCare` is a region that is not to be judged. " +
      "Written with KITTI's numbers for unknown (-1, -10, -1000) where an object has no place in space.",
    example: {
      "training/image_2/000000.png": "",
      "training/label_2/000000.txt": `Car 0.25 1 -1.57 10 20 40 60 1.5 1.6 3.9 1 1.5 8 -1.45
Pedestrian 0 0 0.2 50 20 60 50 1.8 0.6 0.8 2 1.4 9 0.4
DontCare -1 -1 -10 70 20 80 40 -1 -1 -1 -1000 -1000 -1000 -10
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./kitti.ts")).kitti,
    },
    write: {
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./write.ts")).kittiWriter,
    },
  },
];
