#!/usr/bin/env python3
"""What each field of a file's node costs in a repository's trees: bench/tree_fields.py FOLDER

Makes the tree blobs of every fourth folder below FOLDER as a snapshot has them, whole and with fields left out, compresses each by itself with zstd (as
repositories do) and prints bytes a node. Hashes are random, as good hashes look. The figures say how small an hour of play could be kept at best in
restic's format (docs/decisions/0003-chunk-sizes.md): one changed file writes all nodes of its folder anew.
"""
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile

LEVELS = [1, 3, 19]
VARIANTS = {
    "all fields": set(),
    "without ctime": {"ctime"},
    "without ctime and inode": {"ctime", "inode"},
    "without ctime, inode and atime": {"ctime", "inode", "atime"},
    "the hash alone": None,
}


def time_text(nanoseconds):
    whole = datetime.datetime.fromtimestamp(nanoseconds // 10**9, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = nanoseconds % 10**9
    return whole + (f".{fraction:09d}".rstrip("0") if fraction else "") + "Z"


def node(folder, name, source):
    status = os.lstat(os.path.join(folder, name))
    return {
        "name": name, "type": "file", "mode": status.st_mode & 0o7777, "mtime": time_text(status.st_mtime_ns), "atime": time_text(status.st_mtime_ns),
        "ctime": time_text(status.st_ctime_ns), "uid": status.st_uid, "gid": status.st_gid, "user": "root", "group": "root", "inode": status.st_ino,
        "device_id": status.st_dev, "size": status.st_size, "links": 1, "content": [f"{source.getrandbits(256):064x}"], "subtree": None,
    }


def trees(top):
    source, number = random.Random(1), 0
    for folder, _, names in os.walk(top):
        if names:
            number += 1
            if number % 4 == 0:
                yield [node(folder, name, source) for name in sorted(names)]


def compressed(folder, level):
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["zstd", "-q", f"-{level}", "--no-check", "--single-thread", "-r", folder, "--output-dir-flat", out], check=True)
        return sum(entry.stat().st_size for entry in os.scandir(out))


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(__doc__)
    blobs = list(trees(sys.argv[1]))
    nodes = sum(map(len, blobs))
    if nodes == 0:
        sys.exit("There are fewer than four folders with files.")
    print(f"{nodes:,} nodes in {len(blobs):,} trees; bytes a node at zstd level " + ", ".join(map(str, LEVELS)))
    for name, left_out in VARIANTS.items():
        with tempfile.TemporaryDirectory() as folder:
            for number, blob in enumerate(blobs):
                kept = [{k: v for k, v in n.items() if (k == "content" if left_out is None else k not in left_out)} for n in blob]
                with open(os.path.join(folder, str(number)), "w") as file:
                    file.write(json.dumps({"nodes": kept}, separators=(",", ":")) + "\n")
            print(f"{name:32}" + "".join(f"{compressed(folder, level) / nodes:8.1f}" for level in LEVELS))


if __name__ == "__main__":
    main()
