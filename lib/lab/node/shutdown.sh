#!/bin/bash
# Clean shutdown of a node (poweroff, shutdown, the BMC's GracefulShutdown): the cluster moves the guests away, then the services end.
# As on an ordinary node the command is accepted at once, and what it began goes on by itself.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$SHUTDOWN_BEGUN" != yes ]; then
  SHUTDOWN_BEGUN=yes setsid --fork "$0" < /dev/null >> /var/log/services.log 2>&1
  exit
fi
end() { # name, seconds to wait
  pkill -TERM -x "$1" || return 0
  for ((i = 0; i < $2 * 10; i++)); do pgrep -x "$1" > /dev/null || return 0; sleep 0.1; done
  pkill -KILL -x "$1"
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
