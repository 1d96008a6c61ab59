#!/usr/bin/env bash
# Writes a migration and the compiled model anew after the catalog's entities changed: tools/catalog.sh NAME
#
# Then raise CatalogSchema.Version by one. People have catalogs: a migration that is there is not changed any more.
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
name=${1:?the name of the new migration, as in ServerIgnored}
# The program must compile without the model it is about to get.
rm -rf "$catalog/Compiled"
dotnet build "$project" -c Debug -v q --nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >&2
"$ef/dotnet-ef" migrations add "$name" --project "$project" --no-build --output-dir Catalog/Migrations >&2
dotnet build "$project" -c Debug -v q --nologo -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >&2
"$ef/dotnet-ef" dbcontext optimize --project "$project" --no-build --output-dir Catalog/Compiled --namespace SnapshotBot.Service.Catalog.Compiled >&2
# No file begins with a byte order mark.
sed -i '1s/^\xEF\xBB\xBF//' "$catalog"/Migrations/*.cs "$catalog"/Compiled/*.cs
