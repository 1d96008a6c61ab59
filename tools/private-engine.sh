#!/usr/bin/env bash
# A Docker engine of its own, beside any the system has: own data, sockets, process ids and network. It never touches the system's engine.
#
#   tools/private-engine.sh start old|new DIR     starts it and prints its DOCKER_HOST; with PRIVATE_ENGINE_USERNS=yes its containers'
#                                                 root is user 231072 of the host (userns-remap), with PRIVATE_ENGINE_STORAGE=vfs
#                                                 it keeps containers by that driver
#   tools/private-engine.sh stop DIR              ends it with all its containers and removes DIR
#   tools/private-engine.sh halt DIR              ends it, keeps DIR
#
# 'old' is Debian 12's engine (20.10, overlay2), 'new' the next release's (26.1, containerd image store). Both are unpacked, not installed.
# What an earlier start left behind after a crash is ended and unmounted first. The engine has a network namespace of its own, so its
# bridges, firewall rules and published ports are invisible outside and vanish with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/cache.sh
. "$here/cache.sh"
cache=$SNAPSHOTBOT_CACHE

die() { printf '%s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,8s/^# \?//p' "$0"; exit 2; }

libraries() { printf '%s' "$1/usr/lib/$2:$1/lib/$2"; }

prepare() {
  local flavour=$1 triplet
  # runc, the firewall tools and their libraries come from Debian 12 for both: the next release's runc needs a newer C library.
  "$here/unpack-debian.sh" bookworm "$cache/engine-old" docker.io containerd runc iptables busybox-static libseccomp2 libdevmapper1.02.1 \
    libxtables12 libip4tc2 libip6tc2 libmnl0 libnetfilter-conntrack3 libnfnetlink0 libnftnl11
  triplet=$(basename "$(ls -d "$cache"/engine-old/usr/lib/*-linux-gnu* | head -n 1)")
  mkdir -p "$cache/engine-old/tools"
  local tool
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sfn ../usr/sbin/xtables-nft-multi "$cache/engine-old/tools/$tool"
  done
  engine_path="$cache/engine-old/usr/sbin:$cache/engine-old/usr/bin:$cache/engine-old/bin:$cache/engine-old/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  if [ "$flavour" = new ]; then
    "$here/unpack-debian.sh" trixie "$cache/engine-new" docker.io containerd
    engine_path="$cache/engine-new/usr/sbin:$cache/engine-new/usr/bin:$engine_path"
  fi
  library_path=$(libraries "$cache/engine-old" "$triplet")
  xtables_path="$cache/engine-old/usr/lib/$triplet/xtables"
}

command_of() { { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null || true; }

# Ends a process that this script started: the file holds its id, and its command line must name DIR, for ids are used again.
end_process() {
  local file=$1 signal=$2 dir=$3 pid
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  command_of "$pid" | grep -qF -- "$dir/" || return 0
  kill "-$signal" "$pid" 2>/dev/null || true
}

gone() {
  local file=$1 dir=$2 pid
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  ! command_of "$pid" | grep -qF -- "$dir/"
}

wait_gone() {
  local file=$1 dir=$2 tenths=$3
  while [ "$tenths" -gt 0 ]; do
    gone "$file" "$dir" && return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
  return 1
}

# A frozen process takes no signal, not even the last one, before it is thawed.
thaw() {
  local line path
  while IFS= read -r line; do
    path=${line##*:}
    case "$line" in
      *:freezer:*) echo THAWED 2>/dev/null >"/sys/fs/cgroup/freezer$path/freezer.state" || true ;;
      0::*) [ -e "/sys/fs/cgroup$path/cgroup.freeze" ] && echo 0 2>/dev/null >"/sys/fs/cgroup$path/cgroup.freeze" || true ;;
    esac
  done <"/proc/$1/cgroup" 2>/dev/null || true
}

end_containers() {
  local dir=$1 file pid
  for file in "$dir"/containerd/state/io.containerd.runtime.v2.task/moby/*/init.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    # The id may be another process's by now: a container of ours has its root below DIR, or a cgroup named after its folder.
    grep -qF "$(basename "$(dirname "$file")")" "/proc/$pid/cgroup" 2>/dev/null || continue
    thaw "$pid"
    kill -KILL "$pid" 2>/dev/null || true
  done
}

end_shims() {
  local dir=$1 process
  for process in /proc/[0-9]*; do
    command_of "${process#/proc/}" | grep -qE -- "containerd-shim.* -address $dir/containerd/socket( |\$)" || continue
    kill -KILL "${process#/proc/}" 2>/dev/null || true
  done
}

unmount_all() {
  local dir=$1 point
  # The deepest first; blanks are written as \040.
  awk -v dir="$dir/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while IFS= read -r point; do
    umount -l "$(printf '%b' "${point//\\/\\0}")" 2>/dev/null || true
  done
}

halt() {
  local dir=$1
  [ -d "$dir" ] || return 0
  end_containers "$dir"
  end_process "$dir/docker.pid" TERM "$dir"
  wait_gone "$dir/docker.pid" "$dir" 100 || { end_process "$dir/docker.pid" KILL "$dir"; wait_gone "$dir/docker.pid" "$dir" 50 || true; }
  end_containers "$dir"
  end_shims "$dir"
  end_process "$dir/containerd.pid" TERM "$dir"
  wait_gone "$dir/containerd.pid" "$dir" 50 || { end_process "$dir/containerd.pid" KILL "$dir"; wait_gone "$dir/containerd.pid" "$dir" 50 || true; }
  unmount_all "$dir"
  # A killed daemon that nobody has reaped yet still has its id: the next one would not start beside its file.
  rm -f "$dir/docker.pid" "$dir/dockerd.pid" "$dir/containerd.pid" "$dir/docker.sock" "$dir/containerd/socket"
}

stop() {
  local dir=$1
  [ -e "$dir/.private-engine" ] || return 0
  halt "$dir"
  awk -v dir="$dir/" 'index($5, dir) == 1 { found = 1 } END { exit found }' /proc/self/mountinfo \
    || die "Something is still mounted below $dir; it was left in place so that nothing is deleted through a mount."
  rm -rf --one-file-system "$dir"
}

# Starts PROGRAM in a session of its own, so that Ctrl-C in a terminal does not end it before its containers; writes its id.
launch() {
  local pidfile=$1 log=$2; shift 2
  setsid "$@" </dev/null >"$log" 2>&1 9>&- &
  printf '%s' $! >"$pidfile"
}

answers() { "$cache/engine-old/usr/bin/docker" -H "unix://$1/docker.sock" version >/dev/null 2>&1; }

start() {
  local flavour=$1 dir=$2 store=false
  [ "$(id -u)" = 0 ] || die "A private engine needs root: containers, mounts and networks belong to the kernel. Nothing was changed."
  own_folder "$dir" || die "$dir is not this user's own. Nothing was changed."
  dir=$(cd "$dir" && pwd)
  [ ${#dir} -le 80 ] || die "$dir is too long for a socket's path. Nothing was changed."
  [ -z "$(ls -A "$dir")" ] || [ -e "$dir/.private-engine" ] || die "$dir holds something else. Nothing was changed."
  : >"$dir/.private-engine"
  halt "$dir"
  prepare "$flavour"
  mkdir -p "$dir/containerd/root" "$dir/containerd/state" "$dir/data" "$dir/exec"
  [ "$flavour" = new ] && store=true
  cat >"$dir/containerd.toml" <<EOF
version = 2
root = "$dir/containerd/root"
state = "$dir/containerd/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$dir/containerd/socket"
EOF
  if [ "$store" = true ]; then echo '{"features":{"containerd-snapshotter":true}}' >"$dir/daemon.json"; else echo '{}' >"$dir/daemon.json"; fi
  export PATH=$engine_path LD_LIBRARY_PATH=$library_path XTABLES_LIBDIR=$xtables_path DOCKER_CONFIG=$dir
  local inside=() outside=() more=()
  [ -z "${PRIVATE_ENGINE_STORAGE:-}" ] || more+=(--storage-driver "$PRIVATE_ENGINE_STORAGE")
  if [ "${PRIVATE_ENGINE_USERNS:-}" = yes ]; then
    # Who is mapped to whom is asked of two files of the system's: these programs see their own in that place, and nobody else does.
    printf 'daemon:231072:65536\n' >"$dir/subids"
    outside=(unshare --mount sh -c 'for file in /etc/subuid /etc/subgid; do [ -e $file ] || : >$file; mount --bind "$0" $file; done; exec "$@"' "$dir/subids")
    inside=(nsenter "--mount=/proc/PID/ns/mnt" --)
    more+=(--userns-remap daemon:daemon)
  fi
  launch "$dir/containerd.pid" "$dir/containerd.log" ${outside[@]+"${outside[@]}"} containerd --config "$dir/containerd.toml"
  if [ ${#inside[@]} -gt 0 ]; then
    local patience=100
    until [ -S "$dir/containerd/socket" ] || [ "$patience" -eq 0 ]; do sleep 0.1; patience=$((patience - 1)); done
    inside[1]="--mount=/proc/$(cat "$dir/containerd.pid")/ns/mnt"
  fi
  # The new network's loopback is down: ports published on 127.0.0.1 need it.
  launch "$dir/docker.pid" "$dir/dockerd.log" ${inside[@]+"${inside[@]}"} unshare --net sh -c 'busybox ip link set lo up; exec "$@"' sh dockerd \
    ${more[@]+"${more[@]}"} --config-file "$dir/daemon.json" --host "unix://$dir/docker.sock" \
    --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" --containerd "$dir/containerd/socket"
  local tenths=300
  until answers "$dir"; do
    tenths=$((tenths - 1))
    # Not by its command line: in its first moment it has that of this script.
    if [ "$tenths" -eq 0 ] || ! kill -0 "$(cat "$dir/docker.pid")" 2>/dev/null; then
      local why
      why=$(grep -hE 'level=(fatal|error)|failed|Error' "$dir/dockerd.log" "$dir/containerd.log" | tail -n 3) || true
      halt "$dir"
      die "The private engine did not start: ${why:-no reason in $dir/dockerd.log}"
    fi
    sleep 0.1
  done
  printf 'unix://%s/docker.sock\n' "$dir"
}

[ $# -ge 2 ] || usage
case "$1" in
  start) [ $# -eq 3 ] || usage; case "$2" in old | new) ;; *) usage ;; esac; start "$2" "$3" ;;
  stop) [ ! -d "$2" ] || stop "$(cd "$2" && pwd)" ;;
  halt) [ ! -d "$2" ] || halt "$(cd "$2" && pwd)" ;;
  *) usage ;;
esac
