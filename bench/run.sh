#!/usr/bin/env bash
# Compares `snapshotbot repository` with restic (this Debian's and the next release's), borg, tar, cp and rsync on game worlds.
#
#   bench/run.sh [--sets mc,small,sqlite,logs] [--rounds 3] [--tools LIST] [--scale 1] [--worlds DIR] [--work DIR]
#                [--quiet] [--no-cold] [--output FILE]
#
# Installs the peers that are missing (root only; they are few and small), builds the program when its sources changed, makes the worlds when
# there are none, and writes bench/results.md, which says who made the worlds: bench/worlds.py, or gen_world.py where it lies beside the project
# (../shared/bench, or WORLD_TOOLS). Needs about 20 times the largest world on the disk of --work, and an idle machine for figures worth keeping.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/dotnet.sh
. "$root/tools/dotnet.sh"
cache=$SNAPSHOTBOT_CACHE
case ${1:-} in -h|--help) sed -n '2,9s/^# \?//p' "$0"; exit 0;; esac

declare -A package=([restic]=restic [borg]=borgbackup [zstd]=zstd [pigz]=pigz [rsync]=rsync [python3]=python3)
missing=()
for command in "${!package[@]}"; do
  command -v "$command" >/dev/null || missing+=("${package[$command]}")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]} ..."
  [ "$(id -u)" = 0 ] || { echo "These are missing, and only root can install them: ${missing[*]}" >&2; exit 1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ ! -x "$cache/newer/usr/bin/restic" ]; then
  "$root/tools/unpack-debian.sh" trixie "$cache/newer" restic || echo "The next release's restic could not be had; going on without it." >&2
fi

"$root/run.sh" --version >&2
find_libraries || { echo "$dotnet_problem" >&2; exit 1; }

export SNAPSHOTBOT=$root/artifacts/snapshotbot/snapshotbot RESTIC_NEWER=$cache/newer/usr/bin/restic WORLD_TOOLS=${WORLD_TOOLS:-$root/../shared/bench}
exec python3 "$root/bench/compare.py" "$@"
