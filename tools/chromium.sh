#!/usr/bin/env bash
# Prints the path of a headless Chromium: the machine's own, or Debian's, unpacked with all it needs beside it and not installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then command -v "$name"; exit 0; fi
done
# shellcheck source=cache.sh
. "$here/cache.sh"
dir=$SNAPSHOTBOT_CACHE/chromium
if [ ! -x "$dir/run" ]; then
  ls /var/lib/apt/lists 2>/dev/null | grep -q _Packages || apt-get -q update >&2
  # What this machine lacks of all that it depends on; without letters and pictures of its own a page would be empty boxes.
  packages=$(apt-get install -s --no-install-recommends chromium-headless-shell fonts-inter fonts-noto-color-emoji fonts-dejavu-core 2>/dev/null | awk '/^Inst /{print $2}' | sort)
  [ -n "$packages" ] || { echo "Chromium can't be had from this machine's sources." >&2; exit 1; }
  # shellcheck disable=SC2086
  "$here/unpack-debian.sh" system "$dir" $packages >&2
  mkdir -p "$dir/fontcache"
  cat >"$dir/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$dir/usr/share/fonts</dir><dir>/usr/share/fonts</dir>
  <cachedir>$dir/fontcache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Inter</family><family>DejaVu Sans</family><family>Noto Color Emoji</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
EOF
  # Some libraries lie a folder deeper than the loader looks.
  libraries=$(find "$dir/usr/lib" "$dir/lib" -name '*.so*' -printf '%h\n' 2>/dev/null | grep -v -e /lib/chromium -e /gconv | sort -u | tr '\n' ':' || true)
  cat >"$dir/run.new" <<EOF
#!/bin/sh
LD_LIBRARY_PATH="$libraries" FONTCONFIG_FILE="$dir/fonts.conf" exec "$dir/usr/lib/chromium/chromium-headless-shell" "\$@"
EOF
  chmod +x "$dir/run.new"
  mv "$dir/run.new" "$dir/run"
fi
printf '%s\n' "$dir/run"
