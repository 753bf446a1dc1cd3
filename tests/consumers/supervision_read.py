"""Loads a set as a training script that uses supervision would: images from a folder, labels from the COCO file.

usage: supervision_read.py SET IMAGES
"""
import json
import sys
from pathlib import Path

import supervision

dataset = supervision.DetectionDataset.from_coco(
    images_directory_path=sys.argv[2],
    annotations_path=str(Path(sys.argv[1]) / "unified_annotation.json"),
)
boxes = {
    str(Path(path).relative_to(sys.argv[2]).as_posix()): [
        [dataset.classes[category], *map(float, box)]
        for category, box in zip(detections.class_id, detections.xyxy)
    ]
    for path, detections in dataset.annotations.items()
}
print(json.dumps({"classes": dataset.classes, "boxes": boxes}))
