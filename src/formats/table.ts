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
      carries: ["boxes", "polygons", "keypoints", "rotation", "tracks", "scores", "splits", "background"],
      load: async () => (await import("./yolo/yolo.ts")).yolo,
    },
    write: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./yolo/write_detect.ts")).yoloDetectWriter,
    },
  },
  {
    name: "yolo-segment",
    title: "Ultralytics YOLO segmentation: one .txt for each image, data.yaml",
    about:
      "Rows of outlines for training with `task: segment`; read as `yolo`. An object has one outline: several are joined by " +
      "bridges without width, holes are filled. Boxes become outlines of four points if there is any other outline.",
    example: "0 0.1 0.1 0.4 0.1 0.4 0.3",
    write: {
      carries: ["boxes", "polygons", "splits", "background"],
      load: async () => (await import("./yolo/write_segment.ts")).yoloSegmentWriter,
    },
  },
  {
    name: "yolo-pose",
    title: "Ultralytics YOLO pose: one .txt for each image, data.yaml with kpt_shape",
    about:
      "Rows of boxes with keypoints for training with `task: pose`; read as `yolo`. `flip_idx` is written when the names of " +
      "the keypoints tell left from right.",
    example: "0 0.5 0.5 0.25 0.4 0.45 0.4 2 0.55 0.4 1",
    write: {
      carries: ["boxes", "keypoints", "splits", "background"],
      load: async () => (await import("./yolo/write_pose.ts")).yoloPoseWriter,
    },
  },
  {
    name: "yolo-obb",
    title: "Ultralytics YOLO rotated boxes: one .txt for each image, data.yaml",
    about: "Rows of four corners for training with `task: obb`; read as `yolo`.",
    example: "0 0.1 0.2 0.3 0.1 0.4 0.3 0.2 0.4",
    write: {
      carries: ["boxes", "rotation", "splits", "background"],
      load: async () => (await import("./yolo/write_obb.ts")).yoloObbWriter,
    },
  },
  {
    name: "yolo-classify",
    title: "Ultralytics YOLO classification: images in folders named by class",
    about: "Folders of classes below `train`, `val` and `test`; read as `class-folders`, which is the same.",
    example: "train/cat/a.jpg\nval/dog/b.jpg",
    write: {
      carries: ["tags", "splits"],
      load: async () => (await import("./class_folders/write.ts")).classFoldersWriter("yolo-classify"),
    },
  },
  {
    name: "class-folders",
    title: "Images in folders named by class",
    about: "What image classification trains from: `cat/a.jpg`, or `train/cat/a.jpg` with splits.",
    example: "train/cat/a.jpg\nval/dog/b.jpg",
    read: {
      carries: ["tags", "splits"],
      load: async () => (await import("./class_folders/class_folders.ts")).classFolders,
    },
    write: {
      carries: ["tags", "splits"],
      load: async () => (await import("./class_folders/write.ts")).classFoldersWriter("class-folders"),
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
    write: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./yolo/write_darknet.ts")).darknetWriter,
    },
  },
  {
    name: "yolo-masks",
    title: "Ultralytics semantic masks: one PNG for each image, data.yaml with masks_dir",
    about:
      "Each pixel is the number of its class, 255 is not to be judged. `masks_dir` in `data.yaml` names the folder " +
      "that takes the place of `images`. Each class of an image becomes one mask.",
    example: "names: {0: road, 1: sky}\ntrain: images/train\nmasks_dir: masks",
    read: {
      carries: ["masks", "splits", "sizes"],
      load: async () => (await import("./yolo/masks.ts")).yoloMasks,
    },
  },
  {
    name: "ultralytics-ndjson",
    title: "Ultralytics NDJSON: one file, a line for each image",
    about:
      "What the Ultralytics platform exports. The first line tells the task and the classes, each of the others an image with " +
      'its split and its boxes, outlines, poses, turned boxes or class. Told by `"type": "dataset"` in the first line.',
    example:
      '{"type":"dataset","task":"detect","class_names":{"0":"cat"}}\n{"type":"image","file":"a.jpg","width":100,' +
      '"height":80,"split":"train","annotations":{"boxes":[[0,0.5,0.5,0.25,0.4]]}}',
    read: {
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
      load: async () => (await import("./yolo/ndjson.ts")).ultralyticsNdjson,
    },
  },
  {
    name: "yolo-keras",
    title: "YOLO lists of Keras and PyTorch: one .txt, a line for each image",
    about:
      "The lists of keras-yolo3 and many YOLOv4 trainers: the path of an image, then each box as left, top, right, bottom " +
      "and class number, px. A path alone is an image without objects. Class names come from a `classes.txt`.",
    example: "images/a.jpg 10,20,40,60,0 50,20,80,40,1",
    read: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./yolo/keras.ts")).yoloKeras,
    },
  },
  {
    name: "oidv4",
    title: "OIDv4 ToolKit: one .txt for each image, in a folder Label",
    about:
      "What OIDv4 ToolKit makes of Open Images: class name, left, top, right and bottom in px. Names may hold blanks.",
    example: "Traffic light 10.5 20 40 60",
    read: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./oidv4/oidv4.ts")).oidv4,
    },
  },
  {
    name: "dota",
    title: "DOTA: one .txt for each image, in labelTxt",
    about:
      "Turned boxes of aerial images: four corners in px, class and difficulty, below the lines `imagesource:` and `gsd:`. " +
      "Roboflow's YOLOv5 OBB has the same rows. The corners become a polygon.",
    example: "imagesource:GoogleEarth\ngsd:0.15\n20 20 40 20 40 40 20 40 plane 0",
    read: {
      carries: ["boxes", "polygons", "rotation", "attributes", "tags", "splits", "background"],
      load: async () => (await import("./dota/dota.ts")).dota,
    },
  },
  {
    name: "kitti",
    title: "KITTI: one .txt for each image, in label_2",
    about:
      "Objects of the KITTI benchmark: type, truncation, occlusion, angle, box in px, size and place in space; detections " +
      "have a score. `DontCare` is a region that is not to be judged.",
    example: "Car 0.25 1 -1.57 10 20 40 60 1.5 1.6 3.9 1 1.5 8 -1.45",
    read: {
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./kitti/kitti.ts")).kitti,
    },
  },
  {
    name: "visdrone",
    title: "VisDrone DET: one .txt for each image, in annotations",
    about:
      "Left, top, width, height, score, category, truncation and occlusion, with commas. A score or a category of 0 is a region " +
      "that is not to be judged.",
    example: "10,20,30,40,1,4,0,1",
    read: {
      carries: ["boxes", "attributes", "scores", "splits", "background"],
      load: async () => (await import("./visdrone/visdrone.ts")).visdrone,
    },
  },
  {
    name: "visdrone-vid",
    title: "VisDrone VID and MOT: one .txt for each sequence, in annotations",
    about:
      "The columns of VisDrone DET behind the numbers of the frame and the track. Frames lie in `sequences/NAME/`.",
    example: "1,7,10,20,30,40,1,4,0,1",
    read: {
      carries: ["boxes", "tracks", "attributes", "scores", "splits"],
      load: async () => (await import("./visdrone/video.ts")).visdroneVideo,
    },
  },
  {
    name: "mot",
    title: "MOT Challenge: gt/gt.txt or det/det.txt for each sequence",
    about:
      "Frame, track, left, top, width, height, confidence, class and visibility. Frames lie in `img1/`, or where `seqinfo.ini` " +
      "says. Detections are read where no sequence has ground truth. CVAT's class names in `gt/labels.txt` are taken.",
    example: "1,7,10,20,30,40,1,1,0.8",
    read: {
      carries: ["boxes", "tracks", "attributes", "scores", "splits", "sizes"],
      load: async () => (await import("./mot/mot.ts")).mot,
    },
  },
  {
    name: "wider-face",
    title: "WIDER FACE: wider_face_train_bbx_gt.txt",
    about:
      "For each image its path, the number of faces, and a row for each: left, top, width, height, blur, expression, " +
      "illumination, invalid, occlusion and pose. An image without faces has a row of zeros.",
    example: "0--Parade/a.jpg\n1\n10 20 30 40 2 0 0 0 1 0",
    read: {
      carries: ["boxes", "attributes", "splits", "background"],
      load: async () => (await import("./wider_face/wider_face.ts")).widerFace,
    },
  },
  {
    name: "voc",
    title: "Pascal VOC: one .xml for each image",
    about:
      "The files of the Pascal VOC challenge, and what labelImg, CVAT and Roboflow write like them. Told by the root " +
      "`annotation` with `bndbox`. The challenge counts pixels from 1; `--voc-offset` says how to read them. The PNGs of " +
      "`SegmentationObject` and `SegmentationClass` give the boxes their masks, or stand alone where there is no XML.",
    example:
      "<annotation><size><width>100</width><height>80</height></size><object><name>cat</name><bndbox>" +
      "<xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>",
    read: {
      carries: ["boxes", "polygons", "masks", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./voc/voc.ts")).voc,
    },
    write: {
      carries: ["boxes", "polygons", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./voc/write.ts")).vocWriter,
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
    write: {
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
      load: async () => (await import("./coco/write.ts")).cocoWriter,
    },
  },
  {
    name: "coco-panoptic",
    title: "COCO panoptic: one .json for each split, a folder of .png beside it",
    about:
      "Every pixel belongs to one segment. The JSON lists the segments of each image, the PNG has the id of each as its " +
      "colour: R + 256·G + 65536·B, 0 for none. Each segment becomes a mask. Told by `segments_info`. Beside instances, " +
      "which keep what lies behind other objects, it is left alone; `--format coco-panoptic` reads it instead.",
    example:
      '{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":80}],"annotations":[{"image_id":1,' +
      '"file_name":"a.png","segments_info":[{"id":300,"category_id":1}]}],"categories":[{"id":1,"name":"sky",' +
      '"isthing":0}]}',
    read: {
      carries: ["boxes", "masks", "crowds", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./coco/panoptic.ts")).cocoPanoptic,
    },
  },
  {
    name: "coco-captions",
    title: "COCO captions: one .json for each split, sentences in place of objects",
    about:
      "Each annotation is a sentence about an image; there are no classes. They become the list `captions` among the " +
      "`attributes` of the image. Beside objects they are left alone; `--format coco-captions` reads them instead.",
    example: '{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":80}],' +
      '"annotations":[{"id":1,"image_id":1,"caption":"A cat on a mat."}]}',
    read: {
      carries: ["tags", "splits", "sizes", "background"],
      load: async () => (await import("./coco/captions.ts")).cocoCaptions,
    },
  },
  {
    name: "coco-results",
    title: "COCO results: a list of detections, for pycocotools' loadRes",
    about:
      "What a network found: boxes, masks, keypoints or captions with a `score`. Images and classes are those of the COCO " +
      "file that knows most of the ids (`image_info_…`, `instances_…`); without one, an id is the stem of an image or the " +
      "number it ends with, as Ultralytics writes it, and classes are named `class_7`. Beside labels it is left alone; " +
      "`--format coco-results` reads it instead.",
    example: '[{"image_id":1,"category_id":1,"bbox":[10,20,30,40],"score":0.9}]',
    read: {
      carries: ["boxes", "polygons", "parts", "masks", "keypoints", "tags", "attributes", "scores", "splits"],
      load: async () => (await import("./coco/results.ts")).cocoResults,
    },
  },
  {
    name: "label-studio",
    title: "Label Studio JSON: an array of tasks, each with its annotations",
    about:
      "The full export of Label Studio, told by `data` and `annotations` (or the older `completions`). Rectangles, also " +
      "turned ones, polygons, ellipses, brush masks and keypoints of a region are read; choices and texts become " +
      "attributes of their region or of the image. Where several people labelled an image, the ground truth or the " +
      "latest is taken; predictions are left out. Images are found by their name, also without the eight characters " +
      "Label Studio puts before it.",
    example:
      '[{"id":1,"data":{"image":"/data/upload/1/abcdef12-a.png"},"annotations":[{"result":[{"id":"r1",' +
      '"type":"rectanglelabels","original_width":100,"original_height":80,"value":{"x":10,"y":25,"width":30,' +
      '"height":50,"rotation":0,"rectanglelabels":["cat"]}}]}]}]',
    read: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "attributes",
        "scores",
        "sizes",
        "background",
      ],
      load: async () => (await import("./label_studio/label_studio.ts")).labelStudio,
    },
  },
  {
    name: "label-studio-min",
    title: "Label Studio JSON-MIN: an array of flat records",
    about:
      "The short export of Label Studio: one record for each task and annotator, in which lists of regions stand under the " +
      "names of their questions. Told by regions with `original_width`, or by `annotation_id` and `annotator`.",
    example:
      '[{"id":1,"image":"/data/upload/1/abcdef12-a.png","label":[{"x":10,"y":25,"width":30,"height":50,' +
      '"rotation":0,"rectanglelabels":["cat"],"original_width":100,"original_height":80}]}]',
    read: {
      carries: ["boxes", "polygons", "masks", "rotation", "attributes", "sizes", "background"],
      load: async () => (await import("./label_studio/min.ts")).labelStudioMin,
    },
  },
  {
    name: "cvat",
    title: "CVAT XML 1.1, for images and for video: one .xml for a task or project",
    about:
      "CVAT's own export, for images (`image` elements) and for video (`track` elements, with interpolated frames). " +
      "Told by the root `annotations`. Turned boxes and ellipses become polygons, skeletons keypoints, tags classes of the " +
      "image; polylines, points and cuboids are left out and counted. Files of any size are read as a stream.",
    example: '<annotations><version>1.1</version><image id="0" name="a.jpg" width="100" height="80">' +
      '<box label="cat" occluded="0" xtl="10" ytl="20" xbr="40" ybr="60"/></image></annotations>',
    read: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./cvat/cvat.ts")).cvat,
    },
  },
  {
    name: "datumaro",
    title: "Datumaro: one .json for each subset below annotations/",
    about:
      "Datumaro's own format. A `label_id` counts from 0 in the list of labels of the same file. Annotations of one class that " +
      "share a `group` other than 0 are one object: its box, its outlines or mask, its points. Labels of the whole image, " +
      "captions and the `attr` of an item go to the image. Told by `categories` and `items`.",
    example:
      '{"categories":{"label":{"labels":[{"name":"cat","parent":""}]}},"items":[{"id":"a","annotations":[{"id":0,' +
      '"type":"bbox","label_id":0,"group":0,"bbox":[10,20,30,40]}],"image":{"path":"a.jpg","size":[80,100]}}]}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "keypoints",
        "crowds",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./datumaro/datumaro.ts")).datumaro,
    },
  },
  {
    name: "via2",
    title: "VGG Image Annotator 1 and 2: JSON projects and exports, CSV exports",
    about:
      "Told by `_via_img_metadata`, or by members with `filename` and `regions`; as CSV by its header. VIA has no class of its " +
      'own: the only attribute of the regions is taken for it, else one named like "class", "label" or "type", else the one ' +
      "with the most different words. Ticked checkboxes become lists. Circles and ellipses become polygons.",
    example:
      '{"a.png252":{"filename":"a.png","size":252,"regions":[{"shape_attributes":{"name":"rect","x":10,"y":20,' +
      '"width":30,"height":40},"region_attributes":{"type":"cat"}}],"file_attributes":{}}}',
    read: {
      carries: ["boxes", "polygons", "rotation", "tags", "attributes", "background"],
      load: async () => (await import("./via/via2.ts")).via2,
    },
  },
  {
    name: "via3",
    title: "VGG Image Annotator 3: JSON projects, CSV exports",
    about:
      "Told by `project` with its list of views, or by the comment lines of the CSV. The class is found as in `via2`; " +
      "numbers of options are replaced by their names. What is said of an image without a region becomes its attributes.",
    example:
      '{"project":{"vid_list":["1"]},"attribute":{"1":{"aname":"class","type":4,"options":{"0":"cat"}}},' +
      '"file":{"1":{"fid":"1","fname":"a.png","src":"a.png"}},"metadata":{"1_x":{"vid":"1","z":[],' +
      '"xy":[2,10,20,30,40],"av":{"1":"0"}}},"view":{"1":{"fid_list":["1"]}}}',
    read: {
      carries: ["boxes", "polygons", "tags", "attributes", "background"],
      load: async () => (await import("./via/via3.ts")).via3,
    },
  },
  {
    name: "labelme",
    title: "LabelMe JSON: one .json for each image",
    about:
      "What LabelMe and AnyLabeling save. Told by `shapes` with `imagePath`; a file whose image has another name is matched by " +
      "its `imagePath`. Shapes of the same label and group are parts of one object; circles become polygons; points and " +
      "lines are left out and counted. Flags of the image become its tags.",
    example:
      '{"version":"5.5.0","flags":{},"shapes":[{"label":"cat","points":[[10,20],[40,60]],"group_id":null,' +
      '"shape_type":"rectangle","flags":{}}],"imagePath":"a.jpg","imageData":null,"imageHeight":80,"imageWidth":100}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "rotation",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./labelme/labelme.ts")).labelme,
    },
  },
  {
    name: "labelme-xml",
    title: "Old LabelMe XML: Annotations/ beside Images/",
    about:
      "What the web version of LabelMe saves. Told from Pascal VOC by `imagesize`, `pt` or `segm`. Deleted objects are left " +
      "out; masks are read from `Masks/`.",
    example:
      "<annotation><imagesize><nrows>80</nrows><ncols>100</ncols></imagesize><object><name>car</name><deleted>0</deleted>" +
      "<polygon><pt><x>10</x><y>20</y></pt><pt><x>40</x><y>20</y></pt><pt><x>40</x><y>60</y></pt></polygon></object></annotation>",
    read: {
      carries: ["boxes", "polygons", "masks", "attributes", "splits", "sizes", "background"],
      load: async () => (await import("./labelme_xml/labelme_xml.ts")).labelmeXml,
    },
  },
  {
    name: "darwin",
    title: "V7 Darwin: one .json for each image or video, in releases/NAME/annotations/",
    about:
      "What V7 exports. The file names its image and the folder of it; of a video it holds keyframes, from which the frames, " +
      "numbered from 0 in a folder of the video's name, get their labels by interpolation. Paths of a polygon that overlap are holes; " +
      "a raster layer holds the masks of an image. Told by `item` with `slots`, or `image` with `filename` in version 1.0.",
    example:
      '{"version":"2.0","item":{"name":"a.jpg","path":"/","slots":[{"slot_name":"0","width":100,"height":80}]},' +
      '"annotations":[{"name":"cat","slot_names":["0"],"bounding_box":{"x":10,"y":20,"w":30,"h":40}}]}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "keypoints",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./darwin/darwin.ts")).darwin,
    },
  },
  {
    name: "cityscapes",
    title: "Cityscapes: gtFine/…_gtFine_polygons.json for leftImg8bit/…_leftImg8bit.png",
    about:
      "The polygons of Cityscapes and of datasets made like it. Told by `imgHeight` and `objects` with `polygon`. Groups " +
      "(`cargroup`) become crowds, labels of no class (`ego vehicle`, `static`, …) regions not to be judged; the PNGs of " +
      "the same labels are no frames.",
    example:
      '{"imgHeight":1024,"imgWidth":2048,"objects":[{"label":"car","polygon":[[10,20],[40,20],[40,60]]}]}',
    read: {
      carries: ["polygons", "crowds", "splits", "sizes", "background"],
      load: async () => (await import("./cityscapes/cityscapes.ts")).cityscapes,
    },
  },
  {
    name: "supervisely",
    title: "Supervisely: ann/<image name>.json beside img/, and meta.json",
    about:
      "Projects of Supervisely. Told by `size` and `objects` with `classTitle`; `meta.json` lists the classes. Corners of " +
      "rectangles are pixels of the object; bitmaps and polygons with holes become masks, graphs keypoints.",
    example:
      '{"size":{"height":80,"width":100},"tags":[],"objects":[{"classTitle":"cat","geometryType":"rectangle",' +
      '"tags":[],"points":{"exterior":[[10,20],[39,59]],"interior":[]}}]}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "keypoints",
        "tags",
        "attributes",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./supervisely/supervisely.ts")).supervisely,
    },
  },
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
      load: async () => (await import("./csv/layouts.ts")).tfCsv,
    },
  },
  {
    name: "retinanet-csv",
    title: "keras-retinanet CSV: path,x1,y1,x2,y2,class without a header, and classes.csv with name,id",
    about: "A row with nothing but a path is an image without objects.",
    example: "img/a.jpg,15,30,35,50,cat\nimg/b.jpg,,,,,",
    read: {
      carries: ["boxes", "splits", "background"],
      load: async () => (await import("./csv/layouts.ts")).retinanetCsv,
    },
  },
  {
    name: "vott-csv",
    title: "VoTT CSV: columns image, xmin, ymin, xmax, ymax, label",
    about: "The CSV export of Microsoft's Visual Object Tagging Tool. Coordinates are px.",
    example: '"image","xmin","ymin","xmax","ymax","label"\n"a.jpg",15,30,35,50,"cat"',
    read: { carries: ["boxes", "splits"], load: async () => (await import("./csv/layouts.ts")).vottCsv },
  },
  {
    name: "wheat-csv",
    title: "Kaggle Global Wheat CSV: columns image_id, width, height, bbox",
    about:
      "One class, `wheat`; the box is a list of x, y, width and height in one column, images are named without extension.",
    example: 'image_id,width,height,bbox,source\nb6ab77fd7,1024,1024,"[834.0, 222.0, 56.0, 36.0]",usask_1',
    read: {
      carries: ["boxes", "splits", "sizes"],
      load: async () => (await import("./csv/layouts.ts")).wheatCsv,
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
      load: async () => (await import("./csv/layouts.ts")).automlCsv,
    },
  },
  {
    name: "multiclass-csv",
    title: "Classes of whole images as columns of 0 and 1: Roboflow's _classes.csv",
    about: "Every image may have several classes, or none.",
    example: "filename,cat,dog\na.jpg,1,0",
    read: {
      carries: ["tags", "splits", "background"],
      load: async () => (await import("./csv/multiclass.ts")).multiclassCsv,
    },
  },
  {
    name: "open-images",
    title: "Open Images: CSV files of boxes, masks and image labels with ImageID and LabelName",
    about:
      "Boxes are fractions of the image, classes have machine identifiers that `class-descriptions*.csv` names. " +
      "`IsGroupOf` becomes a crowd. Of the labels of whole images only verified ones are taken.",
    example:
      "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside" +
      "\n0001eeaf4aed83f9,xclick,/m/01yrx,1,0.1,0.4,0.25,0.75,0,1,0,0,0",
    read: {
      carries: ["boxes", "masks", "crowds", "tags", "attributes", "scores", "splits"],
      load: async () => (await import("./open_images/open_images.ts")).openImages,
    },
  },
  {
    name: "hf-imagefolder",
    title:
      "Hugging Face imagefolder: metadata.jsonl, metadata.csv or metadata.parquet in the folder of the images",
    about:
      "Told by a `metadata` file with the column `file_name`. Boxes lie in `objects` as x, y, width, height; `label` is " +
      "the class of the whole image. Class names come from the dataset card (`README.md`) or `dataset_infos.json`; " +
      "without, classes are called by their numbers.",
    example: '{"file_name": "0001.png", "objects": {"bbox": [[10, 20, 30, 40]], "categories": [0]}}',
    read: {
      carries: ["boxes", "tags", "attributes", "splits", "background"],
      load: async () => (await import("./hf/hf.ts")).hfImagefolder,
    },
  },
  {
    name: "createml",
    title: "Apple CreateML: an array with one record for each image",
    about:
      "What Create ML trains object detectors from, also Roboflow's `_annotations.createml.json`. Told by `annotations` with " +
      "`coordinates`, whose x and y are the middle of the box. A label without coordinates is one of the whole image.",
    example:
      '[{"image":"a.png","annotations":[{"label":"cat","coordinates":{"x":25,"y":40,"width":20,"height":20}}]}]',
    read: {
      carries: ["boxes", "tags", "scores", "splits", "background"],
      load: async () => (await import("./createml/createml.ts")).createml,
    },
  },
  {
    name: "hasty",
    title: "Hasty JSON 1.1: one file with classes and images",
    about:
      "Told by `export_format_version` and `label_classes`. Boxes are corners; the layout of masks is not documented, so that " +
      "of objects with a mask the box is read, and that is told.",
    example:
      '{"export_format_version":"1.1","label_classes":[{"class_name":"cat"}],"images":[{"image_name":"a.png",' +
      '"dataset_name":"set","width":100,"height":80,"labels":[{"class_name":"cat","bbox":[10,20,40,60]}]}]}',
    read: {
      carries: ["boxes", "polygons", "tags", "attributes", "sizes", "background"],
      load: async () => (await import("./hasty/hasty.ts")).hasty,
    },
  },
  {
    name: "scale",
    title: "Scale tasks: an array, or one task on each line",
    about:
      "Told by `task_id` with `params` or `response`. Boxes, turned boxes and polygons are read; the image is found by the " +
      "name at the end of `attachment`.",
    example:
      '[{"task_id":"t1","params":{"attachment":"https://example.org/a.png"},"response":{"annotations":[' +
      '{"type":"box","label":"cat","left":10,"top":20,"width":30,"height":40}]}}]',
    read: {
      carries: ["boxes", "polygons", "rotation", "tags", "attributes", "background"],
      load: async () => (await import("./scale/scale.ts")).scale,
    },
  },
  {
    name: "vott",
    title: "VoTT JSON: an export of the project, or one file for each asset",
    about:
      "Microsoft's Visual Object Tagging Tool. Told by `assets` with `asset` and `regions`, or by such a record in each file. " +
      "A region with several tags becomes one object for each.",
    example: '{"tags":[{"name":"cat"}],"assets":{"0a1b":{"asset":{"name":"a.png","path":"file:/data/a.png",' +
      '"size":{"width":100,"height":80}},"regions":[{"type":"RECTANGLE","tags":["cat"],' +
      '"boundingBox":{"left":10,"top":20,"width":30,"height":40}}]}}}',
    read: {
      carries: ["boxes", "polygons", "sizes", "background"],
      load: async () => (await import("./vott/vott.ts")).vott,
    },
  },
  {
    name: "scalabel",
    title: "BDD100K and Scalabel: an array of frames with their labels",
    about:
      "Told by frames whose `labels` have a `category` and `box2d`, `poly2d` or `rle`; the frames may also lie below `frames`, " +
      "beside `config` with the classes. Curves of `poly2d` become straight pieces. The right and bottom edges of a box are " +
      "taken as they are, without a pixel more.",
    example: '[{"name":"a.jpg","labels":[{"id":"0","category":"car","attributes":{"occluded":false},' +
      '"box2d":{"x1":10,"y1":20,"x2":40,"y2":60}}]}]',
    read: {
      carries: [
        "boxes",
        "polygons",
        "parts",
        "masks",
        "tracks",
        "crowds",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./scalabel/scalabel.ts")).scalabel,
    },
  },
  {
    name: "superannotate",
    title: "SuperAnnotate: one .json for each image, named after it",
    about:
      "Told by `metadata` with `name`, and `instances`; classes are those of `classes/classes.json`. Boxes, turned boxes, " +
      "polygons with holes and ellipses are read; tags become classes of the image.",
    example:
      '{"metadata":{"name":"a.png","width":100,"height":80},"instances":[{"type":"bbox","className":"cat",' +
      '"points":{"x1":10,"y1":20,"x2":40,"y2":60},"attributes":[]}]}',
    read: {
      carries: [
        "boxes",
        "polygons",
        "masks",
        "rotation",
        "tracks",
        "tags",
        "attributes",
        "scores",
        "splits",
        "sizes",
        "background",
      ],
      load: async () => (await import("./superannotate/superannotate.ts")).superannotate,
    },
  },
  {
    name: "edge-impulse",
    title: "Edge Impulse: bounding_boxes.labels beside the images",
    about:
      "Told by the extension `.labels` and `boundingBoxes`; also `info.labels`, which has splits and classes of whole images.",
    example:
      '{"version":1,"type":"bounding-box-labels","boundingBoxes":{"a.jpg":[{"label":"cat","x":10,"y":20,' +
      '"width":30,"height":40}]}}',
    read: {
      carries: ["boxes", "tags", "splits", "background"],
      load: async () => (await import("./edge_impulse/edge_impulse.ts")).edgeImpulse,
    },
  },
  {
    name: "mask-png",
    title: "Masks as PNG: one for each image, or one for each object",
    about:
      "Semantic masks (pixels are numbers or colours of classes), instance masks (numbers of objects; those of 16 bits, or in a " +
      "folder named so), masks of 0 and 255, and folders of one mask for each object. Told by folders like `masks` or names " +
      "like `a_mask.png` that match images; a list of classes makes it certain: `labelmap.txt`, `class_dict.csv`, " +
      "`classes.csv`, CamVid's `label_colors.txt`, Roboflow's `_classes.csv`. Background, void and 255 are no class. Masks " +
      "that are JPEGs are refused.",
    example: "images/a.jpg\nmasks/a.png\nlabelmap.txt:\n  background:0,0,0::\n  cat:1,1,1::",
    read: {
      carries: ["masks", "splits", "sizes", "background"],
      load: async () => (await import("./masks/mask_png.ts")).maskPng,
    },
  },
  {
    name: "labelbox",
    title: "Labelbox: .ndjson with a data row on each line, or the .json of version 1",
    about:
      "What Labelbox exports. The image is named by the `external_id`, the `global_key` or the URL, whichever is a file name. " +
      "Where several people labelled an image, all their objects are read, each with its `source`. Answers become attributes. " +
      "Masks are only URLs in the export, and are rejects. Told by `data_row`, or by `DataRow ID` and `Label`.",
    example:
      '{"data_row":{"external_id":"a.jpg"},"media_attributes":{"width":100,"height":80},"projects":{"p":{"labels":[' +
      '{"annotations":{"objects":[{"name":"cat","bounding_box":{"left":10,"top":20,"width":30,"height":40}}]}}]}}}',
    read: {
      carries: ["boxes", "polygons", "attributes", "sizes", "background"],
      load: async () => (await import("./labelbox/labelbox.ts")).labelbox,
    },
  },
  {
    name: "sagemaker",
    title: "SageMaker Ground Truth: .manifest with an image on each line",
    about:
      "Augmented manifests of Amazon SageMaker Ground Truth, which Rekognition Custom Labels takes, too: boxes, classes of whole " +
      "images, and masks, of which each class is one object. A line may have the labels of several jobs. The names of " +
      "classes are gathered from all lines. Told by `source-ref`.",
    example:
      '{"source-ref":"s3://b/a.jpg","job":{"image_size":[{"width":100,"height":80}],"annotations":[{"class_id":0,' +
      '"left":10,"top":20,"width":30,"height":40}]},"job-metadata":{"class-map":{"0":"cat"},"objects":[{"confidence":1}]}}',
    read: {
      carries: ["boxes", "masks", "tags", "attributes", "scores", "sizes", "background"],
      load: async () => (await import("./sagemaker/sagemaker.ts")).sagemaker,
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
