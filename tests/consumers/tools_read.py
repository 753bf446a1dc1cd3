"""
Reads a converted dataset as labelling tools, their converters and trainers do; prints class, box, and what else there is
of outlines, pixels of a mask, pixels an outline fills and keypoints, of each object by image.
"""

import glob
import json
import os
import sys

kind, folder = sys.argv[1:3]


def box_of(points):
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


def rows_of(data, path):
    detections = data.annotations[path]
    rows = []
    for i in range(len(detections)):
        row = {"class": data.classes[detections.class_id[i]], "box": [float(v) for v in detections.xyxy[i]]}
        if detections.mask is not None:
            row["filled"] = int(detections.mask[i].sum())
        rows.append(row)
    return rows


def from_supervision(data):
    return {os.path.basename(path): rows_of(data, path) for path in data.image_paths}


def from_globox(data, names=None):
    return {
        image.image_id: [
            {
                "class": names[int(box.label)] if names else box.label,
                "box": [box.xmin, box.ymin, box.xmax, box.ymax],
            }
            for box in image.boxes
        ]
        for image in data
    }


def labelme():
    """supervision joins shapes of one group, and leaves out turned boxes and masks, which are looked at as LabelMe does."""
    import base64
    import io

    import numpy as np
    import supervision as sv
    from PIL import Image

    found = {}
    for split in splits():
        found |= from_supervision(sv.DetectionDataset.from_labelme(split, split))
    for path in glob.glob(f"{folder}/*/*.json"):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        with Image.open(os.path.join(os.path.dirname(path), data["imagePath"])) as image:
            assert image.size == (data["imageWidth"], data["imageHeight"])
        for shape in data["shapes"]:
            row = {"class": shape["label"], "box": box_of(shape["points"])}
            if shape["shape_type"] == "oriented_rectangle":
                row["outlines"] = [[v for point in shape["points"] for v in point]]
            elif shape["shape_type"] == "mask":
                mask = np.array(Image.open(io.BytesIO(base64.b64decode(shape["mask"])))).astype(bool)
                (x1, y1), (x2, y2) = shape["points"]
                # LabelMe names the last pixel, and wants a mask of just this size.
                assert mask.shape == (y2 - y1 + 1, x2 - x1 + 1)
                row = {**row, "box": [x1, y1, x2 + 1, y2 + 1], "pixels": int(mask.sum())}
            else:
                continue
            found[data["imagePath"]].append(row)
    return found


def label_studio():
    """Label Studio's own converter, with the configuration that lies beside the tasks."""
    from label_studio_converter import Converter
    from label_studio_converter.brush import decode_rle
    from label_studio_converter.utils import convert_annotation_to_yolo_obb

    tasks, config = os.path.join(folder, "tasks.json"), os.path.join(folder, "labeling_config.xml")
    converter = Converter(config=config, project_dir=None, download_resources=False)
    found = {}
    for item in converter.iter_from_json_file(tasks):
        rows = found.setdefault(os.path.basename(item["input"]["image"]), [])
        for value in (value for values in item["output"].values() for value in values):
            width, height = value["original_width"], value["original_height"]
            if "rectanglelabels" in value:
                # Its COCO turns boxes in percent, which is right for square images only.
                corners = [(x * width, y * height) for x, y in convert_annotation_to_yolo_obb(value)]
                row = {"class": value["rectanglelabels"][0], "box": box_of(corners)}
                if value["rotation"] != 0:
                    row["outlines"] = [[v for corner in corners for v in corner]]
                rows.append(row)
            elif "brushlabels" in value:
                opaque = decode_rle(value["rle"]).reshape(height, width, 4)[:, :, 3] > 0
                ys, xs = opaque.nonzero()
                box = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
                pixels = int(opaque.sum())
                rows.append({"class": value["brushlabels"][0], "box": [float(v) for v in box], "pixels": pixels})
            elif "keypointlabels" in value:
                point = [value["x"] / 100 * width, value["y"] / 100 * height]
                rows.append({"class": value["keypointlabels"][0], "box": point * 2})
    output = os.path.join(folder, "coco")
    converter.convert_to_coco(tasks, output, is_dir=False)
    with open(os.path.join(output, "result.json"), encoding="utf-8") as file:
        coco = json.load(file)
    names = {each["id"]: each["name"] for each in coco["categories"]}
    images = {each["id"]: os.path.basename(each["file_name"]) for each in coco["images"]}
    for each in coco["annotations"]:
        if each["segmentation"]:
            x, y, w, h = each["bbox"]
            row = {"class": names[each["category_id"]], "box": [x, y, x + w, y + h]}
            found[images[each["image_id"]]].append({**row, "outlines": each["segmentation"]})
    return found


def via2():
    """globox reads rectangles; polygons are taken as Mask R-CNN's tutorials for VIA take them."""
    from globox import AnnotationSet

    found = {}
    for split in splits():
        path = os.path.join(split, "via_region_data.json")
        found |= from_globox(AnnotationSet.from_via_json(path, label_key="class", image_folder=split))
        with open(path, encoding="utf-8") as file:
            images = json.load(file).values()
        for image in images:
            shapes = [(r["shape_attributes"], r["region_attributes"]) for r in image["regions"]]
            for shape, attributes in shapes:
                if shape["name"] == "polygon":
                    points = list(zip(shape["all_points_x"], shape["all_points_y"], strict=True))
                    outline = [v for point in points for v in point]
                    row = {"class": attributes["class"], "box": box_of(points), "outlines": [outline]}
                    found[image["filename"]].append(row)
    return found


def createml():
    import supervision as sv

    found = {}
    for split in splits():
        path = os.path.join(split, "_annotations.createml.json")
        found |= from_supervision(sv.DetectionDataset.from_createml(split, path))
    return found


def tf_csv():
    """As the scripts do that make TFRecords of it: pandas, and a group of rows for each file."""
    import pandas as pd
    from PIL import Image

    found = {}
    for split in splits():
        # A class may be called "NA".
        rows = pd.read_csv(os.path.join(split, "_annotations.csv"), keep_default_na=False)
        for name, group in rows.groupby("filename"):
            with Image.open(os.path.join(split, name)) as image:
                assert {image.size} == set(zip(group["width"], group["height"]))
            found[name] = [
                {"class": row["class"], "box": [float(row[c]) for c in ("xmin", "ymin", "xmax", "ymax")]}
                for _, row in group.iterrows()
            ]
    return found


def darknet():
    """globox for the rows. Darknet itself takes the names, lists and places from `obj.data`."""
    from globox import AnnotationSet

    with open(os.path.join(folder, "obj.data"), encoding="utf-8") as file:
        settings = dict(line.strip().split(" = ") for line in file)
    names = lines_of(settings["names"])
    assert int(settings["classes"]) == len(names)
    found = {}
    for split in ("train", "valid"):
        images = lines_of(settings[split])
        assert all(os.path.isfile(os.path.join(folder, image)) for image in images)
        place = os.path.join(folder, os.path.dirname(images[0]))
        read = AnnotationSet.from_yolo_darknet(place, image_folder=place, image_extension=".png")
        assert sorted(read.image_ids) == sorted(os.path.basename(image) for image in images)
        found |= from_globox(read, names)
    return found


def yolo_pose():
    """supervision for classes and boxes, SLEAP for keypoints."""
    import supervision as sv
    from sleap_io.io.ultralytics import create_skeleton_from_config, parse_data_yaml, parse_label_file

    config_path = os.path.join(folder, "data.yaml")
    config = parse_data_yaml(config_path)
    skeleton = create_skeleton_from_config(config)
    found = {}
    for split in ("train", "val"):
        images = os.path.join(folder, config[split])
        labels = images.replace("images", "labels")
        data = sv.DetectionDataset.from_yolo(images, labels, config_path)
        for path, image, _ in data:
            label = os.path.join(labels, os.path.splitext(os.path.basename(path))[0] + ".txt")
            instances, outlines, boxes = parse_label_file(label, skeleton, image.shape[:2])
            assert not outlines and not boxes
            rows = rows_of(data, path)
            assert len(rows) == len(instances)
            for row, instance in zip(rows, instances):
                # Points that are not labelled are NaN, which JSON has not.
                row["keypoints"] = [None if x != x else [float(x), float(y)] for x, y in instance.numpy()]
            found[os.path.basename(path)] = rows
    return found


def lines_of(path):
    with open(os.path.join(folder, path), encoding="utf-8") as file:
        return file.read().splitlines()


def splits():
    return [os.path.join(folder, split) for split in ("train", "val")]


READERS = {
    "createml": createml,
    "darknet": darknet,
    "label-studio": label_studio,
    "labelme": labelme,
    "tf-csv": tf_csv,
    "via2": via2,
    "yolo-pose": yolo_pose,
}
print(json.dumps(READERS[kind]()))
