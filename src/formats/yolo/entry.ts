import type { FormatEntry } from "../format.ts";

export const entries: readonly FormatEntry[] = [
  {
    name: "yolo",
    title: "Ultralytics YOLO: one .txt for each image, data.yaml or classes.txt",
    about:
      "What Ultralytics trains from, and what Roboflow, CVAT, labelImg and Label Studio export in its manner. " +
      "Each row is an object: class number, then centre, width and height, or the points of an outline, " +
      "as fractions of the image. Told by rows of numbers in `.txt` files; a `data.yaml` makes it certain; without one, a `classes.txt`, a `.names` file or Roboflow's `_darknet.labels` " +
      "names the classes. Folders side by " +
      "side that have images, labels and a `data.yaml` or `classes.txt` each are read with their own classes, joined by name.",
    example: {
      "data.yaml": `train: images/train
val: images/val
names:
  0: cat
  1: dog
`,
      "images/train/a.jpg": "",
      "images/val/b.jpg": "",
      "labels/train/a.txt": `0 0.5 0.5 0.25 0.4
1 0.1 0.1 0.4 0.1 0.4 0.3
`,
      "labels/val/b.txt": "1 0.3 0.6 0.2 0.5\n",
    },
    read: {
      extensions: ["txt", "yaml", "yml"],
      carries: ["boxes", "polygons", "keypoints", "rotation", "tracks", "scores", "splits", "background"],
      load: async () => (await import("./yolo.ts")).yolo,
    },
    write: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./write_detect.ts")).yoloDetectWriter,
    },
  },
  {
    name: "yolo-segment",
    title: "Ultralytics YOLO segmentation: one .txt for each image, data.yaml",
    about:
      "Rows of outlines for training with `task: segment`; read as `yolo`. An object has one outline: several are joined by " +
      "bridges without width, holes are filled. Boxes become outlines of four points if there is any other outline.",
    example: {
      "data.yaml": `train: images
names: [cat, dog]
`,
      "images/a.jpg": "",
      "labels/a.txt": `0 0.1 0.1 0.4 0.1 0.4 0.3
1 0.5 0.5 0.9 0.5 0.9 0.8 0.5 0.8
`,
    },
    write: {
      carries: ["boxes", "polygons", "splits", "background"],
      load: async () => (await import("./write_segment.ts")).yoloSegmentWriter,
    },
  },
  {
    name: "yolo-pose",
    title: "Ultralytics YOLO pose: one .txt for each image, data.yaml with kpt_shape",
    about:
      "Rows of boxes with keypoints for training with `task: pose`; read as `yolo`. `flip_idx` is written when the names of " +
      "the keypoints tell left from right.",
    example: {
      "data.yaml": `train: images
kpt_shape: [2, 3]
flip_idx: [1, 0]
names: [cat]
kpt_names:
  0: [left ear, right ear]
`,
      "images/a.jpg": "",
      "labels/a.txt": `0 0.5 0.5 0.25 0.4 0.45 0.4 2 0.55 0.4 1
0 0.2 0.2 0.1 0.2 0 0 0 0.22 0.15 2
`,
    },
    write: {
      carries: ["boxes", "keypoints", "splits", "background"],
      load: async () => (await import("./write_pose.ts")).yoloPoseWriter,
    },
  },
  {
    name: "yolo-obb",
    title: "Ultralytics YOLO rotated boxes: one .txt for each image, data.yaml",
    about: "Rows of four corners for training with `task: obb`; read as `yolo`.",
    example: {
      "data.yaml": `train: images
task: obb
names: [ship]
`,
      "images/a.jpg": "",
      "labels/a.txt": `0 0.1 0.2 0.3 0.1 0.4 0.3 0.2 0.4
0 0.6 0.6 0.8 0.6 0.8 0.9 0.6 0.9
`,
    },
    write: {
      carries: ["boxes", "rotation", "splits", "background"],
      load: async () => (await import("./write_obb.ts")).yoloObbWriter,
    },
  },
  {
    name: "darknet",
    title: "Darknet YOLO: one .txt for each image, obj.data and obj.names",
    about:
      'The layout of the original YOLO, also CVAT\'s "YOLO 1.1". `obj.data` names the list of classes and the ' +
      "lists of images of each split.",
    example: {
      "obj.data": `classes = 2
train = data/train.txt
names = data/obj.names
backup = backup/
`,
      "obj.names": `cat
dog
`,
      "train.txt": `data/obj_train_data/a.jpg
data/obj_train_data/b.jpg
`,
      "obj_train_data/a.jpg": "",
      "obj_train_data/a.txt": `0 0.5 0.5 0.25 0.4
1 0.2 0.2 0.1 0.2
`,
      "obj_train_data/b.jpg": "",
      "obj_train_data/b.txt": "",
    },
    read: {
      extensions: ["txt", "data"],
      carries: ["boxes", "scores", "splits", "background"],
      load: async () => (await import("./darknet.ts")).darknet,
    },
    write: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./write_darknet.ts")).darknetWriter,
    },
  },
  {
    name: "yolo-masks",
    title: "Ultralytics semantic masks: one PNG for each image, data.yaml with masks_dir",
    about:
      "Each pixel is the number of its class, 255 is not to be judged. `masks_dir` in `data.yaml` names the folder " +
      "that takes the place of `images`. Each class of an image becomes one mask.",
    example: {
      "data.yaml": `names: {0: road, 1: sky}
train: images/train
masks_dir: masks
`,
      "images/train/a.jpg": "",
      "masks/train/a.png": "",
    },
    read: {
      extensions: ["yaml", "yml"],
      carries: ["masks", "splits", "sizes"],
      load: async () => (await import("./masks.ts")).yoloMasks,
    },
  },
  {
    name: "ultralytics-ndjson",
    title: "Ultralytics NDJSON: one file, a line for each image",
    about:
      "What the Ultralytics platform exports. The first line tells the task and the classes, each of the others an image with " +
      'its split and its boxes, outlines, poses, turned boxes or class. Told by `"type": "dataset"` in the first line.',
    example: {
      "dataset.ndjson": `{"type":"dataset","task":"detect","class_names":{"0":"cat"}}
{"type":"image","file":"a.jpg","width":100,"height":80,"split":"train","annotations":{"boxes":[[0,0.5,0.5,0.25,0.4]]}}
{"type":"image","file":"b.jpg","width":100,"height":80,"split":"val","annotations":{"boxes":[[0,0.2,0.3,0.1,0.2]]}}
`,
      "a.jpg": "",
      "b.jpg": "",
    },
    read: {
      extensions: ["ndjson", "jsonl"],
      carries: [
        "boxes",
        "polygons",
        "keypoints",
        "rotation",
        "tags",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./ndjson.ts")).ultralyticsNdjson,
    },
  },
  {
    name: "yolo-keras",
    title: "YOLO lists of Keras and PyTorch: one .txt, a line for each image",
    about:
      "The lists of keras-yolo3 and many YOLOv4 trainers: the path of an image, then each box as left, top, right, bottom " +
      "and class number, px. A path alone is an image without objects. Class names come from a `classes.txt`.",
    example: {
      "train.txt": `images/a.jpg 10,20,40,60,0 50,20,80,40,1
images/b.jpg 15,25,35,55,1
`,
      "classes.txt": `cat
dog
`,
      "images/a.jpg": "",
      "images/b.jpg": "",
    },
    read: {
      extensions: ["txt"],
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./keras.ts")).yoloKeras,
    },
  },
];
