"""The work of bench/freeze: see there."""
import datetime
import http.client
import io
import json
import math
import os
import socket
import subprocess
import sys
import tarfile
import threading
import time

WORK = os.environ["FREEZE_WORK"]
SOCKET = os.environ["DOCKER_HOST"].removeprefix("unix://")
PROGRAM = os.environ["FREEZE_PROGRAM"]
WORLD_MB = int(os.environ.get("FREEZE_WORLD_MB", "2048"))
SNAPSHOTS = int(os.environ.get("FREEZE_SNAPSHOTS", "20"))
COMPARE = os.environ.get("FREEZE_COMPARE", "yes") != "no"
RESTIC = os.environ.get("FREEZE_RESTIC", "")
WRITER = ["/dotnet/dotnet", "/writer/snapshotbot-writer.dll"]


class Local(http.client.HTTPConnection):
    def __init__(self, timeout=600):
        super().__init__("docker", timeout=timeout)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


def ask(method, path, body=None, kind="application/json"):
    connection = Local()
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    connection.request(method, "/v1.41" + path, data, {"Content-Type": kind} if data else {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 400:
        raise SystemExit(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
    return content


def docker(method, path, body=None):
    return json.loads(ask(method, path, body) or "null")


def import_image():
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for folder in ("bin", "tmp", "data", "etc"):
            info = tarfile.TarInfo(folder)
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(info)
        archive.add(os.environ["FREEZE_BUSYBOX"], "bin/busybox")
        for name in ("sh", "sleep", "cat", "rm", "cp", "mkdir"):
            info = tarfile.TarInfo("bin/" + name)
            info.type, info.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(info)
    ask("POST", "/images/create?fromSrc=-&repo=freeze&tag=1", tar.getvalue(), "application/x-tar")


def start(name, command, world="world"):
    binds = [f"{world}:/data"] if world else []
    for host, inside in (("/usr", "/usr"), ("/lib", "/lib"), ("/lib64", "/lib64"), (os.environ["FREEZE_DOTNET"], "/dotnet"), (os.environ["FREEZE_WRITER"], "/writer")):
        if os.path.isdir(host):
            binds.append(f"{host}:{inside}:ro")
    made = docker("POST", f"/containers/create?name={name}", {
        "Image": "freeze:1", "Cmd": command, "Env": ["DOTNET_gcServer=0", "DOTNET_EnableDiagnostics=0"], "HostConfig": {"Binds": binds}})
    ask("POST", f"/containers/{made['Id']}/start")
    return made["Id"]


def wait(name):
    if (status := docker("POST", f"/containers/{name}/wait")["StatusCode"]) != 0:
        raise SystemExit(f"{name} ended with {status}: {ask('GET', f'/containers/{name}/logs?stdout=1&stderr=1')!r}")


def remove(name):
    ask("DELETE", f"/containers/{name}?force=1")


def lines_inside(name, command):
    """Runs a command in a container and gives each line as it prints it."""
    made = docker("POST", f"/containers/{name}/exec", {"AttachStdout": True, "AttachStderr": False, "Tty": True, "Cmd": command})
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(SOCKET)
    body = json.dumps({"Detach": False, "Tty": True}).encode()
    connection.sendall(b"POST /v1.41/exec/%s/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: %d\r\n\r\n%s" % (made["Id"].encode(), len(body), body))
    with connection, connection.makefile("rb") as said:
        while said.readline().strip():
            pass
        for line in said:
            yield line.decode(errors="replace")


def run_inside(name, command):
    """Runs a command in a container and returns what it printed."""
    return "".join(lines_inside(name, command))


class Ticker:
    """One game's tick for the whole time, so that what is compared differs by the snapshot alone: a new process would begin with its compiling."""

    WARM_UP = 40

    def __init__(self, name):
        self.found = []
        self.ended = threading.Event()
        threading.Thread(target=self.listen, args=(name,), daemon=True).start()
        self.wait_for(self.WARM_UP)
        self.first = len(self.found)

    def listen(self, name):
        for line in lines_inside(name, [*WRITER, "tick", "/data/tick.dat", "1000000"]):
            words = "".join(c for c in line if c in "0123456789. ").split()
            if len(words) == 3:
                self.found.append(tuple(float(word) for word in words))
        self.ended.set()

    def wait_for(self, number):
        """Until there are so many more ticks."""
        enough = len(self.found) + number
        while len(self.found) < enough:
            if self.ended.wait(0.05):
                raise SystemExit("The ticker ended.")

    def between(self, since, until, frozen):
        """How late and how long, in seconds, the ticks of a time were, those that a freeze held up aside."""
        return [(late / 1000, took / 1000) for due, late, took in self.found[self.first:]
                if since <= due <= until and not any(a - 0.02 <= due + (late + took) / 1000 and due <= b + 0.02 for a, b in frozen)]


def settle(ticker):
    """What was written before is the disk's business, not the calm's: until it is on the disk, and some seconds more."""
    os.sync()
    ticker.wait_for(60)


class Stolen:
    """The share of what the cores were wanted for in which a virtual machine's host gave them to others: a tick that falls into it is late whoever else runs."""

    def __init__(self):
        self.taken = self.wanted = 0

    @staticmethod
    def times():
        with open("/proc/stat") as stat:
            user, nice, system, idle, waiting, irq, softirq, steal = (int(word) for word in stat.readline().split()[1:9])
        return steal, user + nice + system + irq + softirq + steal

    def __enter__(self):
        self.before = self.times()

    def __exit__(self, *_):
        steal, wanted = self.times()
        self.taken += steal - self.before[0]
        self.wanted += wanted - self.before[1]

    def __str__(self):
        return f"{100 * self.taken / max(self.wanted, 1):.1f} %"


def spin():
    """Keeps one core busy with nothing, in a session of its own that counts as little as one can, until it is ended, or two minutes."""
    def lower():
        os.setsid()
        os.nice(19)
        if os.path.exists("/proc/self/autogroup"):
            with open("/proc/self/autogroup", "w") as group:
                group.write("19")
    return subprocess.Popen(["timeout", "120", "sh", "-c", "while :; do :; done"], preexec_fn=lower)


def transactions(name):
    """What the game has printed: when, and how many there were so far."""
    lines = ask("GET", f"/containers/{name}/logs?stdout=1").split(b"\n")
    # Eight bytes of the engine's stand before each line.
    return [tuple(float(word) for word in line[8:].split()) for line in lines if len(line[8:].split()) == 2]


def rate(counted, since, until):
    """Transactions a second of the whole seconds within a time; None when it had none."""
    inside = [(when, number) for when, number in counted if since <= when <= until]
    return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0]) if len(inside) > 1 else None


def command(*words):
    done = subprocess.run([PROGRAM, *words, "--data", WORK + "/data", "--json", "--progress", "none"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"snapshotbot {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def snapshot(server):
    since = time.time()
    made = command("snapshot", "create", server)["snapshot"]
    if made["grade"] not in ("frozen", "quiesced"):
        raise SystemExit(f"a snapshot of grade {made['grade']}: {made['warnings']}")
    freeze = made["freezeMs"] / 1000

    # What it is of is the moment just after all stood still; the kernel tells nobody else when that was.
    began = datetime.datetime.fromisoformat(made["createdAt"]).timestamp()
    return freeze, time.time() - since, (began - 0.005, began + freeze)


def at(values, share):
    """The percentile by nearest rank: the smallest value that at least such a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else float("nan")


ROWS = []


def row(what, values, note=""):
    ROWS.append((what, at(values, 0.5), at(values, 0.95), max(values), len(values), note))
    print(f"  {what}: p50 {at(values, 0.5):.3f} s", flush=True)


def held(name, work):
    since = time.perf_counter()
    ask("POST", f"/containers/{name}/pause")
    try:
        work()
    finally:
        ask("POST", f"/containers/{name}/unpause")
    return time.perf_counter() - since


def restic(folder, environment):
    subprocess.run([RESTIC, "backup", "--quiet", folder], env=environment, check=True, stdout=subprocess.DEVNULL)


def compare(world):
    tar = WORK + "/world.tar"
    row("pause for a whole tar", [held("game", lambda: subprocess.run(["tar", "-C", world, "-cf", tar, "."], check=False, stderr=subprocess.DEVNULL))])
    os.remove(tar)
    if os.access(RESTIC, os.X_OK):
        environment = {**os.environ, "RESTIC_REPOSITORY": WORK + "/restic", "RESTIC_PASSWORD": "bench", "RESTIC_CACHE_DIR": WORK + "/restic-cache"}
        subprocess.run([RESTIC, "init", "--quiet"], env=environment, check=True, stdout=subprocess.DEVNULL)
        row("restic under pause, first", [held("game", lambda: restic(world, environment))])
        row("restic under pause, again", [held("game", lambda: restic(world, environment)) for _ in range(3)])
        subprocess.run(["rm", "-rf", WORK + "/restic"], check=True)
    made = start("layer", ["/bin/sh", "-c", "cp -r /data/world /layer && exec sleep 100000"])
    while not run_inside("layer", ["/bin/cat", "/proc/1/cmdline"]).startswith("sleep"):
        time.sleep(0.5)
    since = time.perf_counter()
    image = docker("POST", f"/commit?container={made}&repo=committed&pause=true", {})
    row("docker commit, the same world in its layer", [time.perf_counter() - since], "paused all along")
    remove("layer")
    ask("DELETE", f"/images/{image['Id']}?force=1")


def main():
    import_image()
    print(f"Making a world of {WORLD_MB} MB ...", flush=True)
    start("maker", [*WRITER, "world", "/data/world", str(WORLD_MB)])
    wait("maker")
    remove("maker")
    start("game", [*WRITER, "play", "/data/world"])
    world = docker("GET", "/volumes/world")["Mountpoint"]
    command("server", "add", "busy", "--container", "game")
    ticker = Ticker("game")
    calm, first, felt, after, beside, times = [], [], [], [], [], []
    stolen = {id(ticks): Stolen() for ticks in (calm, first, felt, after, beside)}

    def rest(number, into=calm):
        settle(ticker)
        since = time.time()
        with stolen[id(into)]:
            ticker.wait_for(number)
        into.extend(ticker.between(since, time.time(), []))

    def watched(into):
        since = time.time()
        with stolen[id(into)]:
            freeze, whole, *frozen = snapshot("busy")
        until = time.time()
        with stolen[id(after)]:
            ticker.wait_for(40)
        into.extend(ticker.between(since, until, frozen))
        after.extend(ticker.between(until, time.time(), frozen))
        times.append((since, until))
        return freeze, whole

    # The first reads all there is, the image too; it is what a new server's players meet.
    rest(200)
    freeze, whole = watched(first)
    row("first snapshot: freeze", [freeze])
    row("first snapshot: from command to end", [whole])

    row("floor: pause and unpause through the API", [held("game", lambda: None) for _ in range(max(SNAPSHOTS, 10))])
    freezes, wholes = [], []
    for _ in range(SNAPSHOTS):
        rest(60)
        freeze, whole = watched(felt)
        freezes.append(freeze)
        wholes.append(whole)
    row("snapshot under load: freeze", freezes, "0.25 and 0.6 wanted")
    row("snapshot under load: from command to end", wholes)
    spinner = spin()
    rest(600, beside)
    spinner.terminate()
    spinner.wait()
    counted = transactions("game")
    done = rate(counted, times[1][0], times[-1][1])
    slowest = min((found for since, until in times[1:] if (found := rate(counted, since - 1, until + 1)) is not None), default=0)

    ask("POST", "/containers/game/stop?t=1")
    start("still", ["/bin/sh", "-c", "exec sleep 100000"])
    command("server", "add", "idle", "--container", "still")
    snapshot("idle")
    idle = [snapshot("idle")[0] for _ in range(SNAPSHOTS)]
    row("snapshot with nothing changing: freeze", idle, "0.08 wanted")
    ask("POST", "/containers/game/start")
    if COMPARE:
        compare(world)

    cores, load, version = os.cpu_count(), os.getloadavg()[0], docker("GET", "/version")["Version"]
    print(f"\nWorld of {WORLD_MB} MB, {cores} cores, load {load:.1f}, engine {version} ({docker('GET', '/info')['Driver']}); seconds the server is held\n")
    print(f"| {'what':42} |    p50 |    p95 |    max |   n | |")
    print(f"|{'-' * 44}|-------:|-------:|-------:|----:|---|")
    for what, middle, high, most, number, note in ROWS:
        print(f"| {what:42} | {middle:6.3f} | {high:6.3f} | {most:6.3f} | {number:3} | {note} |")
    print(f"\nTransactions a second, from the first of these snapshots under load to the last: {done:.1f}; about the slowest of them {slowest:.1f} (50 wanted)")
    print(f"\n20 Hz tick with fsync, the freezes aside; milliseconds from when it was due to when it was done\n\n| {'while':42} |    p50 |    p99 |    max | ticks | p99 to calm | began late: p50 |    p99 |    max | stolen by the host |")
    print(f"|{'-' * 44}|-------:|-------:|-------:|------:|------------:|----------------:|-------:|-------:|-------------------:|")
    known = at([late + took for late, took in calm], 0.99)
    for what, ticks in (("nothing else is done", calm), ("the first snapshot is taken", first), ("another is taken (1.5 wanted)", felt), ("in the two seconds after one", after), ("one core is kept busy with nothing", beside)):
        whole, late = [late + took for late, took in ticks], [late for late, _ in ticks]
        print(f"| {what:42} | {at(whole, 0.5) * 1000:6.1f} | {at(whole, 0.99) * 1000:6.1f} | {max(whole, default=0) * 1000:6.1f} | {len(whole):5} | {at(whole, 0.99) / known:11.2f} "
              f"| {at(late, 0.5) * 1000:15.1f} | {at(late, 0.99) * 1000:6.1f} | {max(late, default=0) * 1000:6.1f} | {str(stolen[id(ticks)]):>18} |")
    if min(len(calm), len(first), len(felt)) < 500:
        print("Fewer than 500 ticks say little of a p99: take more snapshots (FREEZE_SNAPSHOTS) of a larger world (FREEZE_WORLD_MB).")
    missed = [what for what, is_missed in (
        ("freeze p50 under load", at(freezes, 0.5) > 0.25), ("freeze p95 under load", at(freezes, 0.95) > 0.6), ("freeze p95 with nothing changing", at(idle, 0.95) > 0.08),
        ("50 transactions a second", min(done, slowest) < 50), ("the tick's p99", at([late + took for late, took in felt], 0.99) > 1.5 * known)) if is_missed]
    print(f"\nMissed: {', '.join(missed)}." if missed else "\nEvery promise is kept.")
    sys.exit(1 if missed else 0)


main()
