"""Loads a set's annotations with pycocotools and evaluates detections that are the ground truth itself.

usage: evaluate.py SET
"""
import contextlib
import io
import json
import sys
from pathlib import Path

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(str(Path(sys.argv[1]) / "unified_annotation.json"))
    annotations = truth.loadAnns(truth.getAnnIds())
    kinds = ["bbox", "segm"] if any(annotation["segmentation"] for annotation in annotations) else ["bbox"]
    precision = {}
    for kind in kinds:
        perfect = []
        for annotation in annotations:
            if annotation["iscrowd"]:
                continue
            found = {key: annotation[key] for key in ("image_id", "category_id", "bbox")} | {"score": 0.9}
            if kind == "segm":
                found = {key: found[key] for key in ("image_id", "category_id", "score")}
                mask = truth.annToRLE(annotation)
                found["segmentation"] = mask
            perfect.append(found)
        evaluation = COCOeval(truth, truth.loadRes(perfect), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        precision[kind] = float(evaluation.stats[0])
print(json.dumps({"images": len(truth.imgs), "annotations": len(annotations), "precision": precision}))
