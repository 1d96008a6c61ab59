#!/usr/bin/env bash
# Programs from Debian without installing them: nothing of the system changes, and every signature is checked by apt.
#
#   tools/unpack-debian.sh RELEASE DIR PACKAGE...
#
# Downloads each PACKAGE (not what it depends on) of RELEASE ('bookworm', 'trixie'; 'system' for what this machine's own sources offer)
# and unpacks it below DIR. What DIR holds already is not fetched again. The downloads are kept in the user's cache folder.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
release=$1; mkdir -p "$2"; dir=$(cd "$2" && pwd); shift 2

die() { printf '%s\n' "$*" >&2; exit 1; }
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || die "This needs apt-get and dpkg-deb (Debian, Ubuntu). Nothing was changed."

# shellcheck source=tools/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"
# One at a time: two checkouts may share the cache folder.
exec 6>"$SNAPSHOTBOT_CACHE/unpack.lock"
flock 6

stamp="$dir/.unpacked"
wanted="$release $*"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

mirror() {
  local found
  found=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
    | grep -v '^ *#' | grep -oE 'https?://[^ ]+' | grep -E '/debian/?$' | head -n 1 || true)
  printf '%s' "${found:-http://deb.debian.org/debian}"
}

cache=$SNAPSHOTBOT_CACHE/debian/$release
mkdir -p "$cache/archives/partial" "$cache/lists/partial" "$cache/state"
options=(-q -o "Dir::Cache=$cache" -o APT::Sandbox::User=root -o Acquire::Retries=3)
if [ "$release" != system ]; then
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -f "$keyring" ] || die "$keyring is missing: the signatures of Debian's packages can't be checked. Nothing was changed. Install debian-archive-keyring."
  : >"$cache/status"
  echo "deb [signed-by=$keyring] $(mirror) $release main" >"$cache/sources.list"
  options+=(-o "Dir::Etc::sourcelist=$cache/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State=$cache/state"
    -o "Dir::State::lists=$cache/lists" -o "Dir::State::status=$cache/status")
fi

# Lists of an earlier day may name files that the mirror no longer has: fetch first, and ask for new lists only when that fails.
log="$cache/log"
fetch() { (cd "$cache/archives" && apt-get "${options[@]}" download "$@") >"$log" 2>&1; }
if [ "$release" = system ] && [ -z "$(ls -A /var/lib/apt/lists 2>/dev/null | grep _Packages || true)" ]; then
  apt-get -q update >"$log" 2>&1 || die "apt-get update failed: $(tail -n 2 "$log")"
fi
if ! fetch "$@"; then
  apt-get "${options[@]}" update >"$log" 2>&1 || die "The package lists of $release can't be fetched: $(tail -n 2 "$log")"
  fetch "$@" || die "A package of $release can't be fetched: $(tail -n 2 "$log")"
fi

for package in "$@"; do
  newest=$(ls -t "$cache/archives/${package}"_*.deb 2>/dev/null | head -n 1)
  [ -n "$newest" ] || die "$package was not downloaded."
  dpkg-deb -x "$newest" "$dir"
done
printf '%s' "$wanted" >"$stamp.new"
mv "$stamp.new" "$stamp"
