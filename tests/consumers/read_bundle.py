"""Reads every frame of a set in two ways, as an archive member and by offset, and compares it with the source.

usage: read_bundle.py SET SOURCE
"""
import json
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

set_folder, source = Path(sys.argv[1]), Path(sys.argv[2])
manifest = json.loads((set_folder / "frame_manifest.json").read_bytes())
frames = manifest["frames"]
path = set_folder / manifest["bundle"]["file"]

if manifest["bundle"]["media"] == "zip":
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    names = archive.namelist()
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    read = archive.read
else:
    archive = tarfile.open(path)
    names = archive.getnames()
    assert {member.mtime for member in archive} == {0}
    read = lambda name: archive.extractfile(name).read()

assert names == [frame["file_name"] for frame in frames], names
with open(path, "rb") as bundle:
    for frame in frames:
        original = (source / frame["file_name"]).read_bytes()
        assert read(frame["file_name"]) == original, frame
        bundle.seek(frame["offset"])
        stored = bundle.read(frame["size"])
        if frame.get("method") == "deflate":
            stored = zlib.decompress(stored, -15)
        assert stored == original, frame
        assert f"{zlib.crc32(original):08x}" == frame["crc32"], frame
print(json.dumps({"frames": len(frames), "deflated": sum("method" in frame for frame in frames)}))
