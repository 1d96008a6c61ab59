# Sourced: finds the .NET SDK and lets it work on a machine with nothing else on it.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
# The SDK asks for ICU otherwise; nothing here sorts by language.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

# shellcheck source=tools/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

dotnet_problem=''

need_dotnet() {
  local folder
  if ! command -v dotnet >/dev/null; then
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /opt/dotnet; do
      if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then export PATH="$folder:$PATH" DOTNET_ROOT="$folder"; break; fi
    done
  fi
  if ! command -v dotnet >/dev/null; then
    dotnet_problem="The .NET SDK 10 is needed and is not there. Nothing was changed. Get it from https://dotnet.microsoft.com/download and run this again."
    return 1
  fi
  if ! dotnet --list-sdks 2>/dev/null | grep -qE '^(1[0-9]|[2-9][0-9])\.'; then
    dotnet_problem="The .NET SDK here is older than 10: $(dotnet --list-sdks 2>/dev/null | tail -n 1). Nothing was changed. Get version 10 from https://dotnet.microsoft.com/download and run this again."
    return 1
  fi
  find_certificates && find_libraries
}

# .NET's hashes and ciphers are OpenSSL's, which a bare machine does not have. Unpacked, it serves the build and the program alike.
find_libraries() {
  local library folder
  for library in /usr/lib/*-linux-gnu*/libssl.so* /usr/lib/libssl.so* /usr/lib64/libssl.so* /usr/local/lib/libssl.so*; do
    [ ! -e "$library" ] || return 0
  done
  "$(dirname "${BASH_SOURCE[0]}")/unpack-debian.sh" system "$SNAPSHOTBOT_CACHE/libraries" libssl3 >&2 \
    || { dotnet_problem="OpenSSL is missing and can't be got: install the package libssl3. Nothing was changed."; return 1; }
  for folder in "$SNAPSHOTBOT_CACHE"/libraries/usr/lib/*-linux-gnu*; do
    export LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  done
}

# Packages come over HTTPS. A bare machine has no list of whom to trust; Debian's, unpacked, serves without installing it.
find_certificates() {
  [ -z "${SSL_CERT_FILE:-}" ] && [ ! -s /etc/ssl/certs/ca-certificates.crt ] && [ ! -s /etc/pki/tls/certs/ca-bundle.crt ] || return 0
  local cache=$SNAPSHOTBOT_CACHE here
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  "$here/unpack-debian.sh" system "$cache/certificates" ca-certificates >&2 || { dotnet_problem="This machine trusts nobody on HTTPS: install the package ca-certificates."; return 1; }
  cat "$cache"/certificates/usr/share/ca-certificates/*/*.crt >"$cache/certificates/all.crt"
  export SSL_CERT_FILE="$cache/certificates/all.crt"
}
