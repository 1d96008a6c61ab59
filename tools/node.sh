#!/usr/bin/env bash
# Puts `node` and `npm` into FOLDER where the machine has none: tools/node.sh FOLDER
#
# They are Debian's, unpacked with all they need beside them and not installed. Debian's node looks for parts of itself below /usr/share by
# their full names, so each run gets a mount namespace of its own in which the unpacked files lie over /usr. That needs root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 1 ] || { sed -n '2,5s/^# \?//p' "$0"; exit 2; }
if command -v node >/dev/null && command -v npm >/dev/null; then exit 0; fi
# shellcheck source=cache.sh
. "$here/cache.sh"
dir=$SNAPSHOTBOT_CACHE/node
if [ ! -x "$dir/run" ]; then
  ls /var/lib/apt/lists 2>/dev/null | grep -q _Packages || apt-get -q update >&2
  packages=$(apt-get install -s --no-install-recommends nodejs npm 2>/dev/null | awk '/^Inst /{print $2}' | sort)
  [ -n "$packages" ] || { echo "Node can't be had from this machine's sources." >&2; exit 1; }
  # shellcheck disable=SC2086
  "$here/unpack-debian.sh" system "$dir" $packages >&2
  libraries=$(find "$dir/usr/lib" "$dir/lib" -name '*.so*' -printf '%h\n' 2>/dev/null | grep -v /gconv | sort -u | tr '\n' ':' || true)
  cat >"$dir/run.new" <<EOF2
#!/bin/sh
# The name it is called by is the program: node, npm.
export PROGRAM="\${0##*/}" LD_LIBRARY_PATH="$libraries"
exec unshare --mount sh -c 'mount -t overlay overlay -o ro,lowerdir=$dir/usr:/usr /usr && exec "/usr/bin/\$PROGRAM" "\$@"' sh "\$@"
EOF2
  chmod +x "$dir/run.new"
  mv "$dir/run.new" "$dir/run"
fi
mkdir -p "$1"
ln -sf "$dir/run" "$1/node"
ln -sf "$dir/run" "$1/npm"
