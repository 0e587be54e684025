#!/bin/sh
# Works a hand behind a gate: gate.sh FOLDER PROGRAM ACTION ... A file hold-before-ACTION or hold-after-ACTION in the folder
# keeps it from beginning, or from ending; before-ACTION and after-ACTION say that it has come there.
folder=$1
shift
action=$2
hold() {
  : > "$folder/$1-$action"
  while [ -e "$folder/hold-$1-$action" ]; do sleep 0.05; done
}
hold before
"$@"
status=$?
hold after
exit $status
