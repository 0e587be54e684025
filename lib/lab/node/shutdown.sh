#!/bin/bash
# Clean shutdown of a node (poweroff, shutdown, the BMC's GracefulShutdown): the cluster moves the guests away, then the services end.
# As on an ordinary node the command is accepted at once, and what it began goes on by itself.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$SHUTDOWN_BEGUN" != yes ]; then
  SHUTDOWN_BEGUN=yes setsid --fork "$0" < /dev/null >> /var/log/services.log 2>&1
  exit
fi
runs() { # process number, start time
  [ "$(sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20)" = "$2" ]
}
end() { # service, seconds to wait
  local pid started
  read -r pid started < "/run/services/$1" && runs "$pid" "$started" || return 0
  kill -TERM "$pid"
  for ((i = 0; i < $2 * 10; i++)); do runs "$pid" "$started" || return 0; sleep 0.1; done
  kill -KILL "$pid"
}
trap '' HUP
touch /run/shutting-down
end pacemakerd 180
end corosync 10
end libvirtd 10
end ceph-osd 20
end ceph-mgr 5
end ceph-mon 10
sync
kill -USR1 1
