"""Reads a converted dataset with supervision, pycocotools, Datumaro, datasets or Pillow; prints classes, and boxes and outlines' areas by image."""

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


def with_datumaro():
    import datumaro as dm
    import numpy as np

    data = dm.Dataset.import_from(folder, {"kitti": "kitti_detection"}.get(kind, kind))
    classes = [label.name for label in data.categories()[dm.AnnotationType.label]]
    found = {}
    for item in data:
        rows = []
        for a in item.annotations:
            if hasattr(a, "as_polygon"):
                # Pairs or one list, as the kind of shape has it.
                points = np.array(a.as_polygon()).reshape(-1, 2)
                box = [*points.min(axis=0), *points.max(axis=0)]
            else:
                x, y, w, h = a.get_bbox()
                box = [x, y, x + w, y + h]
            rows.append({"class": classes[a.label], "box": [float(v) for v in box]})
        found[os.path.basename(item.media.path)] = rows
    return {"classes": classes, "images": found}


def with_datasets():
    os.environ["HF_DATASETS_OFFLINE"] = "1"
    import tempfile

    import datasets
    import yaml

    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        data = datasets.load_dataset(folder, cache_dir=cache)[images]
        # What the Hub does with the card.
        with open(os.path.join(folder, "README.md")) as card:
            info = yaml.safe_load(card.read().split("---")[1])["dataset_info"]
        features = datasets.Features._from_yaml_list(info["features"])
        data = data.cast(features, num_proc=None)
        label = features["objects"]["category"].feature
        found = {}
        for row in data:
            objects = row["objects"]
            found[os.path.basename(row["image"].filename)] = [
                {"class": label.int2str(category), "box": [x, y, x + w, y + h]}
                for category, (x, y, w, h) in zip(objects["category"], objects["bbox"])
            ]
    return {"classes": label.names, "images": found}


def with_pillow():
    from PIL import Image

    with open(os.path.join(folder, "labelmap.txt")) as lines:
        rows = [line.split(":") for line in lines if not line.startswith("#")]
    names = {tuple(map(int, colour.split(","))): name for name, colour, *_ in rows}
    found = {}
    for file in sorted(os.listdir(os.path.join(folder, "masks", images))):
        mask = Image.open(os.path.join(folder, "masks", images, file))
        colours = mask.convert("RGB").getcolors()
        found[file] = [
            {"class": names[colour], "box": [], "pixels": count} for count, colour in colours if any(colour)
        ]
    return {"classes": [name for name in names.values() if name != "background"], "images": found}


READERS = {
    "coco": with_pycocotools,
    "cvat": with_datumaro,
    "datumaro": with_datumaro,
    "dota": with_datumaro,
    "kitti": with_datumaro,
    "hf-imagefolder": with_datasets,
    "hf-parquet": with_datasets,
    "mask-png": with_pillow,
}
print(json.dumps(READERS.get(kind, with_supervision)()))
