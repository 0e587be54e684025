#!/bin/bash
# Boot script of a node. It stands for systemd: starts the services, starts the OSD again when its disk is there, ends on a clean shutdown.
# Settings of this node: name, index, osd, address, mac, ceph (yes, or no while the storage does not exist yet), cluster (yes or no)
. /etc/lab/node.env
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root
ulimit -n "$(ulimit -Hn)"
umask 022
mkdir -p /run/{services,sshd,lock,crm,pacemaker,corosync,resource-agents,ceph,libvirt} /var/log/{corosync,pacemaker,ceph,libvirt/qemu} \
  /var/lib/libvirt/{qemu,images,dnsmasq} /var/cache/libvirt /var/lib/corosync
chown hacluster:haclient /run/crm /run/pacemaker /var/log/pacemaker
ip link set lo up
until [ -e /sys/class/net/eth0 ]; do sleep 0.01; done
ip -batch - <<NETWORK
link add vmbr0 address $mac type bridge forward_delay 0 stp_state 0
link set eth0 master vmbr0 up
link set vmbr0 up
address add $address/24 dev vmbr0
NETWORK

# service NAME COMMAND...: runs it in the foreground. Its process number and start time are kept: a shutdown ends this process, no other.
service() (
  name=$1 own=$BASHPID
  shift
  echo "$own $(sed 's/.*) //' "/proc/$own/stat" | cut -d ' ' -f 20)" > "/run/services/$name"
  exec setsid "$@" < /dev/null >> /var/log/services.log 2>&1
)
disk_present() { local sectors; read -r sectors < "/sys/block/loop$NODE_DISK/size" && [ "$sectors" -gt 0 ]; }
# As udev and ceph-volume do on an ordinary node: the OSD is started when its disk shows up.
keep_osd() {
  until [ -e /run/shutting-down ]; do
    until disk_present; do sleep 0.5; done
    service ceph-osd ceph-osd -f -i "$osd"
    sleep 1
  done
}

service sshd /usr/sbin/sshd -D & # not as a daemon: with process 1 as its parent it takes itself for one already
if [ "$cluster" = yes ]; then
  {
    service corosync corosync -f &
    for _ in {1..200}; do corosync-cfgtool -s > /dev/null 2>&1 && break; sleep 0.05; done
    # At the first start every node is waited for, so that one that is slow is not fenced for being slow. Later on none is: corosync's
    # wait_for_all would keep two nodes of three from being quorate again when quorum was lost.
    for _ in {1..600}; do
      [ -e /etc/lab/has-started ] && break
      [ "$(corosync-quorumtool -s 2> /dev/null | sed -n 's/^Nodes: *//p')" = "$(grep -c nodeid: /etc/corosync/corosync.conf)" ] && break
      sleep 0.1
    done
    touch /etc/lab/has-started
    PCMK_logfile=/var/log/pacemaker/pacemaker.log PCMK_logpriority=notice service pacemakerd pacemakerd
  } &
  service libvirtd libvirtd &
fi
if [ "$ceph" = yes ]; then
  service ceph-mon ceph-mon -f -i "$name" &
  keep_osd &
  [ -d "/var/lib/ceph/mgr/ceph-$name" ] && service ceph-mgr nice -n 10 ceph-mgr -f -i "$name" &
fi
trap 'exit 0' USR1
trap '' TERM HUP INT
while :; do sleep 3600 & wait $!; done
