#!/usr/bin/env bash
# The Dockerfile's base images where nothing can be pulled: tools/base-image.sh DOCKER_HOST RUNTIME_TAG SDK_TAG
#
# Puts two root file systems together and imports them into the engine: Debian packages, unpacked and checked by apt, with this machine's own
# .NET; the second one also has the SDK and the packages a build of this repository needs, so that it builds without a network. Then:
#
#   docker build --build-arg RUNTIME=RUNTIME_TAG --build-arg SDK=SDK_TAG .
set -euo pipefail
[ $# -eq 3 ] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
host=$1 runtime_tag=$2 sdk_tag=$3
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=tools/dotnet.sh
. tools/dotnet.sh
need_dotnet || { printf '%s\n' "$dotnet_problem" >&2; exit 1; }
cache=$SNAPSHOTBOT_CACHE
tools/unpack-debian.sh bookworm "$cache/engine-old" docker.io containerd runc iptables busybox-static libseccomp2 libdevmapper1.02.1 \
  libxtables12 libip4tc2 libip6tc2 libmnl0 libnetfilter-conntrack3 libnfnetlink0 libnftnl11
docker() { DOCKER_CONFIG=$work "$cache/engine-old/usr/bin/docker" -H "$host" "$@"; }

# Beside the cache: hard links keep the copies for free.
work=$(mktemp -d "$cache/base-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
from=$(dirname "$(readlink -f "$(command -v dotnet)")")
copy() { mkdir -p "$(dirname "$2")"; cp -al "$1" "$2" 2>/dev/null || { rm -rf "$2"; cp -a "$1" "$2"; }; }

# What Microsoft's own image holds: the C and C++ libraries, OpenSSL, zlib, time zones, whom to trust. A shell, for RUN.
tools/unpack-debian.sh bookworm "$work/runtime" base-files libc6 libgcc-s1 libstdc++6 libssl3 zlib1g tzdata ca-certificates busybox-static >&2
(
  cd "$work/runtime"
  rm -f .unpacked
  mkdir -p bin usr/bin usr/local/bin usr/share/dotnet etc/ssl/certs tmp root proc sys dev
  chmod 1777 tmp
  for applet in sh ln mkdir test cat ls cp rm chmod sleep env id; do ln -sf busybox "bin/$applet"; done
  cat usr/share/ca-certificates/*/*.crt >etc/ssl/certs/ca-certificates.crt
  echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
  echo 'root:x:0:' >etc/group
  ln -s /usr/share/dotnet/dotnet usr/bin/dotnet
)
[ -e "$work/runtime/bin/busybox" ] || ln -s /usr/bin/busybox "$work/runtime/bin/busybox"
cp -al "$work/runtime" "$work/sdk"
for part in dotnet host shared; do
  copy "$from/$part" "$work/runtime/usr/share/dotnet/$part"
done
tar -C "$work/runtime" -c . | docker import -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' - "$runtime_tag" >&2

# The packages that the program's projects name, straight from this machine's own store.
rm -rf "$work/sdk/usr/share/dotnet"
copy "$from" "$work/sdk/usr/share/dotnet"
# In a copy: whoever builds here meanwhile writes other lists into obj.
mkdir -p "$work/source"
tar -c --exclude=bin --exclude=obj bot core Directory.* global.json BannedSymbols.txt .editorconfig | tar -x -C "$work/source"
dotnet restore "$work/source/bot/Bot/SnapshotBot.csproj" -v q --nologo -p:_IsPublishing=true >&2
store=${NUGET_PACKAGES:-$HOME/.nuget/packages}
{
  grep -ohE '"[A-Za-z0-9._-]+/[0-9][A-Za-z0-9._-]*": \{' "$work"/source/{bot,core}/*/obj/project.assets.json | sed -E 's/^"//; s/": \{$//'
  awk -F '"' '/"name": "/ { name = $4; next } name != "" && /"version": "\[/ { split($4, part, /[][,]/); print name "/" part[2] } { name = "" }' "$work"/source/{bot,core}/*/obj/project.assets.json
} | tr '[:upper:]' '[:lower:]' | sort -u | while IFS= read -r package; do
  [ ! -d "$store/$package" ] || copy "$store/$package" "$work/sdk/root/.nuget/packages/$package"
done
# Whatever is missing is missing at once, instead of being asked for at registries for minutes.
mkdir -p "$work/sdk/root/.nuget/NuGet" "$work/sdk/root/.nuget/none"
cat >"$work/sdk/root/.nuget/NuGet/NuGet.Config" <<'XML'
<configuration><packageSources><clear /><add key="none" value="/root/.nuget/none" /></packageSources></configuration>
XML
tar -C "$work/sdk" -c . | docker import \
  -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin HOME=/root DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1 NuGetAudit=false' - "$sdk_tag" >&2
