#!/usr/bin/env bash
# Makes the pictures of README and docs: screenshots of the playground's page from a real run, on a private engine. Nothing is drawn by hand.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
[ "$(id -u)" = 0 ] || { echo "The private engine needs root: sudo tools/pictures.sh" >&2; exit 1; }
# shellcheck source=tools/dotnet.sh
. tools/dotnet.sh
need_dotnet || { echo "$dotnet_problem" >&2; exit 1; }

cache=$SNAPSHOTBOT_CACHE
engine=/var/tmp/snapshotbot-pictures-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
pictures=$(mktemp -d)
finish() { tools/private-engine.sh stop "$engine" || true; rm -rf "$pictures"; }
trap finish EXIT

SNAPSHOTBOT_TEST_CHROMIUM=$(tools/chromium.sh)
tools/unpack-debian.sh bookworm "$cache/busybox" busybox-static >&2
# Fewer colours: a third of the bytes, and no eye sees it.
tools/unpack-debian.sh bookworm "$cache/pngquant" pngquant libimagequant0 >&2
shrink() { LD_LIBRARY_PATH=$(echo "$cache/pngquant"/usr/lib/*-linux-gnu*) "$cache/pngquant/usr/bin/pngquant" --quality 80-98 --strip --speed 1 --force --output "$2" "$1"; }
for file in "$cache/busybox/bin/busybox" "$cache/busybox/usr/bin/busybox"; do [ ! -x "$file" ] || SNAPSHOTBOT_TEST_BUSYBOX=$file; done
dotnet build tests/Playground.Tests -c Release -v q --nologo -clp:ErrorsOnly -p:RunAnalyzers=false >&2
mkdir -p "$engine"
SNAPSHOTBOT_TEST_ENGINE_20=$(tools/private-engine.sh start old "$engine")
export SNAPSHOTBOT_TEST_CHROMIUM SNAPSHOTBOT_TEST_BUSYBOX SNAPSHOTBOT_TEST_ENGINE_20 SNAPSHOTBOT_TEST_PICTURES="$pictures"
tests/Playground.Tests/bin/Release/net10.0/SnapshotBot.Playground.Tests -noColor -noLogo \
  -method '*.Owner_CreatesLocksComparesRestoresAndUndoes' -method '*.OperatorViewerAndStranger_AreToldWhatTheyMayNot' >&2

mkdir -p docs/pictures
for name in cost-1280 panel-1280 form-390 cost-390 restored-390 refused-390; do
  shrink "$pictures/$name.png" "docs/pictures/$name.png"
done
ls -l docs/pictures >&2
