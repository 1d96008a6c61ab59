#!/bin/sh
# Starts the program that lies beside it; of two there the repository commands have one of their own, which is ready sooner.
#
# 'snapshot create' is felt by a game on the same machine from its very beginning, and for the tenth of a second until the runtime has come to its
# first line the program can't ask for less: so it is in an idle control group before it begins (IdleGroup.cs, which looks after it from then on; what
# is left of one is removed by the next). Only where a core is free just now: where all are taken such a group has next to nothing, and nobody would
# notice that yet.
set -u

is_free() {
  read -r _ _ _ running _ </proc/loadavg
  read -r online </sys/devices/system/cpu/online
  # This shell is one of the running.
  [ "${running%/*}" -le $((${online##*[-,]} + 1)) ]
}

join_idle_group() {
  # Version 1, by itself or beside version 2; then version 2.
  for top in /sys/fs/cgroup/cpu /sys/fs/cgroup; do
    group=$top/snapshotbot-$$
    [ -w "$top/cgroup.procs" ] && is_free && mkdir "$group" || continue
    if echo 1 >"$group/cpu.idle" && echo 0 >"$group/cgroup.procs"; then
      return
    fi
    rmdir "$group"
  done
}

before=
for word; do
  [ "$before $word" != 'snapshot create' ] || join_idle_group 2>/dev/null
  before=$word
done

program=$0
[ ! -h "$program" ] || program=$(readlink -f "$program")
case $program in */*) ;; *) program=./$program ;; esac
folder=${program%/*}

# One that was made for another processor would end at its first instruction that is not there.
is_for_this_processor() {
  [ -e "$1.processor" ] || return 0
  read -r made <"$1.processor" && read -r here </sys/devices/system/cpu/modalias && [ "$made" = "$here" ]
}

if [ "${1-}" = repository ] && [ -x "$folder/snapshotbot-repository" ] && is_for_this_processor "$folder/snapshotbot-repository" 2>/dev/null; then
  exec "$folder/snapshotbot-repository" "$@"
fi
exec "$folder/snapshotbot.bin" "$@"
