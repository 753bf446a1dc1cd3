import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "mask-png",
    title: "Masks as PNG: one for each image, or one for each object",
    about:
      "Semantic masks (pixels are numbers or colours of classes), instance masks (numbers of objects; those of 16 bits, or in a " +
      "folder named so), masks of 0 and 255, and folders of one mask for each object. Told by folders like `masks` or names " +
      "like `a_mask.png` that match images; a list of classes makes it certain: `labelmap.txt`, `class_dict.csv`, " +
      "`classes.csv`, CamVid's `label_colors.txt`, Roboflow's `_classes.csv`. Background, void and 255 are no class. Masks " +
      "that are JPEGs are refused. " +
      "Written as semantic masks in the colours of Pascal VOC, with `labelmap.txt`; the smaller of two objects is seen.",
    example: {
      "images/a.jpg": "",
      "masks/a.png": "",
      "labelmap.txt": `# label:color_rgb:parts:actions
background:0,0,0::
cat:1,1,1::
dog:2,2,2::
`,
    },
    read: {
      extensions: ["png"],
      pictures: true,
      carries: ["masks", "splits", "sizes", "background"],
      load: async () => (await import("./mask_png.ts")).maskPng,
    },
    write: {
      carries: ["masks", "splits", "sizes", "background"],
      load: async () => (await import("./write.ts")).maskPngWriter,
    },
  },
];
