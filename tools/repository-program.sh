#!/usr/bin/env bash
# Makes the program that has the repository commands alone beside the whole one: tools/repository-program.sh FOLDER [PROPERTY...]
#
# In machine code for exactly this processor, which is written down beside it: elsewhere the launcher leaves it alone. For any of the family with
# -p:IlcInstructionSet= last. Where nothing can link it there is none, and the whole program answers those commands. It knows no Discord, so the
# client that was chosen is nothing to it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$root"

linker=$(tools/linker.sh) || { echo "Nothing here can link machine code: repository commands start a tenth of a second later." >&2; exit 0; }

# Hashing side by side wants AVX-512, which the compiler uses only where it is told that it is there.
processor=()
case " $* " in
  *' -p:IlcInstructionSet='*) ;;
  *) [ ! -r /sys/devices/system/cpu/modalias ] || processor=(-p:IlcInstructionSet=native) ;;
esac

made=$folder/.repository-program
# What was compiled for another processor looks up to date.
rm -rf "$made" bot/Bot/obj/repository-alone/*/*/native
trap 'rm -rf "$made"' EXIT
dotnet publish bot/Bot/SnapshotBot.csproj -c Release -v q --nologo -o "$made" -p:RepositoryAlone=true -p:RunAnalyzers=false \
  -p:CppCompilerAndLinker="$linker" ${processor[@]+"${processor[@]}"} "$@"
"$made/snapshotbot-repository" repository --help >/dev/null || { echo "The program of the repository commands does not run here." >&2; exit 1; }
rm -f "$folder/snapshotbot-repository.processor"
[ ${#processor[@]} -eq 0 ] || cp /sys/devices/system/cpu/modalias "$folder/snapshotbot-repository.processor"
mv "$made/snapshotbot-repository" "$folder/snapshotbot-repository"
