"""Runs backup tools side by side through the life of a game world and writes what it saw as Markdown.

Started by run.sh, which sees to the tools. Stages, each with all tools in turn:

  first     a snapshot into an empty repository         again    nothing has changed since
  restore   the first snapshot into an empty folder     played   a snapshot after an hour of play
  inplace   the first snapshot over the played tree     check, prune   restic's own, on each restic repository

A run's time is its wall time plus what the disk then takes to be flushed. The ids of snapshots are looked up outside the clock.
Restored trees are compared with the source: contents for all, every piece of metadata for ours.
"""
import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ["first", "again", "restore", "played", "inplace", "check", "prune"]
PLAY_STAGES = {"played", "inplace"}
PASSWORD = "only a benchmark"

# What the project promises: geometric mean over the worlds of the ratio to the newer restic.
TARGETS = {"first": 0.5, "again": 0.3, "played": 0.5, "restore": 0.65, "inplace": 0.3, "growth": 0.4}
WORST = 0.85
BOUNDS = {"first size": 1.05, "check": 1.5, "prune": 1.5}


class Tool:
    """One peer: shell commands that see $SRC, $REPO, $OUT and, for a restore, $ID."""

    def __init__(self, name, init, snapshot, restore, first_id=None, repeats=True, plays=True):
        self.name, self.init, self.snapshot, self.restore = name, init, snapshot, restore
        self.first_id, self.repeats, self.plays = first_id, repeats, plays


def restic(name, binary):
    return Tool(
        name,
        f'"{binary}" -q -r "$REPO" init --repository-version 2',
        f'cd "$SRC" && "{binary}" -q -r "$REPO" backup .',
        f'"{binary}" -q -r "$REPO" restore "$ID" --target "$OUT"',
        lambda env: min(json.loads(ask(f'"{binary}" -r "$REPO" snapshots --json', env)), key=lambda s: s["time"])["id"])


def all_tools(program, newer):
    borg = ('cd "$SRC" && borg create -C zstd,3 "$REPO"::{now:%s.%f} .', 'cd "$OUT" && borg extract "$REPO"::"$ID"')
    borg_id = lambda env: ask('borg list --short --first 1 "$REPO"', env).strip()
    ours = f'"{program}" repository'
    where = '--repository "$REPO" --password-file "$PASSWORD_FILE"'
    tools = [
        Tool("snapshotbot", f"{ours} init {where}", f'cd "$SRC" && {ours} archive . {where}', f'{ours} restore "$ID" "$OUT" --delete {where}',
             lambda env: json.loads(ask(f"{ours} snapshots --json {where}", env))["snapshots"][0]["id"]),
        restic("restic-new", newer),
        restic("restic", "restic"),
        Tool("borg", 'borg init -e repokey-blake2 "$REPO"', *borg, borg_id),
        Tool("borg-plain", 'borg init -e none "$REPO"', *borg, borg_id),
        Tool("tar-zstd", 'mkdir "$REPO"', 'tar -C "$SRC" -cf - . | zstd -q -3 -T2 -f -o "$REPO/a"', 'zstd -q -dc "$REPO/a" | tar -C "$OUT" -xf -',
             repeats=False, plays=False),
        Tool("tar-pigz", 'mkdir "$REPO"', 'tar -C "$SRC" -cf - . | pigz >"$REPO/a"', 'pigz -dc "$REPO/a" | tar -C "$OUT" -xf -',
             repeats=False, plays=False),
        Tool("cp", 'mkdir "$REPO"', 'cp -a "$SRC/." "$REPO/"', 'cp -a "$REPO/." "$OUT/"', repeats=False, plays=False),
        Tool("rsync", 'mkdir "$REPO"', 'rsync -a --delete "$SRC/" "$REPO/"', 'rsync -a --delete "$REPO/" "$OUT/"'),
    ]
    present = {"snapshotbot": os.access(program, os.X_OK), "restic-new": os.access(newer, os.X_OK)}
    return {t.name: t for t in tools if present.get(t.name, True)}


def ask(command, env):
    return subprocess.run(["sh", "-c", command], env=env, check=True, capture_output=True, text=True).stdout


def busy_ticks():
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:]]
    return v[0] + v[1] + v[2] + v[5] + v[6]


def wait_for_quiet(limit=120):
    share = 0.1 * os.sysconf("SC_CLK_TCK") * os.cpu_count() * 2
    for _ in range(limit // 2):
        before = busy_ticks()
        time.sleep(2)
        if busy_ticks() - before < share:
            return


def disk_usage(path):
    return int(subprocess.run(["du", "-sk", path], check=True, capture_output=True, text=True).stdout.split()[0]) / 1024


class Bench:
    def __init__(self, args, tools):
        self.args, self.tools, self.rows, self.faults = args, tools, [], []
        self.work = os.path.abspath(args.work)
        self.trash = os.path.join(self.work, "trash")
        self.cold = False
        self.round = 0
        os.makedirs(self.trash, exist_ok=True)
        self.password = os.path.join(self.work, "password")
        with open(self.password, "w") as f:
            f.write(PASSWORD + "\n")

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def env(self, tool, out=None, **more):
        return dict(os.environ, SRC=self.path("src"), REPO=self.path("repositories", tool), OUT=out or "", PASSWORD_FILE=self.password,
                    RESTIC_PASSWORD_FILE=self.password, RESTIC_CACHE_DIR=self.path("cache", tool), BORG_PASSPHRASE=PASSWORD,
                    BORG_BASE_DIR=self.path("cache", tool), BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK="yes",
                    BORG_RELOCATED_REPO_ACCESS_IS_OK="yes", SNAPSHOTBOT_DATA=self.path("data"), **more)

    def aside(self, path):
        """ext4 passes over each freed inode for minutes: a tree of many files is put aside and deleted only when all clocks have stopped."""
        if os.path.lexists(path):
            os.rename(path, os.path.join(self.trash, f"{time.monotonic_ns()}"))

    def sweep(self):
        """Deletes what was put aside and has few files: three rounds would fill a disk else."""
        for name in os.listdir(self.trash):
            tree = os.path.join(self.trash, name)
            if sum(len(files) for _, _, files in os.walk(tree)) < 10_000:
                shutil.rmtree(tree, ignore_errors=True)

    def measure(self, world, tool, stage, command, env):
        subprocess.run(["sync", "-f", self.work], check=True)
        if self.args.quiet:
            wait_for_quiet()
        if self.cold:
            subprocess.run(["sync"], check=True)
            with open("/proc/sys/vm/drop_caches", "w") as f:
                f.write("3\n")
        with open(self.path("log"), "wb") as log:
            start = time.monotonic()
            pid = subprocess.Popen(["sh", "-c", command], env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL).pid
            _, status, usage = os.wait4(pid, 0)
            wall = time.monotonic() - start
        start = time.monotonic()
        subprocess.run(["sync", "-f", self.work], check=True)
        flush = time.monotonic() - start
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            self.fault(f"{world} {tool} {stage}: exit code {code}: {self.last_line()}")
        row = dict(round=self.round, cold=self.cold, world=world, tool=tool, stage=stage, wall=wall, flush=flush,
                   cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / 1024, repository=disk_usage(env["REPO"]), failed=code != 0)
        self.rows.append(row)
        print(f"  {world:7} {stage:8} {tool:12} {wall + flush:8.2f} s  cpu {row['cpu']:7.2f}  peak {row['peak']:6.0f} MiB  "
              f"repository {row['repository']:8.1f} MiB", flush=True)

    def last_line(self):
        with open(self.path("log"), errors="replace") as f:
            return (f.read().strip().splitlines() or [""])[-1]

    def fault(self, text):
        self.faults.append(text)
        print("!! " + text, flush=True)

    def compare(self, source, out, tool, stage):
        if subprocess.run(["diff", "-rq", "--no-dereference", source, out], capture_output=True).returncode != 0:
            self.fault(f"{tool} {stage}: the restored tree differs")
        if tool != "snapshotbot":
            return
        found = subprocess.run(["rsync", "-aHAXnci", "--delete", source + "/", out + "/"], capture_output=True, text=True)
        lines = [line for line in (found.stdout + found.stderr).splitlines() if not (line.startswith(".d..t") and line.endswith(" ./"))]
        if lines:
            self.fault(f"{tool} {stage}: metadata differs: {lines[0]} ({len(lines)} lines)")

    def world(self, world):
        data, source = os.path.join(self.args.worlds, world), self.path("src")
        for name in ("src", "repositories", "restored", "cache", "played"):
            self.aside(self.path(name))
        self.sweep()
        for name in ("repositories", "restored", "cache"):
            os.makedirs(self.path(name))
        subprocess.run(["cp", "-a", data, source], check=True)
        for tree in (source, data):
            subprocess.run(f'find "{tree}" -type f -exec cat {{}} + >/dev/null', shell=True, check=True)
        order = list(self.tools.values())
        # Each is first in turn: who writes gigabytes first after the files of the round before were deleted takes up to two seconds longer.
        shift = (self.round - 1) % len(order)
        order = order[shift:] + order[:shift]
        for t in order:
            os.makedirs(self.path("cache", t.name))
            subprocess.run(["sh", "-c", t.init], env=self.env(t.name), check=True, capture_output=True)
            self.measure(world, t.name, "first", t.snapshot, self.env(t.name))
        for t in (t for t in order if t.repeats):
            self.measure(world, t.name, "again", t.snapshot, self.env(t.name))
        ids = {t.name: t.first_id(self.env(t.name)) if t.first_id else "" for t in order}
        for t in order:
            out = self.path("restored", t.name)
            os.makedirs(out)
            self.measure(world, t.name, "restore", t.restore, self.env(t.name, out, ID=ids[t.name]))
            self.compare(data, out, t.name, "restore")
            self.aside(out)
        if self.args.play:
            self.after_play(world, data, source, order, ids)
        self.upkeep(world, order)

    def after_play(self, world, data, source, order, ids):
        # Who plays goes by the folder's name.
        os.makedirs(self.path("played"))
        os.symlink(source, self.path("played", world))
        subprocess.run([*self.args.play, self.path("played", world)], check=True, capture_output=True)
        for t in (t for t in order if t.plays and t.name != "rsync"):
            self.measure(world, t.name, "played", t.snapshot, self.env(t.name))
        for t in order:
            out = self.path("restored", t.name)
            subprocess.run(["cp", "-a", source, out], check=True)
            self.measure(world, t.name, "inplace", t.restore, self.env(t.name, out, ID=ids[t.name]))
            if t.name == "snapshotbot":
                self.compare(data, out, t.name, "inplace")
            self.aside(out)
        # rsync keeps one tree only, so its own hour comes when no one needs the first any more.
        for t in (t for t in order if t.name == "rsync"):
            self.measure(world, t.name, "played", t.snapshot, self.env(t.name))

    def upkeep(self, world, order):
        binary = os.environ.get("RESTIC_NEWER", "")
        if not os.access(binary, os.X_OK):
            return
        for t in (t for t in order if t.name in ("snapshotbot", "restic-new")):
            env = self.env(t.name)
            self.measure(world, t.name, "check", f'"{binary}" -q -r "$REPO" check', env)
            self.measure(world, t.name, "prune", f'"{binary}" -q -r "$REPO" forget --group-by "" --keep-last 1 --prune', env)
            ask(f'"{binary}" -q -r "$REPO" check --read-data', env)

    def run(self):
        for self.round in range(1, self.args.rounds + 1):
            for world in self.args.sets:
                print(f"round {self.round}, {world}", flush=True)
                self.world(world)
        if self.args.cold and os.geteuid() == 0:
            self.cold, self.round = True, self.args.rounds + 1
            for world in self.args.sets:
                print(f"cold round, {world}", flush=True)
                self.world(world)
        for name in ("src", "repositories", "restored", "cache", "played"):
            self.aside(self.path(name))


class Report:
    def __init__(self, bench):
        self.bench, self.rows = bench, bench.rows
        self.worlds = bench.args.sets
        self.out = []

    def pick(self, world, tool, stage, cold=False):
        return [r for r in self.rows if (r["world"], r["tool"], r["stage"], r["cold"]) == (world, tool, stage, cold) and not r["failed"]]

    def median(self, world, tool, stage, value, cold=False):
        rows = self.pick(world, tool, stage, cold)
        return statistics.median(value(r) for r in rows) if rows else None

    def time(self, world, tool, stage, cold=False):
        return self.median(world, tool, stage, lambda r: r["wall"] + r["flush"], cold)

    def ratio(self, world, tool, base, stage, cold=False):
        """The median of the ratios within a round: what slows a whole round slows both."""
        ours = {r["round"]: r for r in self.pick(world, tool, stage, cold)}
        theirs = {r["round"]: r for r in self.pick(world, base, stage, cold)}
        both = [(ours[k]["wall"] + ours[k]["flush"]) / max(0.01, theirs[k]["wall"] + theirs[k]["flush"]) for k in ours if k in theirs]
        return statistics.median(both) if both else None

    def size(self, world, tool, stage):
        return self.median(world, tool, stage, lambda r: r["repository"])

    def growth(self, world, tool):
        after, before = self.size(world, tool, "played"), self.size(world, tool, "again")
        return after - before if after is not None and before is not None else None

    def size_ratio(self, world, base, what):
        read = (lambda tool: self.growth(world, tool)) if what == "growth" else (lambda tool: self.size(world, tool, "first"))
        ours, theirs = read("snapshotbot"), read(base)
        return ours / theirs if ours is not None and theirs else None

    def line(self, text=""):
        self.out.append(text)

    def stage_table(self, world, stage):
        tools = [t for t in self.bench.tools if self.pick(world, t, stage)]
        if not tools:
            return
        self.line(f"\n**{stage}**\n")
        self.line("| tool | seconds | of that flush | CPU s | peak MiB | repository MiB | to restic-new | to restic |")
        self.line("|---|---:|---:|---:|---:|---:|---:|---:|")
        for t in tools:
            m = lambda key: self.median(world, t, stage, lambda r: r[key])
            self.line(f"| {t} | {self.time(world, t, stage):.2f} | {m('flush'):.2f} | {m('cpu'):.2f} | {m('peak'):.0f} | {m('repository'):.1f} "
                      f"| {show(self.ratio(world, t, 'restic-new', stage))} | {show(self.ratio(world, t, 'restic', stage))} |")

    def summary(self, base):
        self.line(f"\n| snapshotbot to {base} | {' | '.join(self.worlds)} | geometric mean | aim |")
        self.line("|---|" + "---:|" * (len(self.worlds) + 2))
        for what in ["first", "again", "played", "restore", "inplace", "growth"]:
            one = lambda w: self.size_ratio(w, base, "growth") if what == "growth" else self.ratio(w, "snapshotbot", base, what)
            self.summary_line(what if what == "growth" else f"{what}, time", one, f"{TARGETS[what]}, none above {WORST}")
        self.summary_line("first, size", lambda w: self.size_ratio(w, base, "first"), f"each {BOUNDS['first size']}")
        if base == "restic-new":
            for what in ("check", "prune"):
                self.summary_line(f"restic's own {what}", lambda w: self.ratio(w, "snapshotbot", base, what), f"each {BOUNDS[what]}")

    def summary_line(self, name, one, aim):
        values = [one(w) for w in self.worlds]
        self.line(f"| {name} | {' | '.join(show(v) for v in values)} | {show(geometric(values))} | {aim} |")

    def cold_table(self):
        if not any(r["cold"] for r in self.rows):
            return
        self.line("\n## Cold page cache, one round\n")
        self.line("| world | stage | snapshotbot s | restic-new s | ratio |\n|---|---|---:|---:|---:|")
        for w in self.worlds:
            for stage in STAGES[:5]:
                ours, theirs = self.time(w, "snapshotbot", stage, True), self.time(w, "restic-new", stage, True)
                if ours is not None and theirs is not None:
                    self.line(f"| {w} | {stage} | {ours:.2f} | {theirs:.2f} | {ours / max(theirs, .01):.2f} |")

    def write(self, path):
        args = self.bench.args
        self.line("# Results\n")
        self.line(f"Made by `bench/run.sh`: {args.rounds} round(s), {args.made_by}, medians; seconds are wall time plus the flush of the disk "
                  "afterwards; ratios are medians of the ratios within each round; peak memory is the largest process's.\n")
        self.line(machine(args.work))
        self.line("\n## In short")
        for base in ("restic-new", "restic"):
            if base in self.bench.tools and "snapshotbot" in self.bench.tools:
                self.summary(base)
        faster = [w for w in self.worlds if (self.ratio(w, "snapshotbot", "tar-zstd", "first") or 9) < 1]
        if "tar-zstd" in self.bench.tools:
            self.line(f"\nFirst snapshot faster than `tar | zstd -3`: {', '.join(faster) or 'on none'}.")
        peaks = [r["peak"] for r in self.rows if r["tool"] == "snapshotbot" and r["stage"] in STAGES[:5]]
        if peaks:
            self.line(f"\nLargest peak memory of snapshotbot in any run: {max(peaks):.0f} MiB.")
        self.line("\nFaults seen: " + ("; ".join(self.bench.faults) if self.bench.faults else "none. Every restored tree was compared with its source."))
        for w in self.worlds:
            self.line(f"\n## {w}")
            for stage in STAGES:
                self.stage_table(w, stage)
        self.cold_table()
        with open(path, "w") as f:
            f.write("\n".join(self.out) + "\n")


def show(value):
    return "-" if value is None else f"{value:.2f}"


def geometric(values):
    known = [v for v in values if v is not None and v > 0]
    return math.exp(sum(math.log(v) for v in known) / len(known)) if known else None


def machine(work):
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    memory = int(next(line for line in open("/proc/meminfo") if line.startswith("MemTotal")).split()[1]) / 1048576
    kind = subprocess.run(["stat", "-f", "-c", "%T", work], capture_output=True, text=True).stdout.strip()
    versions = []
    for name, command in (("restic-new", [os.environ.get("RESTIC_NEWER", "restic"), "version"]), ("restic", ["restic", "version"]),
                          ("borg", ["borg", "--version"]), ("zstd", ["zstd", "--version"])):
        try:
            text = subprocess.run(command, capture_output=True, text=True).stdout.strip()
            versions.append(f"{name}: {text.splitlines()[0].strip('* ').split(' compiled')[0]}")
        except (OSError, IndexError):
            pass
    return (f"{time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}, {kind}. "
            + "; ".join(versions) + ".")


def prepare_worlds(args):
    """Finds the worlds, or makes them: by a generator that lies beside the project where there is one, else by bench/worlds.py, each into a folder of its own."""
    tools, own = os.environ.get("WORLD_TOOLS", ""), os.path.join(HERE, "worlds.py")
    given, beside = args.worlds is not None, os.path.exists(os.path.join(tools, "gen_world.py"))
    args.worlds = os.path.abspath(args.worlds or os.path.join(args.work, f"{'worlds' if beside else 'own-worlds'}-{args.scale:g}"))
    ours = os.path.exists(os.path.join(args.worlds, "made-by-worlds.py")) if given else not beside
    make = [own, "make", args.worlds] if ours else [os.path.join(tools, "gen_world.py"), args.worlds]
    args.play = [sys.executable, own, "play"] if ours else [sys.executable, os.path.join(tools, "play_hour.py")] if beside else None
    args.made_by = ("worlds that were given" if given else f"worlds at scale {args.scale:g} by {'bench/worlds.py' if ours else 'gen_world.py'}") \
        + (f", an hour of play by {os.path.basename(args.play[1])}" if args.play else ", no hour of play: nobody here knows how these worlds are played on")
    missing = [s for s in args.sets if not os.path.isdir(os.path.join(args.worlds, s))]
    if missing and not given:
        print(f"Making {', '.join(missing)} ({args.made_by}) ...", flush=True)
        subprocess.run([sys.executable, *make, "--sets", ",".join(missing), "--scale", str(args.scale)], check=True, stdout=subprocess.DEVNULL)
    args.sets = [s for s in args.sets if os.path.isdir(os.path.join(args.worlds, s))]
    if not args.sets:
        sys.exit("There are no worlds to measure on: give --worlds a folder with mc, small, sqlite or logs, or leave it out to have them made.")
    print(f"Measuring on {', '.join(args.sets)}: {args.made_by}.", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="bench/run.sh")
    parser.add_argument("--sets", type=lambda s: s.split(","), default=["mc", "small", "sqlite", "logs"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", type=lambda s: s.split(","))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--worlds", help="a folder that holds mc, small, sqlite or logs; without, they are made")
    parser.add_argument("--work", default=os.path.join(os.environ.get("TMPDIR", "/var/tmp"), "snapshotbot-bench"))
    parser.add_argument("--quiet", action="store_true", help="before each run, wait (two minutes at most) until others leave the machine alone")
    parser.add_argument("--no-cold", dest="cold", action="store_false")
    parser.add_argument("--output", default=os.path.join(HERE, "results.md"))
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    prepare_worlds(args)
    tools = all_tools(os.environ.get("SNAPSHOTBOT", ""), os.environ.get("RESTIC_NEWER", ""))
    if args.tools:
        tools = {n: tools[n] for n in args.tools if n in tools}
    if not tools:
        sys.exit("None of these tools is there.")
    bench = Bench(args, tools)
    try:
        bench.run()
    finally:
        if bench.rows:
            Report(bench).write(args.output)
            with open(os.path.splitext(args.output)[0] + ".json", "w") as f:
                json.dump(bench.rows, f, indent=0)
        for name in ("src", "repositories", "restored", "cache", "played"):
            bench.aside(bench.path(name))
        shutil.rmtree(bench.trash, ignore_errors=True)
    with open(args.output) as f:
        print(f.read().split("\n## " + args.sets[0])[0])
    print(f"Written to {args.output}")
    sys.exit(1 if bench.faults else 0)


if __name__ == "__main__":
    main()
