#!/bin/sh
# Power of a node that is a real process. usage: power.sh on|off|status FOLDER NODE DELAY
# The process is recorded by pid and start time (field 22 of /proc/<pid>/stat); no other process is ever touched.
set -eu
action=$1 record=$2/$3.pid delay=$4

is_on() {
  [ -r "$record" ] || return 1
  read -r pid started < "$record"
  { read -r stat < "/proc/$pid/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- $stat
  [ "$3" != Z ] && [ "${22}" = "$started" ]
}

[ "$action" = status ] && { if is_on; then echo on; else echo off; fi; exit 0; }
# Hardware takes its time, and goes on when the one who asked is gone.
sleep "$delay"
exec 9> "$record.lock"
flock 9
case $action in
  on)
    is_on && exit 0
    setsid sleep 3600 9>&- < /dev/null > /dev/null 2>&1 &
    read -r stat < "/proc/$!/stat"
    # shellcheck disable=SC2086
    set -- $stat
    echo "$1 ${22}" > "$record.new"
    mv "$record.new" "$record"
    ;;
  off) if is_on; then kill -KILL "$pid"; while is_on; do sleep 0.01; done; fi ;;
esac
