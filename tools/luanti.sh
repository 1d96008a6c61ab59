#!/usr/bin/env bash
# A real game server for the tests, unpacked beside the system: tools/luanti.sh DIR
#
# Debian 12's minetest-server (Luanti 5.6.1) with its game and every library it needs, as the root of an image.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,4s/^# \?//p' "$0"; exit 2; }
exec "$(dirname "${BASH_SOURCE[0]}")/unpack-debian.sh" bookworm "$1" minetest-server minetest-data \
  libc6 libcurl3-gnutls libgcc-s1 libgmp10 libjsoncpp25 libleveldb1d libluajit2-5.1-2 libluajit2-5.1-common libncursesw6 libpq5 \
  libspatialindex6 libsqlite3-0 libstdc++6 libtinfo6 libzstd1 zlib1g libsnappy1v5 libnghttp2-14 libidn2-0 librtmp1 libssh2-1 libpsl5 \
  libnettle8 libgnutls30 libhogweed6 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libcom-err2 libkrb5support0 libkeyutils1 libldap-2.5-0 \
  libsasl2-2 libbrotli1 libunistring2 libp11-kit0 libtasn1-6 libffi8 libssl3
