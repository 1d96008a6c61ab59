#!/usr/bin/env python3
"""Makes game worlds to measure on, and plays an hour on them. Python's own library only.

  bench/worlds.py make FOLDER [--sets mc,small,sqlite,logs] [--scale 1]
  bench/worlds.py play FOLDER/SET [--hour 1]

  mc      2 GiB: region files of 4 KiB sectors with a header and zlib'd chunks, players, mods that don't compress, a log
  small   250 MiB: 60,000 scripts and settings of 1 to 8 KiB in the folders of 400 mods
  sqlite  1 GiB: one database of zlib'd blocks
  logs    500 MiB of text, and a file with holes

An hour rewrites 5 to 40 % of the chunks of every twentieth region file, in place where they fit and else at the end, and adds two; 120 small
files are changed, 40 added, 20 removed, a mod is renamed; 1 % of the database's pages change, in transactions of 50 rows; 3 MiB are added to a
log. Contents come from numbers seeded by the path, so the same worlds are made everywhere; --scale changes how many there are.
"""
import argparse
import gzip
import multiprocessing
import os
import random
import sqlite3
import struct
import time
import zlib

SETS = ("mc", "small", "sqlite", "logs")
SECTOR = 4096
SLOTS = 1024
WORDS = ("local function block stone water air player return end if then else for in pairs node register name items craft group texture sound "
         "light drop true false nil table insert pos meta inventory stack wear tool speed level minimum maximum biome spawn chance radius height").split()


def seeded(*name):
    return random.Random("/".join(map(str, name)))


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def chunk(numbers):
    """As a game packs one: half of it is like nothing else, the rest is layers of the same few kinds of block."""
    layers = b"".join(bytes((numbers.randrange(12),)) * numbers.randrange(16, 256) for _ in range(24))
    return zlib.compress(numbers.randbytes(numbers.randrange(1500, 9000)) + layers, 1)


def text(numbers, length):
    return " ".join(numbers.choices(WORDS, k=length // 6 + 1)).encode()[:length]


class Region:
    """A region file: where each chunk is, when it was saved, and the chunks, each at the beginning of a sector."""

    def __init__(self, path):
        self.path = path
        self.places = [(0, 0)] * SLOTS
        self.times = [0] * SLOTS
        self.end = 2

    def read(self):
        with open(self.path, "rb") as file:
            head = file.read(2 * SECTOR)
        for slot in range(SLOTS):
            place = struct.unpack_from(">I", head, slot * 4)[0]
            self.places[slot] = (place >> 8, place & 255)
            self.times[slot] = struct.unpack_from(">I", head, SECTOR + slot * 4)[0]
        self.end = max(2, os.path.getsize(self.path) // SECTOR)
        return self

    def put(self, file, slot, data, saved):
        data = struct.pack(">IB", len(data) + 1, 2) + data
        sectors = -(-len(data) // SECTOR)
        start, room = self.places[slot]
        if sectors > room:
            start, self.end = self.end, self.end + sectors
        file.seek(start * SECTOR)
        # What the last chunk there had behind it stays, as games leave it; at the end the sector is filled up.
        file.write(data if start + sectors < self.end else data.ljust(sectors * SECTOR, b"\0"))
        self.places[slot], self.times[slot] = (start, sectors), saved

    def put_head(self, file):
        file.seek(0)
        file.write(struct.pack(f">{SLOTS}I", *(start << 8 | count for start, count in self.places)))
        file.write(struct.pack(f">{SLOTS}I", *self.times))


def make_region(path):
    numbers = seeded("region", os.path.basename(os.path.dirname(path)), os.path.basename(path))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    region = Region(path)
    with open(path, "w+b") as file:
        file.truncate(2 * SECTOR)
        for slot in range(SLOTS):
            if numbers.random() < 0.45:
                region.put(file, slot, chunk(numbers), 1_700_000_000 + slot)
        region.put_head(file)


def players(folder, numbers, count):
    for number in count:
        write(os.path.join(folder, "world/playerdata", f"{number:08x}.dat"),
              gzip.compress(struct.pack(">3d", *(numbers.uniform(-5000, 5000) for _ in range(3))) + text(numbers, 3000), 6, mtime=0))


def log_lines(numbers, length):
    lines, size, clock = [], 0, 0
    while size < length:
        clock += numbers.randrange(3)
        line = (f"[{clock // 3600 % 24:02}:{clock // 60 % 60:02}:{clock % 60:02}] [Server thread/INFO]: player{numbers.randrange(200)} "
                f"{numbers.choice(WORDS)} {numbers.choice(WORDS)} at {numbers.randrange(-30000, 30000)} {numbers.randrange(320)} {numbers.randrange(-30000, 30000)}\n")
        lines.append(line)
        size += len(line)
    return "".join(lines).encode()


def make_mc(folder, scale, pool):
    dimensions = (("world/region", 0.7), ("world/DIM-1/region", 0.2), ("world/DIM1/region", 0.1))
    pool.map(make_region, [os.path.join(folder, where, f"r.{number % 20 - 10}.{number // 20 - 10}.mca")
                           for where, share in dimensions for number in range(max(2, round(640 * scale * share)))], 1)
    numbers = seeded("mc")
    players(folder, numbers, range(max(50, round(2000 * scale))))
    for number in range(max(1, round(12 * scale))):
        write(os.path.join(folder, "mods", f"mod{number}.jar"), numbers.randbytes(numbers.randrange(2 << 20, 8 << 20)))
    write(os.path.join(folder, "world/level.dat"), gzip.compress(text(numbers, 4000), 6, mtime=0))
    write(os.path.join(folder, "server.properties"), text(numbers, 1200))
    write(os.path.join(folder, "logs/latest.log"), log_lines(numbers, round((4 << 20) * scale)))


def play_mc(folder, hour):
    numbers = seeded("mc", "hour", hour)
    regions = sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names if name.endswith(".mca"))
    for path in numbers.sample(regions, max(1, len(regions) // 20)):
        region, share = Region(path).read(), numbers.uniform(0.05, 0.4)
        with open(path, "r+b") as file:
            for slot in range(SLOTS):
                if region.places[slot][1] and numbers.random() < share:
                    region.put(file, slot, chunk(numbers), 1_700_100_000 + slot)
            region.put_head(file)
    for number in range(2):
        make_region(os.path.join(folder, "world/region", f"r.{100 + hour}.{number}.mca"))
    known = len(os.listdir(os.path.join(folder, "world/playerdata")))
    players(folder, numbers, numbers.sample(range(known), min(known, 40)))
    write(os.path.join(folder, "world/level.dat"), gzip.compress(text(numbers, 4000), 6, mtime=0))
    append(os.path.join(folder, "logs/latest.log"), log_lines(numbers, 200_000))


def append(path, data):
    with open(path, "ab") as file:
        file.write(data)


def script(numbers, book):
    """A piece of a book of words, with a line of its own: made at the speed of a disk, and no two are the same."""
    length = numbers.randrange(1024, 8192)
    start = numbers.randrange(len(book) - length)
    return f"-- {numbers.getrandbits(64):016x}\n".encode() + book[start:start + length]


def small_path(folder, number, mods):
    return os.path.join(folder, f"mod{number % mods:03}", ("textures", "scripts", "locale")[number % 3], f"{number:06}{('.lua', '.json', '.txt', '.conf')[number % 4]}")


def make_small(folder, scale, _):
    numbers, count = seeded("small"), max(400, round(60_000 * scale))
    book = text(numbers, 8 << 20)
    for number in range(count):
        write(small_path(folder, number, 400), script(numbers, book))


def play_small(folder, hour):
    numbers = seeded("small", "hour", hour)
    book = text(seeded("small"), 8 << 20)
    files = sorted(os.path.join(where, name) for where, _, names in os.walk(folder) for name in names)
    touched = numbers.sample(files, min(len(files), 140))
    for path in touched[20:]:
        write(path, script(numbers, book))
    for path in touched[:20]:
        os.remove(path)
    for number in range(40):
        write(small_path(folder, 900_000 + hour * 1000 + number, 400), script(numbers, book))
    mod = numbers.choice(sorted(name for name in os.listdir(folder)))
    os.rename(os.path.join(folder, mod), os.path.join(folder, f"{mod}-{hour}"))


def block(numbers):
    return zlib.compress(numbers.randbytes(numbers.randrange(400, 2400)) + bytes((numbers.randrange(30),)) * 2000, 1)


def make_sqlite(folder, scale, _):
    numbers, count = seeded("sqlite"), max(1000, round(540_000 * scale))
    os.makedirs(folder, exist_ok=True)
    database = sqlite3.connect(os.path.join(folder, "map.sqlite"))
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TABLE blocks (pos INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    for first in range(0, count, 20_000):
        with database:
            database.executemany("INSERT INTO blocks VALUES (?, ?)", ((pos, block(numbers)) for pos in range(first, min(count, first + 20_000))))
    database.close()
    write(os.path.join(folder, "world.mt"), text(numbers, 600))
    write(os.path.join(folder, "players.txt"), text(numbers, 20_000))


def play_sqlite(folder, hour):
    numbers = seeded("sqlite", "hour", hour)
    database = sqlite3.connect(os.path.join(folder, "map.sqlite"))
    count = database.execute("SELECT max(pos) FROM blocks").fetchone()[0] + 1
    # People build where they are: rows beside each other.
    changed = max(50, count // 100)
    for centre in (numbers.randrange(count) for _ in range(8)):
        rows = [(centre + step) % count for step in range(changed // 8)]
        for first in range(0, len(rows), 50):
            with database:
                database.executemany("UPDATE blocks SET data = ? WHERE pos = ?", ((block(numbers), pos) for pos in rows[first:first + 50]))
    for first in range(count, count + 400, 100):
        with database:
            database.executemany("INSERT INTO blocks VALUES (?, ?)", ((pos, block(numbers)) for pos in range(first, first + 100)))
    database.close()


def make_log(job):
    path, length = job
    write(path, log_lines(seeded(os.path.basename(path)), length))


def make_logs(folder, scale, pool):
    pool.map(make_log, [(os.path.join(folder, f"server-{number}.log"), round((30 << 20) * scale) + 1000) for number in range(16)], 1)
    with open(os.path.join(folder, "heap.bin"), "wb") as file:
        file.truncate(round((256 << 20) * scale) + (1 << 20))
    holes(folder, seeded("holes"), 8)


def holes(folder, numbers, count):
    with open(os.path.join(folder, "heap.bin"), "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for _ in range(count):
            file.seek(numbers.randrange(size // 65536) * 65536)
            file.write(numbers.randbytes(65536))


def play_logs(folder, hour):
    numbers = seeded("logs", "hour", hour)
    append(os.path.join(folder, "server-0.log"), log_lines(numbers, 3 << 20))
    holes(folder, numbers, 4)


def main():
    parser = argparse.ArgumentParser(prog="bench/worlds.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make")
    make.add_argument("folder")
    make.add_argument("--sets", type=lambda s: s.split(","), default=list(SETS))
    make.add_argument("--scale", type=float, default=1.0)
    play = verbs.add_parser("play")
    play.add_argument("folder")
    play.add_argument("--hour", type=int, default=1)
    args = parser.parse_args()
    if args.verb == "play":
        globals()["play_" + os.path.basename(os.path.normpath(args.folder))](args.folder, args.hour)
        return
    write(os.path.join(args.folder, "made-by-worlds.py"), b"")
    with multiprocessing.Pool() as pool:
        for name in args.sets:
            since = time.monotonic()
            target = os.path.join(args.folder, name)
            # Under its own name only when it is whole.
            globals()["make_" + name](target + ".part", args.scale, pool)
            os.rename(target + ".part", target)
            print(f"{name}: made in {time.monotonic() - since:.0f} s", flush=True)


if __name__ == "__main__":
    main()
