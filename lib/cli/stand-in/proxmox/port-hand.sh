#!/bin/sh
# A port of the switch that is a file: the node is connected while it is there. usage: port-hand.sh disconnect|connect|status FOLDER NODE
set -eu
port=$2/ports/$3
case $1 in
  status) if [ -e "$port" ]; then echo connected; else echo disconnected; fi ;;
  disconnect) rm -f "$port" ;;
  connect) : > "$port" ;;
esac
