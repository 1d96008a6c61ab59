#!/usr/bin/env bash
# Builds SnapshotBot when its sources changed and runs it: ./run.sh [ARGS...]
#
# With arguments: snapshotbot ARGS. Without, and without DISCORD_TOKEN: the demo on a throw-away game server, with the Docker engine that is
# there or a private one; then, on a terminal, the playground: a Discord channel in the browser. On a terminal a build shows its demo once.
# What this script says goes to stderr; stdout is the program's.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary="$root/artifacts/snapshotbot/snapshotbot"
stamp="$root/artifacts/snapshotbot/.built-from"

say() { printf '%s\n' "$*" >&2; }
die() { say "$1"; exit "${2:-1}"; }

# --- build -----------------------------------------------------------------------------------------------------------------------------

commit() {
  local head
  head=$(cat "$root/.git/HEAD" 2>/dev/null) || return 0
  case "$head" in
    ref:*) cat "$root/.git/${head#ref: }" 2>/dev/null || grep -F " ${head#ref: }" "$root/.git/packed-refs" 2>/dev/null || true ;;
    *) printf '%s' "$head" ;;
  esac
}

# What the sources are, and for whom it is built: the commit, every file's name, size and time, and the processor.
sources() {
  commit
  cksum </sys/devices/system/cpu/modalias 2>/dev/null || true
  (cd "$root" && find bot core tools/linker.sh tools/repository-program.sh Directory.* global.json BannedSymbols.txt .editorconfig \
    \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum)
}

changed() { [ ! -x "$binary" ] || [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$(sources)" ]; }

# Makes the program; analyzers are for whoever changes it. With the repository commands as a program of their own, where that can be had.
publish() {
  local folder=$1 log=$2 net=$3
  : >"$log"
  watched "$log" dotnet publish -c Release -o "$folder" bot/Bot/SnapshotBot.csproj -v q --nologo -p:RunAnalyzers=false -p:UseDiscordNet="$net" || return 1
  watched "$log" tools/repository-program.sh "$folder" \
    || say "  repository commands get no program of their own (why is in $log); the whole one answers them, a little later"
}

seconds=0

# Runs a part of the build and says now and then that it still works.
watched() {
  local log=$1 job
  shift
  (cd "$root" && exec "$@") >>"$log" 2>&1 8>&- &
  job=$!
  # A job in the background does not hear Ctrl-C by itself.
  trap 'kill "$job" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$job" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 20)) -ne 0 ] || say "  still building, $seconds s so far; the first time takes some minutes"
  done
  trap - INT TERM
  wait "$job"
}

build() {
  need_dotnet || die "$dotnet_problem"
  mkdir -p "$root/artifacts"
  exec 8>"$root/artifacts/.build.lock"
  flock 8
  changed || { exec 8>&-; return 0; }
  say "Building SnapshotBot (only when its sources changed) ..."
  local new="$root/artifacts/.new" old="$root/artifacts/.old" log="$root/artifacts/build.log" from
  # Taken before the build: what is edited meanwhile makes the next start build again.
  from=$(sources)
  rm -rf "$new" "$old"
  # Discord.Net can be restored in some places and not in others; DISCORD_NET_SOURCE may name one more feed or folder.
  local client=native
  if (cd "$root" && dotnet restore bot/ChatDiscordNet/SnapshotBot.ChatDiscordNet.csproj -v q --nologo -p:UseDiscordNet=true) >/dev/null 2>&1 8>&-; then
    client=discord-net
    say "Discord client: Discord.Net."
  else
    say "Discord client: our own, since Discord.Net can't be restored here."
  fi
  if ! publish "$new" "$log" "$([ "$client" = native ] && echo false || echo true)"; then
    grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
    die "The build failed; the whole output is in $log. What was built before is unharmed."
  fi
  printf '%s' "$from" >"$new/.built-from"
  # A running program keeps the files it was started from.
  [ ! -e "$root/artifacts/snapshotbot" ] || mv "$root/artifacts/snapshotbot" "$old"
  mv "$new" "$root/artifacts/snapshotbot"
  rm -rf "$old"
  exec 8>&-
}

# --- engine ----------------------------------------------------------------------------------------------------------------------------

# A setting: from the environment, else from .env, as the program itself reads it.
setting() {
  local value=${!1:-}
  if [ -z "$value" ] && [ -r .env ]; then
    value=$(sed -nE "s/^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*//p" .env | tail -n 1 | sed -E "s/^\"([^\"]*)\".*/\1/; s/^'([^']*)'.*/\1/; s/[[:space:]]+#.*$//; s/[[:space:]]+$//")
    case "$value" in '#'*) value='' ;; esac
  fi
  printf '%s' "$value"
}

# The engine's address as the docker command would choose it.
engine_address() {
  if [ -n "${DOCKER_HOST:-}" ]; then printf '%s' "$DOCKER_HOST"; return; fi
  local host=''
  if command -v docker >/dev/null; then host=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true); fi
  printf '%s' "${host:-unix:///var/run/docker.sock}"
}

# 0: an engine answers; 1: nobody listens; 2: not permitted. Perl's base is part of every Debian.
ask_engine() {
  case "$1" in
    unix://*)
      perl -MIO::Socket::UNIX -e '
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit($!{EACCES} ? 2 : 1);
        alarm 10; print $s "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"; exit(<$s> =~ /^HTTP\S+ 200/ ? 0 : 1);' "${1#unix://}" 2>/dev/null ;;
    tcp://*)
      perl -MIO::Socket::INET -e '
        my ($h, $p) = $ARGV[0] =~ m{^tcp://\[?([^\]/]+?)\]?(?::(\d+))?/?$} or exit 1;
        IO::Socket::INET->new(PeerAddr => $h, PeerPort => $p || 2375, Timeout => 10) or exit 1; exit 0;' "$1" 2>/dev/null ;;
    *) return 1 ;;
  esac
}

# Anything that says somebody has, or had, an engine here. Installing one beside it could remove or disturb it.
traces_of_engines() {
  local found=() item
  for item in dockerd docker containerd podman nerdctl k3s; do command -v "$item" >/dev/null && found+=("the program $item"); done
  for item in /var/run/docker.sock /run/containerd/containerd.sock /run/k3s/containerd/containerd.sock /run/podman/podman.sock \
    /run/user/*/docker.sock /run/user/*/podman/podman.sock "${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock" \
    "${XDG_RUNTIME_DIR:-/nonexistent}/podman/podman.sock" /var/lib/docker /etc/docker /var/snap/docker /var/lib/rancher; do
    [ -e "$item" ] && found+=("$item")
  done
  # Rootless engines live in the home of whoever made them, and with sudo that is not root's.
  local home
  while IFS= read -r home; do
    for item in .docker/contexts bin/dockerd bin/docker .local/share/docker .local/share/containers; do
      [ -e "$home/$item" ] && found+=("$home/$item")
    done
  done < <({ printf '%s\n' "${HOME:-/root}"; getent passwd | cut -d: -f6; } 2>/dev/null | sed 's,/*$,,' | grep . | sort -u)
  if command -v dpkg-query >/dev/null; then
    while IFS= read -r item; do found+=("the package $item"); done < <(
      dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'docker*' 'containerd*' 'podman*' 'moby*' 2>/dev/null \
        | awk '$1 ~ /^[irhWtHU]/ && $1 != "un" && $1 != "rc" && $NF != "docker-doc" && $NF != "docker" { print $NF }')
  fi
  local IFS=,
  printf '%s' "${found[*]-}" | sed 's/,/, /g'
}

has_stopped_engine() { command -v dockerd >/dev/null || [ -e /lib/systemd/system/docker.service ] || [ -e /usr/lib/systemd/system/docker.service ]; }

# A person says yes at the terminal; where nobody can be asked (a container, CI) the answer is yes. The terminal itself is asked: whoever
# keeps a log of what is said, or answers other questions from a file, is still there.
may_install() {
  (: <>/dev/tty) 2>/dev/null || return 0
  local answer
  printf 'There is no Docker engine on this machine. Install Debian'"'"'s (apt-get install docker.io, nothing is removed)? [y/N] ' >/dev/tty
  read -r answer </dev/tty || answer=n
  case "$answer" in y | Y | yes | Yes | ja) return 0 ;; *) return 1 ;; esac
}

install_engine() {
  say "Installing Debian's Docker engine (docker.io); nothing is removed for it ..."
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  ls /var/lib/apt/lists/*_Packages >/dev/null 2>&1 || apt-get -q update >"$log" 2>&1 || { tail -n 2 "$log" >&2; return 1; }
  apt-get -q -y --no-remove --no-install-recommends install docker.io iptables >"$log" 2>&1 \
    || { apt-get -q update >>"$log" 2>&1 && apt-get -q -y --no-remove --no-install-recommends install docker.io iptables >>"$log" 2>&1; } \
    || { tail -n 3 "$log" >&2; rm -f "$log"; return 1; }
  rm -f "$log"
  start_installed_engine
}

start_installed_engine() {
  local tenths
  # An init system has started it with the package. Without one (in a container) nobody does.
  for tenths in $(seq 50); do ask_engine "$address" && return 0; sleep 0.1; done
  if [ -d /run/systemd/system ]; then systemctl start docker >&2 || return 1; else
    say "No init system runs here: starting dockerd directly; its log is /var/log/dockerd.log."
    setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &
  fi
  for tenths in $(seq 300); do ask_engine "$address" && return 0; sleep 0.1; done
  tail -n 3 /var/log/dockerd.log >&2 2>/dev/null || true
  return 1
}

private=''

end_private_engine() {
  [ -z "$private" ] || "$root/tools/private-engine.sh" stop "$private" || true
  private=''
}

start_private_engine() {
  local folder
  folder=/var/tmp/snapshotbot-demo-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
  say "Unpacking and starting a private Docker engine for the demo, below $folder. It is stopped and removed at the end; nothing is installed."
  own_folder "$folder" || die "$folder is not this user's own. Nothing was changed. Have it removed by whose it is, then run this again."
  exec 7>"$SNAPSHOTBOT_CACHE/$(basename "$folder").lock"
  flock -n 7 || die "Another demo runs here with its private engine. Nothing was changed. Wait for its end." 3
  private=$folder
  trap end_private_engine EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  DOCKER_HOST=$("$root/tools/private-engine.sh" start old "$folder" 7>&-) || die "Without an engine there is no demo. Nothing of this machine was changed."
  export DOCKER_HOST
}

how_to_start() {
  if [ -d /run/systemd/system ]; then printf 'systemctl start docker'; else printf 'service docker start (or dockerd)'; fi
}

# Finds an engine for the demo, or explains why there is none.
get_engine() {
  local status=0 traces
  DOCKER_HOST=$(setting DOCKER_HOST)
  address=$(engine_address)
  ask_engine "$address" || status=$?
  if [ "$status" -eq 0 ]; then say "Docker engine: $address"; return; fi
  if [ "$status" -eq 2 ]; then
    die "A Docker engine is at $address, but this user may not use it. Nothing was changed. Run this as root, or have an administrator add you to the group that owns the socket (usually 'docker', which is as good as root) and log in again." 3
  fi
  if [ -n "${DOCKER_HOST:-}" ]; then
    die "No Docker engine answers at DOCKER_HOST=$DOCKER_HOST. Nothing was changed. Start it, correct DOCKER_HOST, or unset it to let this script find or get an engine." 1
  fi
  traces=$(traces_of_engines)
  if [ "$(id -u)" != 0 ]; then
    if has_stopped_engine; then die "A Docker engine is installed but does not run. Nothing was changed. Start it as root: $(how_to_start). Then run this again." 1; fi
    die "There is no Docker engine here, and getting one needs root. Nothing was changed. Run sudo ./run.sh, or have an administrator install one (apt-get install docker.io)." 1
  fi
  if [ -z "$traces" ] && command -v apt-get >/dev/null; then
    if may_install; then
      if install_engine; then say "Docker engine: $address (just installed; apt-get remove docker.io takes it away)"; return; fi
      say "The installed engine did not start here; its packages stay. The demo tries a private one."
    else
      say "Nothing is installed."
    fi
  elif has_stopped_engine; then
    say "A Docker engine is installed but does not run; it is left as it is. To use it: $(how_to_start). The demo does not need it."
  else
    say "No Docker engine answers at $address. None is installed, for this machine has something that one could disturb: $traces."
  fi
  start_private_engine
}

# --- what to run -----------------------------------------------------------------------------------------------------------------------

has_token() { [ -n "$(setting DISCORD_TOKEN)" ]; }

# A small static program makes the demo's game server: no image can be pulled on a machine without network.
get_demo_program() {
  [ -z "${SNAPSHOTBOT_DEMO_BUSYBOX:-}" ] || return 0
  local cache=$SNAPSHOTBOT_CACHE file
  "$root/tools/unpack-debian.sh" bookworm "$cache/busybox" busybox-static >&2 || { say "busybox can't be got; the demo tries this machine's own."; return 0; }
  for file in "$cache/busybox/bin/busybox" "$cache/busybox/usr/bin/busybox"; do
    if [ -x "$file" ]; then export SNAPSHOTBOT_DEMO_BUSYBOX="$file"; fi
  done
}

# shellcheck source=tools/dotnet.sh
. "$root/tools/dotnet.sh"
if changed; then build; fi
find_libraries || die "$dotnet_problem"

after=''
toured="$root/artifacts/snapshotbot/.toured"
if [ $# -eq 0 ]; then
  if has_token; then set -- serve; else
    set -- demo
    # Where nobody can open a page the demo is all. Who has seen it is not kept waiting for the page.
    if [ -t 0 ] && [ -t 1 ]; then
      after=playground
      if [ -e "$toured" ]; then
        say "The demo was shown before with this build; ./run.sh demo shows it again."
        set -- playground
        after=''
      fi
    fi
  fi
fi

# Two heaps for all threads: a bot that answers on two dozen keeps what it freed in as many otherwise.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
case "$1" in demo | playground) ;; *) exec "$binary" "$@" ;; esac

get_engine
get_demo_program
export SNAPSHOTBOT_DEMO_STAMP="$toured"
if [ -z "$private" ] && [ -z "$after" ]; then exec "$binary" "$@"; fi
# Runs the program and ends with its status. In the background, since a shell answers no signal while it waits for what is in front; a shell
# would have what is behind ignore Ctrl-C, which perl puts right. Ctrl-C is the program's to answer: it cleans up.
run() {
  local job=''
  trap : INT
  trap '[ -z "$job" ] || kill -TERM "$job" 2>/dev/null' TERM HUP
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$binary" "$@" <&0 7>&- &
  job=$!
  status=0
  wait "$job" || status=$?
  # A signal ends the waiting, not what is waited for.
  while kill -0 "$job" 2>/dev/null; do status=0; wait "$job" || status=$?; done
}

run "$@"
if [ "$status" -eq 0 ] && [ -n "$after" ]; then
  say ""
  run "$after"
fi
exit "$status"
