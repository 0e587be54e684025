#!/bin/sh
# First process of a lab guest. Kernel arguments: lab.ip= lab.name= lab.role=dns|web lab.page=
B=/bin/busybox
export PATH=/bin:/usr/bin:/usr/sbin
$B mount -t devtmpfs dev /dev
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net; do
  [ -e /modules/$module.ko ] && $B insmod /modules/$module.ko
done
read -r arguments < /proc/cmdline
for argument in $arguments; do
  case $argument in
    lab.ip=*) ip=${argument#*=} ;;
    lab.name=*) name=${argument#*=} ;;
    lab.role=*) role=${argument#*=} ;;
    lab.names=*) names=${argument#*=} ;;
  esac
done
$B ip link set lo up
$B ip link set eth0 up
$B ip addr add "$ip/24" dev eth0
if [ "$role" = dns ]; then
  # names: host/address pairs, for example www.lab/192.0.2.80,dns.lab/192.0.2.53
  addresses=
  for pair in $(echo "$names" | $B tr , ' '); do addresses="$addresses --address=/$pair"; done
  dnsmasq --no-resolv --no-hosts --user=root --pid-file= $addresses
fi
$B insmod /modules/virtio_blk.ko
perl /service.pl "$name" &
# The ACPI power button ends the guest, so that a clean stop by libvirt is quick.
$B insmod /modules/button.ko
$B insmod /modules/evdev.ko
$B acpid -c /etc/acpi -l /dev/null
while :; do wait; $B sleep 3600; done
