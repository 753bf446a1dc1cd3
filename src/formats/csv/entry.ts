import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "tf-csv",
    title:
      "TensorFlow Object Detection CSV: a row for each box, columns filename, class, xmin, ymin, xmax, ymax",
    about:
      "Also Roboflow's `_annotations.csv`. Coordinates are px, or fractions if none is above 1. An image without " +
      "objects has no row.",
    example: "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,100,80,cat,15,30,35,50",
    read: {
      carries: ["boxes", "splits", "sizes"],
      load: async () => (await import("./layouts.ts")).tfCsv,
    },
  },
  {
    name: "retinanet-csv",
    title: "keras-retinanet CSV: path,x1,y1,x2,y2,class without a header, and classes.csv with name,id",
    about: "A row with nothing but a path is an image without objects.",
    example: "img/a.jpg,15,30,35,50,cat\nimg/b.jpg,,,,,",
    read: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./layouts.ts")).retinanetCsv,
    },
  },
  {
    name: "vott-csv",
    title: "VoTT CSV: columns image, xmin, ymin, xmax, ymax, label",
    about: "The CSV export of Microsoft's Visual Object Tagging Tool. Coordinates are px.",
    example: '"image","xmin","ymin","xmax","ymax","label"\n"a.jpg",15,30,35,50,"cat"',
    read: { carries: ["boxes", "splits"], load: async () => (await import("./layouts.ts")).vottCsv },
  },
  {
    name: "wheat-csv",
    title: "Kaggle Global Wheat CSV: columns image_id, width, height, bbox",
    about:
      "One class, `wheat`; the box is a list of x, y, width and height in one column, images are named without extension.",
    example: 'image_id,width,height,bbox,source\nb6ab77fd7,1024,1024,"[834.0, 222.0, 56.0, 36.0]",usask_1',
    read: {
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
    example: "TRAIN,gs://bucket/a.jpg,cat,0.15,0.375,,,0.35,0.625,,",
    read: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./layouts.ts")).automlCsv,
    },
  },
  {
    name: "multiclass-csv",
    title: "Classes of whole images as columns of 0 and 1: Roboflow's _classes.csv",
    about: "Every image may have several classes, or none.",
    example: "filename,cat,dog\na.jpg,1,0",
    read: {
      carries: ["tags", "splits", "background"],
      load: async () => (await import("./multiclass.ts")).multiclassCsv,
    },
  },
];
