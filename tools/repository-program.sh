#!/usr/bin/env bash
# Makes the program that has the repository commands alone beside the whole one: tools/repository-program.sh FOLDER [PROPERTY...]
#
# In machine code of this processor's kind; for any of its family with -p:IlcInstructionSet= last. Where nothing can link it there is none, and
# the whole program answers those commands.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$root"

linker=$(tools/linker.sh) || { echo "Nothing here can link machine code: repository commands start a tenth of a second later." >&2; exit 0; }

# As in snapshotbot itself: what AVX2 brings is in the code that hashes and cuts.
processor=()
if [ "$(uname -m)" = x86_64 ] && grep -qw avx2 /proc/cpuinfo && grep -qw bmi2 /proc/cpuinfo && grep -qw movbe /proc/cpuinfo; then
  processor=(-p:IlcInstructionSet=x86-64-v3)
fi

made=$folder/.repository-program
rm -rf "$made"
trap 'rm -rf "$made"' EXIT
dotnet publish bot/Bot/SnapshotBot.csproj -c Release -v q --nologo -o "$made" -p:RepositoryAlone=true -p:RunAnalyzers=false \
  -p:CppCompilerAndLinker="$linker" ${processor[@]+"${processor[@]}"} "$@"
"$made/snapshotbot-repository" repository --help >/dev/null || { echo "The program of the repository commands does not run here." >&2; exit 1; }
mv "$made/snapshotbot-repository" "$folder/snapshotbot-repository"
