"""Finds the painted square of every frame of a compressed bundle, with PyAV and with OpenCV.

usage: find_squares.py SET < COLOURS

COLOURS is JSON: the colours of square and ground, RGB, by file name. Which frame of which file shows an image, and its size,
are read from the set's manifest. Prints, for each reader, the box of each image by its name: left, top, width, height, px.
"""
import json
import sys
from pathlib import Path

import av
import cv2
import numpy

folder = Path(sys.argv[1])
colours = json.load(sys.stdin)
manifest = json.loads((folder / "frame_manifest.json").read_bytes())
bundle = manifest["bundle"]
files = [file["file"] for file in bundle["video"].get("files", [{"file": bundle["file"]}])]


def by_pyav(path):
    with av.open(str(path)) as video:
        for number, picture in enumerate(video.decode(video=0)):
            # Matroska rounds times to milliseconds.
            assert abs(float(picture.pts * picture.time_base) - number / bundle["fps"]) <= 0.001, picture.pts
            yield picture.to_ndarray(format="rgb24")


def by_opencv(path):
    capture = cv2.VideoCapture(str(path))
    assert capture.isOpened(), path
    while True:
        ok, picture = capture.read()
        if not ok:
            return
        yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def span(hits):
    """First place and length of the rows, or columns, in which the square is; its edges may be blurred."""
    places = numpy.flatnonzero(hits > hits.max() / 2)
    return int(places[0]), int(places[-1] - places[0] + 1)


def square_in(picture, frame):
    # Upright size: orientations from 5 on exchange the sides.
    width, height = frame["width"], frame["height"]
    if frame.get("orientation", 1) >= 5:
        width, height = height, width
    true = picture[:height, :width].astype(int)
    assert true.shape == (height, width, 3), (true.shape, frame)
    square, ground = (numpy.abs(true - colour).sum(axis=2) for colour in colours[frame["file_name"]])
    hits = square < ground
    assert hits.any(), frame["file_name"]
    (x, w), (y, h) = span(hits.sum(axis=0)), span(hits.sum(axis=1))
    return [x, y, w, h]


def found_by(read):
    boxes = {}
    for number, name in enumerate(files):
        frames = [frame for frame in manifest["frames"] if frame.get("video", 0) == number]
        pictures = list(read(folder / name))
        assert len(pictures) == len(frames), (name, len(pictures), len(frames))
        for frame in frames:
            picture = pictures[frame.get("video_frame", frame["index"])]
            boxes[frame["file_name"]] = square_in(picture, frame)
    return boxes


print(json.dumps({"PyAV": found_by(by_pyav), "OpenCV": found_by(by_opencv)}))
