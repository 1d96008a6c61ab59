#!/usr/bin/env bash
# Prints the path of a program that links machine code as gcc does: this machine's, else Debian's, unpacked into the cache and not installed.
# Ends with 1 when there is none to be had; what needs one then does without.
set -euo pipefail
# shellcheck source=tools/cache.sh
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

for name in clang gcc cc; do
  # A compiler without the C library's files to link with says their name again instead of their place.
  if found=$(command -v "$name") && case $("$found" -print-file-name=crt1.o 2>/dev/null) in /*) ;; *) false ;; esac; then
    printf '%s' "$found"
    exit 0
  fi
done

case $(uname -m) in
  x86_64) triplet=x86_64-linux-gnu ;;
  aarch64) triplet=aarch64-linux-gnu ;;
  *) exit 1 ;;
esac
folder=$SNAPSHOTBOT_CACHE/linker
"$(dirname "${BASH_SOURCE[0]}")/unpack-debian.sh" bookworm "$folder" gcc-12 libgcc-12-dev libgcc-s1 libc6 libc6-dev \
  "binutils-${triplet//_/-}" libbinutils libctf0 libctf-nobfd0 libjansson4 libzstd1 zlib1g >&2 || exit 1
mkdir -p "$folder/bin"
ln -sf "../usr/bin/$triplet-ld.bfd" "$folder/bin/ld"
ln -sf ld "$folder/bin/ld.bfd"
# Its libraries lie beside it. Everything that is linked comes from there too, not from where these files would be installed.
cat >"$folder/bin/gcc.new" <<EOF
#!/bin/sh
LD_LIBRARY_PATH="$folder/usr/lib/$triplet:$folder/lib/$triplet\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}" \\
  exec "$folder/usr/bin/$triplet-gcc-12" --sysroot="$folder" -B"$folder/bin/" "\$@"
EOF
chmod +x "$folder/bin/gcc.new"
mv "$folder/bin/gcc.new" "$folder/bin/gcc"
printf '%s' "$folder/bin/gcc"
