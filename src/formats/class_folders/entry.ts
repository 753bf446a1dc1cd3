import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "yolo-classify",
    title: "Ultralytics YOLO classification: images in folders named by class",
    about: "Folders of classes below `train`, `val` and `test`; read as `class-folders`, which is the same.",
    example: {
      "train/cat/a.jpg": "",
      "train/dog/b.jpg": "",
      "val/cat/c.jpg": "",
      "val/dog/d.jpg": "",
    },
    write: {
      carries: ["tags", "splits"],
      load: async () => (await import("./write.ts")).classFoldersWriter("yolo-classify"),
    },
  },
  {
    name: "class-folders",
    title: "Images in folders named by class",
    about:
      "What image classification trains from: `cat/a.jpg`, or `train/cat/a.jpg` with splits. Folders are taken for classes " +
      "only where there are no label files: beside datasets that have some, their images become frames without labels, and a " +
      "warning says so.",
    example: {
      "cat/a.jpg": "",
      "cat/b.jpg": "",
      "dog/c.jpg": "",
    },
    read: {
      extensions: [],
      carries: ["tags", "splits"],
      load: async () => (await import("./class_folders.ts")).classFolders,
    },
    write: {
      carries: ["tags", "splits"],
      load: async () => (await import("./write.ts")).classFoldersWriter("class-folders"),
    },
  },
];
