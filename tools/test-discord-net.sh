#!/usr/bin/env bash
# Runs the chat's contract suite over Discord.Net too: DISCORD_NET_SOURCE=FEED_OR_FOLDER tools/test-discord-net.sh
#
# Builds bot/ChatDiscordNet against the package that a feed or folder gives, and the bot with it, which then serves the stand-in Discord: from the
# claim over panel, blue button and form to the undo, with a Docker engine that is started for it (root only; SNAPSHOTBOT_TEST_ENGINE_20 names one
# that is there). Without a feed it prints a single line and ends well, so that it can stand in any pipeline and can't rot silently where one is.
# SNAPSHOTBOT_TEST_DISCORD_SPECIFICATION may name Discord's published specification.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=tools/dotnet.sh
. tools/dotnet.sh
need_dotnet || { printf '%s\n' "$dotnet_problem" >&2; exit 1; }

if [ -z "${DISCORD_NET_SOURCE:-}" ]; then
  echo "skipped: the chat's contract over Discord.Net (no feed: set DISCORD_NET_SOURCE)"
  exit 0
fi

out=$(mktemp -d)
engine=''
trap '[ -z "$engine" ] || tools/private-engine.sh stop "$engine" >&2 || true; rm -rf "$out"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The package stays here: in the machine's own folder a later ./run.sh would find it and take it.
build() {
  dotnet build "tests/$1" -c Release -v q --nologo -p:UseDiscordNet=true -p:DISCORD_NET_SOURCE="$DISCORD_NET_SOURCE" \
    -p:RestorePackagesPath="$out/packages" -p:RestoreFallbackFolders="${NUGET_PACKAGES:-$HOME/.nuget/packages}" -o "$out/$1" >&2
}

# Copied from its own folder by what needs it, so -o must not be the only place it is built to.
dotnet build core/Thawer -c Release -v q --nologo >&2

# The bot itself, built with it: that it is the client that is used, and that it serves.
build Bot.Tests
case $("$out/Bot.Tests/snapshotbot" --version) in
  *Discord.Net*) ;;
  *) echo "the bot was built without Discord.Net" >&2; exit 1 ;;
esac
timeout --kill-after=10 300 "$out/Bot.Tests/SnapshotBot.Bot.Tests" -noColor -noLogo -class SnapshotBot.Bot.Tests.Program.ChatClientTests

# The port's contract.
build Chat.Tests
space=SnapshotBot.Chat.Tests.Contract
SNAPSHOTBOT_TEST_CHAT=discord.net timeout --kill-after=10 900 "$out/Chat.Tests/SnapshotBot.Chat.Tests" -noColor -noLogo \
  -class "$space.AnswerTests" -class "$space.FailureTests" -class "$space.GatewayTests"

# What people press, with a game server behind it.
tools/unpack-debian.sh bookworm "$SNAPSHOTBOT_CACHE/busybox" busybox-static >&2
export SNAPSHOTBOT_TEST_BUSYBOX="$SNAPSHOTBOT_CACHE/busybox/bin/busybox"
[ -x "$SNAPSHOTBOT_TEST_BUSYBOX" ] || SNAPSHOTBOT_TEST_BUSYBOX="$SNAPSHOTBOT_CACHE/busybox/usr/bin/busybox"
if [ -z "${SNAPSHOTBOT_TEST_ENGINE_20:-}" ]; then
  engine=/var/tmp/sb-discord-net
  SNAPSHOTBOT_TEST_ENGINE_20=$(tools/private-engine.sh start old "$engine")
  export SNAPSHOTBOT_TEST_ENGINE_20
fi
timeout --kill-after=10 600 "$out/Bot.Tests/SnapshotBot.Bot.Tests" -noColor -noLogo -method 'SnapshotBot.Bot.Tests.Discord.StoryTests.Guild_FromClaimToUndo_DoesWhatPeoplePress'
