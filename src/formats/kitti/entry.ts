import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "kitti",
    title: "KITTI: one .txt for each image, in label_2",
    about:
      "Objects of the KITTI benchmark: type, truncation, occlusion, angle, box in px, size and place in space; detections " +
      "have a score. `DontCare` is a region that is not to be judged.",
    example: "Car 0.25 1 -1.57 10 20 40 60 1.5 1.6 3.9 1 1.5 8 -1.45",
    read: {
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./kitti.ts")).kitti,
    },
  },
];
