#!/bin/sh
# A disk that is a file, in its slot or in a drawer. usage: disk-hand.sh remove|insert|status FOLDER DISK
# Files in FOLDER make it misbehave: hand-says (printed to standard error), hand-fails-ACTION (how often it still fails),
# hand-hangs-ACTION (it hangs before it acts, with a child of its own, and writes its pid into hand-pid).
set -eu
action=$1 folder=$2 slot=$2/slots/$3 drawer=$2/drawer/$3
if [ -e "$folder/hand-says" ]; then cat "$folder/hand-says" >&2; fi
fails=$folder/hand-fails-$action
if [ -e "$fails" ]; then
  read -r left < "$fails" || true
  if [ "$left" -gt 0 ]; then echo $((left - 1)) > "$fails"; exit 1; fi
fi
if [ -e "$folder/hand-hangs-$action" ]; then echo $$ > "$folder/hand-pid"; sleep 600 & wait; fi
case $action in
  status) if [ -e "$slot" ]; then echo present; else echo removed; fi ;;
  remove) if [ -e "$slot" ]; then mv "$slot" "$drawer"; fi ;;
  insert) if [ -e "$drawer" ]; then mv "$drawer" "$slot"; fi ;;
esac
