"""Reads a bundle laid out for WebDataset twice: as a stream, and at random by the index as wids does. Prints the samples.

usage: read_samples.py SET
"""
import hashlib
import json
import sys
import tarfile
from pathlib import Path

import webdataset as wds

folder = Path(sys.argv[1])
index = json.loads((folder / "media_bundle-index.json").read_bytes())
assert index["wids_version"] == 1, index


def row(key, sample):
    label = json.loads(sample.pop("json"))
    (kind, image), = sample.items()
    return [key, kind, hashlib.sha256(image).hexdigest(), label]


def at_random(shard):
    """Samples from the last to the first: members of one key follow each other, `nsamples` says how many keys there are."""
    path = folder / shard["url"]
    assert path.stat().st_size == shard["filesize"], shard
    with tarfile.open(path) as archive:
        groups = []
        for member in archive:
            assert member.isfile(), member
            key, extension = member.name.split(".", 1)
            if not groups or groups[-1][0] != key:
                groups.append((key, {}))
            assert extension not in groups[-1][1], member
            groups[-1][1][extension] = member
        assert len(groups) == shard["nsamples"], shard
        for key, members in reversed(groups):
            yield row(key, {name: archive.extractfile(member).read() for name, member in members.items()})


streamed, random = [], []
for shard in index["shardlist"]:
    for sample in wds.WebDataset(str(folder / shard["url"]), shardshuffle=False):
        fields = {name: value for name, value in sample.items() if not name.startswith("__")}
        streamed.append(row(sample["__key__"], fields))
    random += at_random(shard)
decoded = [
    [image.size for name, image in sample.items() if name in ("jpg", "png")]
    for sample in wds.WebDataset(str(folder / index["shardlist"][0]["url"]), shardshuffle=False).decode("pil")
]
assert random[::-1] == streamed
print(json.dumps({"samples": streamed, "decoded": decoded}))
