"""Reads a converted dataset with supervision or pycocotools; prints classes, and boxes and outlines' areas by image."""

import json
import os
import sys

kind, folder, images = sys.argv[1:4]


def with_supervision():
    import supervision as sv

    if kind == "voc":
        data = sv.DetectionDataset.from_pascal_voc(
            images_directory_path=os.path.join(folder, "JPEGImages"),
            annotations_directory_path=os.path.join(folder, "Annotations"),
        )
    else:
        data = sv.DetectionDataset.from_yolo(
            images_directory_path=os.path.join(folder, "images", images),
            annotations_directory_path=os.path.join(folder, "labels", images),
            data_yaml_path=os.path.join(folder, "data.yaml"),
            force_masks=kind == "yolo-segment",
            is_obb=kind == "yolo-obb",
        )
    found = {}
    for path, _, detections in data:
        rows = []
        for i in range(len(detections)):
            row = {"class": data.classes[detections.class_id[i]], "box": [float(v) for v in detections.xyxy[i]]}
            if detections.mask is not None:
                row["pixels"] = int(detections.mask[i].sum())
            if "xyxyxyxy" in detections.data:
                row["corners"] = [[float(v) for v in point] for point in detections.data["xyxyxyxy"][i]]
            rows.append(row)
        found[os.path.basename(path)] = rows
    return {"classes": list(data.classes), "images": found}


def with_pycocotools():
    from pycocotools.coco import COCO

    stdout, sys.stdout = sys.stdout, open(os.devnull, "w")
    coco = COCO(os.path.join(folder, "annotations", f"instances_{images}.json"))
    sys.stdout = stdout
    names = {c["id"]: c["name"] for c in coco.loadCats(coco.getCatIds())}
    found = {}
    for image in coco.loadImgs(coco.getImgIds()):
        rows = []
        for a in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            x, y, w, h = a["bbox"]
            row = {"class": names[a["category_id"]], "box": [x, y, x + w, y + h]}
            if a["segmentation"]:
                row["pixels"] = int(coco.annToMask(a).sum())
            rows.append(row)
        found[os.path.basename(image["file_name"])] = rows
    return {"classes": list(names.values()), "images": found}


print(json.dumps(with_pycocotools() if kind == "coco" else with_supervision()))
