import type { FormatEntry, LabelFormat } from "./format.ts";
import type { LabelWriter } from "./writer.ts";

/** Every label format. A new one needs its file and its row here, nothing else. */
export const formats: readonly FormatEntry[] = [
  {
    name: "yolo",
    title: "Ultralytics YOLO: one .txt for each image, data.yaml or classes.txt",
    about:
      "What Ultralytics trains from, and what Roboflow, CVAT, labelImg and Label Studio export in its manner. " +
      "Each row is an object: class number, then centre, width and height, or the points of an outline, " +
      "as fractions of the image. Told by rows of numbers in `.txt` files; a `data.yaml` makes it certain.",
    example: "0 0.5 0.5 0.25 0.4\n1 0.1 0.1 0.4 0.1 0.4 0.3",
    read: {
      carries: ["boxes", "polygons", "keypoints", "scores", "splits", "background"],
      load: async () => (await import("./yolo/yolo.ts")).yolo,
    },
  },
  {
    name: "darknet",
    title: "Darknet YOLO: one .txt for each image, obj.data and obj.names",
    about:
      'The layout of the original YOLO, also CVAT\'s "YOLO 1.1". `obj.data` names the list of classes and the ' +
      "lists of images of each split.",
    example: "0 0.5 0.5 0.25 0.4",
    read: {
      carries: ["boxes", "scores", "splits", "background"],
      load: async () => (await import("./yolo/darknet.ts")).darknet,
    },
  },
  {
    name: "voc",
    title: "Pascal VOC: one .xml for each image",
    about:
      "The files of the Pascal VOC challenge, and what labelImg, CVAT and Roboflow write like them. Told by the root " +
      "`annotation` with `bndbox`. The challenge counts pixels from 1; `--voc-offset` says how to read them.",
    example:
      "<annotation><size><width>100</width><height>80</height></size><object><name>cat</name><bndbox>" +
      "<xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>",
    read: {
      carries: ["boxes", "polygons", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./voc/voc.ts")).voc,
    },
  },
  {
    name: "coco",
    title: "COCO: one .json for each split",
    about:
      "Instances and keypoints of the COCO challenge, and Roboflow's `_annotations.coco.json`. Told by `images`, " +
      "`annotations` and `categories`. Files of any size are read as a stream.",
    example:
      '{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":80}],"annotations":[{"id":1,"image_id":1,' +
      '"category_id":1,"bbox":[10,20,30,40]}],"categories":[{"id":1,"name":"cat"}]}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "keypoints",
        "rotation",
        "tracks",
        "crowds",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./coco/coco.ts")).coco,
    },
  },
];

/** Those that can be read. */
export const readable = formats.filter((entry) => entry.read !== undefined);

/**
 * Loads the reader of a format.
 *
 * @throws {RangeError} If there is none of that name.
 */
export function loadReader(name: string): Promise<LabelFormat> {
  const entry = readable.find((format) => format.name === name);
  if (!entry) throw new RangeError(`no reader for the label format "${name}"`);
  return entry.read!.load();
}

/** Those that can be written. */
export const writable = formats.filter((entry) => entry.write !== undefined);

/**
 * Loads the writer of a format.
 *
 * @throws {RangeError} If there is none of that name.
 */
export function loadWriter(name: string): Promise<LabelWriter> {
  const entry = writable.find((format) => format.name === name);
  if (!entry) throw new RangeError(`no writer for the label format "${name}"`);
  return entry.write!.load();
}
