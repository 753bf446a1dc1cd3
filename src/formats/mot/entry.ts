import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "mot",
    title: "MOT Challenge: gt/gt.txt or det/det.txt for each sequence",
    about:
      "Frame, track, left, top, width, height, confidence, class and visibility. Frames lie in `img1/`, or where `seqinfo.ini` " +
      "says; or in a video of that name or the sequence's, or the only one, whose first frame is number 1. Detections are read where no sequence has ground truth. CVAT's class names in `gt/labels.txt` are taken.",
    example: {
      "MOT17-02/seqinfo.ini": `[Sequence]
name=MOT17-02
imDir=img1
seqLength=2
imExt=.jpg
`,
      "MOT17-02/img1/000001.jpg": "",
      "MOT17-02/img1/000002.jpg": "",
      "MOT17-02/gt/gt.txt": `1,7,10,20,30,40,1,1,0.8
2,7,12,20,30,40,1,1,0.5
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "tracks", "attributes", "scores", "splits", "sizes"],
      load: async () => (await import("./mot.ts")).mot,
    },
  },
];
