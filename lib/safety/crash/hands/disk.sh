#!/bin/sh
# A disk that is a file, in its slot or in a drawer. usage: disk.sh remove|insert|status FOLDER DISK DELAY
set -eu
action=$1 slot=$2/slots/$3 drawer=$2/drawer/$3 delay=$4

[ "$action" = status ] && { if [ -e "$slot" ]; then echo present; else echo removed; fi; exit 0; }
sleep "$delay"
case $action in
  remove) if [ -e "$slot" ]; then mv "$slot" "$drawer"; fi ;;
  insert) if [ -e "$drawer" ]; then mv "$drawer" "$slot"; fi ;;
esac
