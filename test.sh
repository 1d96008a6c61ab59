#!/usr/bin/env bash
# Runs the tests: ./test.sh [SUITE...]     suites: storage, chat, engine, service, bot, interop, playground, format; without any: all
#                 ./test.sh SUITE --class NAME     only that class, folder of classes or test, with its figures; sizes are set by variables
#                                                  (docs/evidence.md). A test's name may be cut: what is left of it is how it begins.
#
# Gets what they need without installing it (programs from Debian, two Docker engines of their own), builds once, runs, and stops what it
# started. The last line is always 'N passed, N failed, N skipped'. Downloads are kept in ~/.cache/snapshotbot (SNAPSHOTBOT_CACHE).
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root" || exit 1

only=() passed=0 failed=0 skipped=0 child='' work='' locked=false unsteady=()
all=(storage interop chat engine service bot playground)
# Short, for a socket's path has 108 bytes at most; the same at every run, so that the next one ends what a killed one left.
engines=/var/tmp/snapshotbot-test-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)

say() { printf '%s\n' "$*" >&2; }

finish() {
  local status=$1
  trap '' INT TERM HUP
  [ -z "$child" ] || { kill -TERM "$child" 2>/dev/null && wait "$child" 2>/dev/null; }
  [ "$locked" = false ] || stop_engines
  [ -z "$work" ] || rm -rf "$work"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] || [ "$status" -ne 0 ] || status=1
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  trap - EXIT
  exit "$status"
}
trap 'finish 130' INT
trap 'finish 143' TERM HUP
trap 'finish $?' EXIT

# shellcheck source=tools/dotnet.sh
. tools/dotnet.sh
cache=$SNAPSHOTBOT_CACHE

# What can't be got is a failure of its own: a run without its tests must not look like a good one.
give_up() { say "$*"; failed=$((failed + 1)); finish 1; }

stop_engines() {
  local engine
  for engine in "$engines"/*/; do
    [ ! -e "$engine/.private-engine" ] || tools/private-engine.sh stop "$engine" 9>&- || true
  done
  rmdir "$engines" 2>/dev/null || true
}

# A program from PATH, else unpacked. Its libraries come along, so it gets a wrapper that finds them.
tool() {
  local name=$1; shift
  command -v "$name" >/dev/null && return 0
  tools/unpack-debian.sh bookworm "$cache/$name" "$@" || return 1
  mkdir -p "$cache/bin"
  cat >"$cache/bin/$name" <<EOF
#!/bin/sh
LD_LIBRARY_PATH=\$(echo "$cache/$name"/usr/lib/*-linux-gnu* | tr ' ' ':') exec "$cache/$name/usr/bin/$name" "\$@"
EOF
  chmod +x "$cache/bin/$name"
}

get_tools() {
  say "Getting restic 0.14 and 0.18, rclone, strace, busybox, node ..."
  tools/unpack-debian.sh bookworm "$cache/restic-old" restic || return 1
  tools/unpack-debian.sh trixie "$cache/restic-new" restic || return 1
  tools/unpack-debian.sh bookworm "$cache/busybox" busybox-static || return 1
  tools/luanti.sh "$cache/luanti" || return 1
  tool rclone rclone || return 1
  tool strace strace libunwind8 liblzma5 || return 1
  tools/node.sh "$cache/bin" || return 1
  export PATH="$PATH:$cache/bin"
  export SNAPSHOTBOT_TEST_RESTIC_OLD="$cache/restic-old/usr/bin/restic" SNAPSHOTBOT_TEST_RESTIC_NEW="$cache/restic-new/usr/bin/restic"
  export SNAPSHOTBOT_TEST_LUANTI="$cache/luanti"
  export SNAPSHOTBOT_TEST_BUSYBOX="$cache/busybox/bin/busybox"
  SNAPSHOTBOT_TEST_RCLONE=$(command -v rclone) && SNAPSHOTBOT_TEST_STRACE=$(command -v strace) || return 1
  # A file system whose files share blocks, for the tests of cloned files.
  tools/unpack-debian.sh bookworm "$cache/xfs" xfsprogs libinih1 liburcu8 || return 1
  export SNAPSHOTBOT_TEST_XFS="$cache/xfs"
  [ -x "$SNAPSHOTBOT_TEST_BUSYBOX" ] || SNAPSHOTBOT_TEST_BUSYBOX="$cache/busybox/usr/bin/busybox"
  export SNAPSHOTBOT_TEST_RCLONE SNAPSHOTBOT_TEST_STRACE
}

# The browser that looks at the playground's page.
get_browser() {
  say "Getting Chromium without a window ..."
  SNAPSHOTBOT_TEST_CHROMIUM=$(tools/chromium.sh) || return 1
  export SNAPSHOTBOT_TEST_CHROMIUM
}

start_engines() {
  say "Starting two Docker engines of the tests' own: 20.10 with overlay2, 26.1 with the containerd image store ..."
  own_folder "$engines" || { say "$engines is not this user's own. Nothing was changed."; return 1; }
  SNAPSHOTBOT_TEST_ENGINE_20=$(tools/private-engine.sh start old "$engines/old" 9>&-) || return 1
  SNAPSHOTBOT_TEST_ENGINE_26=$(tools/private-engine.sh start new "$engines/new" 9>&-) || return 1
  # Tests that kill an engine start one of their own in there: whatever becomes of them, it is ended with the others.
  export SNAPSHOTBOT_TEST_ENGINE_20 SNAPSHOTBOT_TEST_ENGINE_26 SNAPSHOTBOT_TEST_ENGINES="$engines"
}

# Runs a command with its output shown and kept; a signal to this script reaches it at once. It does not get the lock: what it leaves behind must
# not hold up the next run.
watched() {
  local log=$1; shift
  mkfifo "$work/pipe"
  tee "$log" <"$work/pipe" 9>&- &
  local tee=$!
  "$@" >"$work/pipe" 2>&1 </dev/null 9>&- &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=''
  wait "$tee"
  rm -f "$work/pipe"
  return "$status"
}

build() {
  say "Building ..."
  if [ ${#suites[@]} -eq 0 ]; then
    watched "$work/build.log" dotnet restore SnapshotBot.sln -v q --nologo
    return
  fi
  if [ "$format" = true ]; then
    watched "$work/build.log" dotnet build SnapshotBot.sln -c Release -v q --nologo
    return
  fi
  local suite
  for suite in "${suites[@]}"; do
    watched "$work/build.log" dotnet build "tests/$(project "$suite").Tests" -c Release -v q --nologo || return 1
  done
}

# The program as most tests start it: by itself, often, and so compiled ahead.
publish() {
  say "Making the program ..."
  export SNAPSHOTBOT_TEST_PROGRAM="$root/artifacts/for-tests/snapshotbot"
  watched "$work/publish.log" dotnet publish bot/Bot/SnapshotBot.csproj -c Release -v q --nologo -p:RunAnalyzers=false -p:ProgramForTests=true \
    -o "${SNAPSHOTBOT_TEST_PROGRAM%/*}" && watched "$work/publish.log" tools/repository-program.sh "${SNAPSHOTBOT_TEST_PROGRAM%/*}"
}

project() { printf '%s%s' "$(printf '%s' "${1:0:1}" | tr '[:lower:]' '[:upper:]')" "${1:1}"; }

run_suite() {
  local suite=$1 name log status=0 total bad
  name=$(project "$suite")
  log="$work/$suite.log"
  say "== $name"
  # Tests of an engine wait for it most of the time: four at once on two cores are no more than it can bear.
  local threads=()
  case "$suite" in storage | chat) ;; *) threads=(-maxThreads 4) ;; esac
  # A class that is asked for may be asked for at its full size.
  local patience=2400 some=()
  [ ${#only[@]} -eq 0 ] || { patience=10800; some=(-diagnostics "${only[@]}"); }
  watched "$log" timeout --kill-after=10 "$patience" "tests/$name.Tests/bin/Release/net10.0/SnapshotBot.$name.Tests" -noColor -noLogo \
    ${threads[@]+"${threads[@]}"} ${some[@]+"${some[@]}"} || status=$?
  # ... Total: 46, Errors: 0, Failed: 2, Skipped: 0, Not Run: 0, Time: 13.661s
  total=$(summary "$log" Total)
  bad=$(($(summary "$log" Failed) + $(summary "$log" Errors)))
  if [ "$total" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
    say "$name.Tests ended with status $status before all its tests were done."
    bad=$((bad + 1)) total=$((total + 1))
    # Its containers go on, and would slow what is run next.
    [ "$need_engines" = false ] || { stop_engines; start_engines || give_up "A test engine did not start again; see above."; }
  fi
  [ "$bad" -eq 0 ] || [ ${#only[@]} -gt 0 ] || { again "$name" "$log" && bad=0; }
  local left=$(($(summary "$log" Skipped) + $(summary "$log" 'Not Run')))
  failed=$((failed + bad)) skipped=$((skipped + left)) passed=$((passed + total - bad - left))
}

# A test that fails is run once more by itself: real engines on a busy machine are late now and then. Passing then, it counts as passed, but
# is named at the end, for a test that needs a second try is a fault of its own. More than a few failures are no accident.
again() {
  local name=$1 first=$2 log="$work/again.log" status=0 test names=()
  mapfile -t names < <(sed -nE 's/^ *(SnapshotBot\.[A-Za-z0-9_.+]+)(\(.*)? \[FAIL\].*$/\1/p' "$first" | sort -u)
  [ ${#names[@]} -gt 0 ] && [ ${#names[@]} -le 3 ] || return 1
  say "== $name, once more: ${names[*]}"
  local only=()
  for test in "${names[@]}"; do only+=(-method "$test"); done
  watched "$log" timeout --kill-after=10 300 "tests/$name.Tests/bin/Release/net10.0/SnapshotBot.$name.Tests" -noColor -noLogo "${only[@]}" || status=$?
  [ "$status" -eq 0 ] && [ "$(summary "$log" Total)" -gt 0 ] && [ $(($(summary "$log" Failed) + $(summary "$log" Errors))) -eq 0 ] || return 1
  unsteady+=("${names[@]}")
}

summary() { local value; value=$(grep -oE "$2: [0-9]+" "$1" | tail -n 1); printf '%d' "${value##* }"; }

# The same contract over Discord.Net, where a feed has it; one line where not.
run_discord_net() {
  local log="$work/discord-net.log" status=0 total bad left
  say "== Chat over Discord.Net"
  watched "$log" tools/test-discord-net.sh || status=$?
  if grep -q '^skipped: ' "$log"; then skipped=$((skipped + 1)); return; fi
  total=$(summary "$log" Total) bad=$(($(summary "$log" Failed) + $(summary "$log" Errors)))
  left=$(($(summary "$log" Skipped) + $(summary "$log" 'Not Run')))
  if [ "$total" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then bad=$((bad + 1)) total=$((total + 1)); fi
  failed=$((failed + bad)) skipped=$((skipped + left)) passed=$((passed + total - bad - left))
}

check_format() {
  say "== Format"
  # Style and analyzers are errors of the build: after one only the spaces are left to look at.
  local what=()
  [ ${#suites[@]} -eq 0 ] || what=(whitespace)
  if watched "$work/format.log" dotnet format ${what[@]+"${what[@]}"} SnapshotBot.sln --verify-no-changes --no-restore; then
    passed=$((passed + 1))
  else
    say "Run: dotnet format SnapshotBot.sln"
    failed=$((failed + 1))
  fi
}

# What a name after --class stands for in a suite: a class, a folder of classes, or tests by how their names begin. All are told to the test runner as
# methods, for of two kinds of filters it takes what both let through.
filter() {
  local suite=$1 name=${2#SnapshotBot.*.Tests.} folder last
  name=${name%…}
  folder="tests/$(project "$suite").Tests"
  last=${name##*.}
  if grep -rqE "class $last\b" "$folder" --include='*.cs'; then
    only+=(-method "*.$name.*")
  elif [ -d "$folder/${name//.//}" ]; then
    only+=(-method "SnapshotBot.$(project "$suite").Tests.$name.*")
  elif grep -rqE "(Task|void) $last" "$folder" --include='*.cs'; then
    only+=(-method "*.$name*")
  else
    give_up "There is no class, folder or test '$2' in the tests of $suite."
  fi
}

suites=() format=false names=()
[ $# -gt 0 ] || { suites=("${all[@]}"); format=true; }
while [ $# -gt 0 ]; do
  case " ${all[*]} format " in
    *" ${1,,} "*) if [ "${1,,}" = format ]; then format=true; else suites+=("${1,,}"); fi ;;
    *) [ "$1" = --class ] && [ $# -gt 1 ] || give_up "There is no suite '$1'. There are: ${all[*]} format, and --class NAME after one of them."
       names+=("$2"); shift ;;
  esac
  shift
done
[ ${#names[@]} -eq 0 ] || { [ ${#suites[@]} -eq 1 ] && [ "$format" = false ]; } || give_up "--class wants one suite before it: ./test.sh service --class KillTests"
for name in ${names[@]+"${names[@]}"}; do filter "${suites[0]}" "$name"; done

need_engines=false
for suite in ${suites[@]+"${suites[@]}"}; do
  case "$suite" in engine | service | bot | playground) need_engines=true ;; esac
done
if [ "$need_engines" = true ] && [ "$(id -u)" != 0 ]; then
  give_up "These tests start Docker engines of their own, and that needs root: sudo ./test.sh. Nothing was started. Without root: ./test.sh storage"
fi

work=$(mktemp -d)
exec 9>"$cache/test-$(basename "$engines").lock"
flock -n 9 || { say "Another ./test.sh runs in this folder; waiting for it ..."; flock 9; }
locked=true

need_dotnet || give_up "$dotnet_problem"
[ ${#suites[@]} -eq 0 ] || get_tools || give_up "What the tests need can't be got; see above. Nothing was installed or started."
case " ${suites[*]-} " in *" playground "*) get_browser || give_up "The browser can't be got; see above. Nothing was installed." ;; esac
build || give_up "The build failed; see above."
case " ${suites[*]-} " in *" interop "* | *" service "* | *" bot "* | *" playground "*) publish || give_up "The program could not be made; see above." ;; esac
if [ "$need_engines" = true ]; then
  start_engines || give_up "A test engine did not start; see above. The system's own engine, if any, was not touched."
fi
for suite in ${suites[@]+"${suites[@]}"}; do
  run_suite "$suite"
  [ "$suite" != chat ] || run_discord_net
done
[ "$format" = false ] || check_format
[ ${#unsteady[@]} -eq 0 ] || say "Passed only when run again: ${unsteady[*]}"
finish 0
