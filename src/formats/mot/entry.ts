import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "mot",
    title: "MOT Challenge: gt/gt.txt or det/det.txt for each sequence",
    about:
      "Frame, track, left, top, width, height, confidence, class and visibility. Frames lie in `img1/`, or where `seqinfo.ini` " +
      "says. Detections are read where no sequence has ground truth. CVAT's class names in `gt/labels.txt` are taken.",
    example: "1,7,10,20,30,40,1,1,0.8",
    read: {
      carries: ["boxes", "tracks", "attributes", "scores", "splits", "sizes"],
      load: async () => (await import("./mot.ts")).mot,
    },
  },
];
