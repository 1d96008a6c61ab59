# Sourced: where downloads are kept, outside the sources. Sets SNAPSHOTBOT_CACHE.

# Makes a folder that nobody else can have put there, below one where everybody may write. Others pass through it, as a container's users must.
own_folder() { mkdir -p -m 711 "$1" 2>/dev/null && [ ! -L "$1" ] && [ -O "$1" ]; }

if [ -z "${SNAPSHOTBOT_CACHE:-}" ]; then
  if [ -n "${XDG_CACHE_HOME:-}" ]; then SNAPSHOTBOT_CACHE="$XDG_CACHE_HOME/snapshotbot"
  elif [ -n "${HOME:-}" ]; then SNAPSHOTBOT_CACHE="$HOME/.cache/snapshotbot"
  else SNAPSHOTBOT_CACHE="/var/tmp/snapshotbot-cache-$(id -u)"; fi
fi
# A user without a home of its own gets a folder that nobody else can have put there.
if ! mkdir -p "$SNAPSHOTBOT_CACHE" 2>/dev/null || [ ! -w "$SNAPSHOTBOT_CACHE" ]; then
  SNAPSHOTBOT_CACHE="/var/tmp/snapshotbot-cache-$(id -u)"
  mkdir -p -m 700 "$SNAPSHOTBOT_CACHE" 2>/dev/null || true
fi
if [ ! -O "$SNAPSHOTBOT_CACHE" ]; then
  printf '%s\n' "The cache folder $SNAPSHOTBOT_CACHE is not this user's own. Nothing was changed. Name another with SNAPSHOTBOT_CACHE." >&2
  exit 1
fi
export SNAPSHOTBOT_CACHE
