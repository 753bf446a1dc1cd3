"""Compares the sizes and orientations in a set with what Pillow sees in the bundle's bytes.

usage: image_sizes.py SET
"""
import io
import json
import sys
from pathlib import Path

from PIL import Image, ImageOps

folder = Path(sys.argv[1])
manifest = json.loads((folder / "frame_manifest.json").read_bytes())
images = json.loads((folder / "unified_annotation.json").read_bytes())["images"]
turned = 0
with open(folder / manifest["bundle"]["file"], "rb") as bundle:
    for frame, record in zip(manifest["frames"], images, strict=True):
        bundle.seek(record["offset"])
        image = Image.open(io.BytesIO(bundle.read(record["size"])))
        assert image.size == (frame["width"], frame["height"]), frame
        assert image.format.lower() == frame["codec"], frame
        assert image.getexif().get(0x0112, 1) == frame["orientation"], frame
        upright = ImageOps.exif_transpose(image)
        assert upright.size == (record["width"], record["height"]), record
        turned += upright.size != image.size
print(json.dumps({"images": len(images), "turned": turned}))
