#!/usr/bin/env bash
# Writes the catalog's migration and compiled model anew after its entities changed: tools/catalog.sh
#
# As long as no version is released there is one migration, InitialCatalog, and it is replaced. After a release give the new one's name:
# tools/catalog.sh AddSomething
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=tools/dotnet.sh
. tools/dotnet.sh
need_dotnet || { printf '%s\n' "$dotnet_problem" >&2; exit 1; }
ef="$SNAPSHOTBOT_CACHE/dotnet-ef"
[ -x "$ef/dotnet-ef" ] || dotnet tool install dotnet-ef --version 10.0.13 --tool-path "$ef" >&2
project=core/Service
catalog=$project/Catalog
name=${1:-InitialCatalog}
# The program must compile without the model it is about to get.
rm -rf "$catalog/Compiled"
[ "$name" != InitialCatalog ] || rm -rf "$catalog/Migrations"
dotnet build "$project" -c Debug -v q --nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >&2
"$ef/dotnet-ef" migrations add "$name" --project "$project" --no-build --output-dir Catalog/Migrations >&2
dotnet build "$project" -c Debug -v q --nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >&2
"$ef/dotnet-ef" dbcontext optimize --project "$project" --no-build --output-dir Catalog/Compiled --namespace SnapshotBot.Service.Catalog.Compiled >&2
# The same names and bytes whenever it is run: a migration that is replaced keeps its id, and no file begins with a byte order mark.
if [ "$name" = InitialCatalog ]; then
  for file in "$catalog"/Migrations/*_InitialCatalog*.cs; do
    sed -i -E 's/[0-9]{14}_InitialCatalog/20261124022540_InitialCatalog/' "$file"
    mv -n "$file" "$(dirname "$file")/20261124022540_${file##*/*_}" 2>/dev/null || true
  done
fi
sed -i '1s/^\xEF\xBB\xBF//' "$catalog"/Migrations/*.cs "$catalog"/Compiled/*.cs
