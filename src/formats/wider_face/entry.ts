import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "wider-face",
    title: "WIDER FACE: wider_face_train_bbx_gt.txt",
    about:
      "For each image its path, the number of faces, and a row for each: left, top, width, height, blur, expression, " +
      "illumination, invalid, occlusion and pose. An image without faces has a row of zeros.",
    example: {
      "WIDER_train/images/0--Parade/a.jpg": "",
      "WIDER_train/images/0--Parade/b.jpg": "",
      "wider_face_split/wider_face_train_bbx_gt.txt": `0--Parade/a.jpg
2
10 20 30 40 2 0 0 0 1 0
50 20 20 30 0 0 0 0 0 0
0--Parade/b.jpg
0
0 0 0 0 0 0 0 0 0 0
`,
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "attributes", "splits", "background"],
      load: async () => (await import("./wider_face.ts")).widerFace,
    },
  },
];
