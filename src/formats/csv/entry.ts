import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "tf-csv",
    title:
      "TensorFlow Object Detection CSV: a row for each box, columns filename, class, xmin, ymin, xmax, ymax",
    about:
      "Also Roboflow's `_annotations.csv`. Coordinates are px, or fractions if none is above 1. An image without " +
      "objects has no row. " +
      "Written beside the images, a file for each split, in px.",
    example: {
      "a.jpg": "",
      "b.jpg": "",
      "_annotations.csv": `filename,width,height,class,xmin,ymin,xmax,ymax
a.jpg,100,80,cat,15,30,35,50
a.jpg,100,80,dog,50,20,80,40
b.jpg,100,80,dog,10,10,90,70
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "splits", "sizes"],
      load: async () => (await import("./layouts.ts")).tfCsv,
    },
    write: {
      carries: ["boxes", "splits", "sizes"],
      load: async () => (await import("./write_tf.ts")).tfCsvWriter,
    },
  },
  {
    name: "retinanet-csv",
    title: "keras-retinanet CSV: path,x1,y1,x2,y2,class without a header, and classes.csv with name,id",
    about: "A row with nothing but a path is an image without objects.",
    example: {
      "img/a.jpg": "",
      "img/b.jpg": "",
      "annotations.csv": `img/a.jpg,15,30,35,50,cat
img/a.jpg,50,20,80,40,dog
img/b.jpg,,,,,
`,
      "classes.csv": `cat,0
dog,1
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./layouts.ts")).retinanetCsv,
    },
  },
  {
    name: "vott-csv",
    title: "VoTT CSV: columns image, xmin, ymin, xmax, ymax, label",
    about: "The CSV export of Microsoft's Visual Object Tagging Tool. Coordinates are px.",
    example: {
      "a.jpg": "",
      "export.csv": `"image","xmin","ymin","xmax","ymax","label"
"a.jpg",15,30,35,50,"cat"
"a.jpg",50,20,80,40,"dog"
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "splits"],
      load: async () => (await import("./layouts.ts")).vottCsv,
    },
  },
  {
    name: "wheat-csv",
    title: "Kaggle Global Wheat CSV: columns image_id, width, height, bbox",
    about:
      "One class, `wheat`; the box is a list of x, y, width and height in one column, images are named without extension.",
    example: {
      "train/b6ab77fd7.jpg": "",
      "train.csv": `image_id,width,height,bbox,source
b6ab77fd7,100,80,"[10.0, 20.0, 30.0, 40.0]",usask_1
b6ab77fd7,100,80,"[50.0, 20.0, 30.0, 20.0]",usask_1
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "splits", "sizes"],
      load: async () => (await import("./layouts.ts")).wheatCsv,
    },
  },
  {
    name: "automl-csv",
    title: "Google AutoML Vision CSV: SET,path,label and corners, without a header",
    about:
      "The first column is TRAIN, VALIDATION, TEST or UNASSIGNED, coordinates are fractions; two of the four corners " +
      "may be left empty.",
    example: {
      "a.jpg": "",
      "b.jpg": "",
      "import.csv": `TRAIN,gs://bucket/a.jpg,cat,0.15,0.375,,,0.35,0.625,,
TEST,gs://bucket/b.jpg,dog,0.5,0.25,0.8,0.25,0.8,0.5,0.5,0.5
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./layouts.ts")).automlCsv,
    },
  },
  {
    name: "multiclass-csv",
    title: "Classes of whole images as columns of 0 and 1: Roboflow's _classes.csv",
    about: "Every image may have several classes, or none.",
    example: {
      "a.jpg": "",
      "b.jpg": "",
      "_classes.csv": `filename,cat,dog
a.jpg,1,0
b.jpg,1,1
`,
    },
    read: {
      extensions: ["csv"],
      carries: ["tags", "splits", "background"],
      load: async () => (await import("./multiclass.ts")).multiclassCsv,
    },
  },
];
