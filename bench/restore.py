#!/usr/bin/env python3
"""How long a restore keeps a server down: it grows with the files that differ, not with the world.

  bench/restore.py [--world-mb 2048] [--changed 20] [--rounds 5] [--program FILE] [--work DIR]

Builds the program when its sources changed (run.sh; --program names another), starts an engine of its own (tools/private-engine.sh, root only),
plays a world of region files in a volume, then takes turns: some files are changed, the snapshot is restored, the restore is undone. Downtime is
the program's own figure, from sending stop to running again; beside it what stopping and starting that container takes by itself, measured in the
same run. Prints a table and leaves nothing.
"""
import argparse
import http.client
import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tarfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ALLOWED = 1.5


class Engine:
    """The few calls this needs, over the engine's socket."""

    def __init__(self, path):
        self.path = path

    def ask(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection("docker", timeout=600)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(600)
        connection.sock.connect(self.path)
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        connection.request(method, "/v1.41" + path, data, {"Content-Type": kind} if data else {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
        return content

    def import_image(self, busybox):
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as archive:
            for folder in ("bin", "data"):
                info = tarfile.TarInfo(folder)
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
            archive.add(busybox, "bin/busybox")
            for name in ("sh", "sleep"):
                info = tarfile.TarInfo("bin/" + name)
                info.type, info.linkname = tarfile.SYMTYPE, "busybox"
                archive.addfile(info)
        self.ask("POST", "/images/create?fromSrc=-&repo=bench&tag=1", tar.getvalue(), "application/x-tar")

    def start_game(self):
        made = json.loads(self.ask("POST", "/containers/create?name=game", {
            "Image": "bench:1", "Cmd": ["/bin/sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"],
            "HostConfig": {"Binds": ["world:/data"]}}))
        self.ask("POST", f"/containers/{made['Id']}/start")
        return json.loads(self.ask("GET", "/volumes/world"))["Mountpoint"]

    def stop_and_start(self):
        since = time.monotonic()
        self.ask("POST", "/containers/game/stop?t=60")
        self.ask("POST", "/containers/game/start")
        return time.monotonic() - since


def make_world(folder, megabytes):
    os.makedirs(os.path.join(folder, "region"))
    for number in range(megabytes):
        with open(os.path.join(folder, "region", f"r.{number}.mca"), "wb") as file:
            file.write(os.urandom(1 << 20))


def play(folder, size, changed, round_):
    for number in range(changed):
        with open(os.path.join(folder, "region", f"r.{number * 37 % size}.mca"), "r+b") as file:
            file.seek((round_ * 4096) % (1 << 19))
            file.write(os.urandom(64 << 10))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world-mb", type=int, default=2048)
    parser.add_argument("--changed", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=os.path.join(ROOT, "run.sh"))
    parser.add_argument("--work", default="/var/tmp/snapshotbot-bench-restore")
    options = parser.parse_args()
    cache = os.environ.get("SNAPSHOTBOT_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "snapshotbot")
    # Before anything is started or written: a build that fails leaves nothing to clear away.
    subprocess.run([*options.program.split(), "--version"], check=True, stdout=sys.stderr)
    script = os.path.join(ROOT, "tools/private-engine.sh")
    os.makedirs(options.work, exist_ok=True)
    home = os.path.join(options.work, "engine")
    address = subprocess.run([script, "start", "old", home], check=True, capture_output=True, text=True).stdout.strip()
    try:
        measure(options, Engine(address.removeprefix("unix://")), address, os.path.join(cache, "engine-old"))
    finally:
        subprocess.run([script, "stop", home], check=True)
        shutil.rmtree(options.work)


def measure(options, engine, address, unpacked):
    busybox = next(path for path in (os.path.join(unpacked, "bin/busybox"), os.path.join(unpacked, "usr/bin/busybox")) if os.path.exists(path))
    engine.import_image(busybox)
    world = engine.start_game()
    make_world(world, options.world_mb)

    def program(*words):
        done = subprocess.run(
            [*options.program.split(), *words, "--data", options.work + "/data", "--json", "--progress", "none"],
            capture_output=True, text=True, env={**os.environ, "DOCKER_HOST": address})
        if done.returncode != 0:
            raise SystemExit(f"snapshotbot {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    # A busybox is up at once: nothing but the downtime is measured.
    os.makedirs(options.work + "/data/profiles", exist_ok=True)
    with open(options.work + "/data/profiles/generic.json", "w") as file:
        file.write('{ "schema": 1, "name": "generic", "title": "Any game", "bootSeconds": 1 }')

    program("server", "add", "world", "--container", "game")
    snapshot = program("snapshot", "create", "world")["snapshot"]["id"]
    alone, restores, undos = [], [], []
    for round_ in range(options.rounds):
        alone.append(engine.stop_and_start())
        play(world, options.world_mb, options.changed, round_)
        restored = program("snapshot", "restore", snapshot, "--yes")["restore"]
        restores.append(restored["downtimeMs"] / 1000)
        undos.append(program("snapshot", "undo", "world", "--yes")["undo"]["downtimeMs"] / 1000)
        if restored["filesReplaced"] < options.changed:
            raise SystemExit(f"only {restored['filesReplaced']} files were replaced")

    own = statistics.median(alone)
    print(f"world {options.world_mb} MB in {options.world_mb} files, {options.changed} changed, {options.rounds} rounds; seconds, median and worst")
    print(f"{'':24}{'down':>12}{'worst':>8}{'without its own stop and start':>34}")
    print(f"{'stop and start alone':24}{own:12.2f}{max(alone):8.2f}")
    missed = False
    for name, times in (("restore", restores), ("undo", undos)):
        rest = statistics.median(times) - own
        missed |= rest > ALLOWED
        print(f"{name:24}{statistics.median(times):12.2f}{max(times):8.2f}{rest:34.2f}{'' if rest <= ALLOWED else f'  more than {ALLOWED}'}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
