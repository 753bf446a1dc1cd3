import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "voc",
    title: "Pascal VOC: one .xml for each image",
    about:
      "The files of the Pascal VOC challenge, and what labelImg, CVAT and Roboflow write like them. Told by the root " +
      "`annotation` with `bndbox`. The challenge counts pixels from 1; `--voc-offset` says how to read them. The PNGs of " +
      "`SegmentationObject` and `SegmentationClass` give the boxes their masks, or stand alone where there is no XML.",
    example: {
      "ImageSets/Main/train.txt": "a\n",
      "JPEGImages/a.jpg": "",
      "Annotations/a.xml": `<annotation>
  <filename>a.jpg</filename>
  <size><width>100</width><height>80</height><depth>3</depth></size>
  <object>
    <name>cat</name><difficult>0</difficult>
    <bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>
  </object>
  <object>
    <name>dog</name><difficult>1</difficult>
    <bndbox><xmin>50</xmin><ymin>20</ymin><xmax>80</xmax><ymax>60</ymax></bndbox>
  </object>
</annotation>
`,
    },
    read: {
      extensions: ["xml", "png"],
      carries: ["boxes", "polygons", "masks", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./voc.ts")).voc,
    },
    write: {
      carries: ["boxes", "polygons", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./write.ts")).vocWriter,
    },
  },
];
