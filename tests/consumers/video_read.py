"""Reads the frames of an mp4 with PyAV and OpenCV, by number, and compares each with the original file.

usage: video_read.py SET [SOURCE]

Without SOURCE the original bytes are those at the frame's offset. Prints, for every track, its codec, its number of frames
and the sizes PyAV gives; and the numbers of frames that OpenCV read.
"""
import io
import json
import sys
from pathlib import Path

import av
import cv2
import numpy

set_folder = Path(sys.argv[1])
manifest = json.loads((set_folder / "frame_manifest.json").read_bytes())
path = set_folder / manifest["bundle"]["file"]
fps = manifest["bundle"]["fps"]
# Of a set that has been updated, those that are alive, in the order in which they lie in the bundle.
alive = [frame for frame in manifest["frames"] if "removed" not in frame]
alive.sort(key=lambda frame: frame.get("frame", frame["index"]))
CODECS = {"mjpeg": "jpeg", "png": "png"}


def original(frame):
    if len(sys.argv) > 2:
        return (Path(sys.argv[2]) / frame["file_name"]).read_bytes()
    with open(path, "rb") as bundle:
        bundle.seek(frame["offset"])
        return bundle.read(frame["size"])


def decoded(data):
    with av.open(io.BytesIO(data)) as image:
        return next(image.decode(video=0)).to_ndarray(format="rgb24")


def chosen(frames):
    """First, middle and last."""
    return sorted({0, len(frames) // 2, len(frames) - 1})


tracks = []
with av.open(str(path)) as video:
    for stream in video.streams.video:
        codec = CODECS[stream.codec_context.name]
        frames = [frame for frame in alive if frame["codec"] == codec]
        assert stream.frames == len(frames), (stream.frames, len(frames))
        assert float(stream.average_rate) == fps, stream.average_rate
        # ffmpeg takes a picture that is much lower than the first one of its track for half of one, if it decodes it first.
        video.seek(0, stream=stream)
        next(video.decode(stream))
        sizes = set()
        for index in chosen(frames):
            video.seek(round(index / fps / stream.time_base), stream=stream)
            picture = next(video.decode(stream))
            assert picture.pts * stream.time_base == index / stream.average_rate, (picture.pts, index)
            data = original(frames[index])
            assert numpy.array_equal(picture.to_ndarray(format="rgb24"), decoded(data)), frames[index]
            sizes.add((picture.width, picture.height))
        tracks.append({"codec": codec, "frames": len(frames), "sizes": sorted(sizes)})

capture = cv2.VideoCapture(str(path))
frames = [frame for frame in alive if frame["codec"] == tracks[0]["codec"]]
assert int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) == len(frames)
assert capture.get(cv2.CAP_PROP_FPS) == fps
read = chosen(frames)
for index in read:
    capture.set(cv2.CAP_PROP_POS_FRAMES, index)
    ok, picture = capture.read()
    assert ok, index
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    wanted = cv2.imdecode(numpy.frombuffer(original(frames[index]), numpy.uint8), flags)
    # Every picture is scaled to the size of the first; the decoder differs from that of imdecode by a few levels.
    wanted = cv2.resize(wanted, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
    assert numpy.abs(picture.astype(int) - wanted).mean() < 4, index
print(json.dumps({"tracks": tracks, "opencv": read}))
