import { revivalFunctions } from '../platforms/ceph/osd-revival.ts';

/**
 * What the node's own shell does to a disk: `find`, `remove` or `insert`. It is given as text and gets its words as arguments: root of
 * the file system ('' but in tests), action, serial number or WWN ('' for none), number of the OSD ('' for none).
 *
 * Sources: kernel documentation of sysfs (scsi/scsi_fc_transport and ABI/testing/sysfs-bus-pci: `device/delete`, `scan`, `remove`,
 * `rescan`), SCSI page 0x80 (4 bytes before the serial number).
 */
export const diskScript = String.raw`
set -u
root=$1 action=$2 serial=$3 osd=$4
[ -z "$root" ] || root=$(readlink -f "$root")

refuse() { echo "$1" >&2; exit 3; }

plain() { tr -d '\000' | tr 'A-Z' 'a-z' | sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e 's/^naa\.//' -e 's/^eui\.//' -e 's/^0x//'; echo; }

# What the disk $1 says of itself, a line each.
marks() {
  for mark in serial device/serial wwid device/wwid; do
    [ -r "$root/sys/block/$1/$mark" ] && plain <"$root/sys/block/$1/$mark"
  done
  [ -r "$root/sys/block/$1/device/vpd_pg80" ] && dd bs=1 skip=4 2>/dev/null <"$root/sys/block/$1/device/vpd_pg80" | plain
}

# The disks below the block device $1: through device mapper to the whole disk.
below() {
  [ -e "$root/sys/class/block/$1" ] || return 0
  found=no
  for slave in "$root/sys/class/block/$1/slaves/"*; do
    [ -e "$slave" ] || continue
    found=yes
    ( below "$(basename "$slave")" )
  done
  [ $found = yes ] && return 0
  if [ -e "$root/sys/class/block/$1/partition" ]; then
    basename "$(dirname "$(readlink -f "$root/sys/class/block/$1")")"
  else
    echo "$1"
  fi
}

disks() {
  if [ -n "$serial" ]; then
    wanted=$(printf %s "$serial" | plain)
    for path in "$root"/sys/block/*; do
      name=$(basename "$path")
      [ -e "$path/device" ] || continue
      if marks "$name" | grep -qxF -- "$wanted"; then echo "$name"; fi
    done
  else
    below "$(basename "$(readlink -f "$root/var/lib/ceph/osd/ceph-$osd/block")")" | while read -r name; do
      if [ -e "$root/sys/block/$name/device" ]; then echo "$name"; fi
    done
  fi | sort -u
}

one() {
  all=$(disks)
  set -- $all
  [ $# -le 1 ] || refuse "more than one disk answers to it: $*. With several ways to one disk (multipath) the kernel hand would leave the others. Use hand: command"
  echo "$all"
}

# The block devices that stand on $1, and itself.
above() {
  echo "$1"
  for part in "$root/sys/class/block/$1/$1"*; do
    [ -e "$part/partition" ] && ( above "$(basename "$part")" )
  done
  for holder in "$root/sys/class/block/$1/holders/"*; do
    [ -e "$holder" ] && ( above "$(basename "$holder")" )
  done
  return 0
}

# Nobody has to be told what happens to a machine that loses its own root.
must_be_spare() {
  above "$1" | while read -r name; do
    number=$(cat "$root/sys/class/block/$name/dev" 2>/dev/null) || continue
    place=$(awk -v number="$number" '$3 == number { print $5; exit }' "$root/proc/self/mountinfo")
    [ -z "$place" ] || echo "$name is mounted at $place"
    awk -v swap="/dev/$name" '$1 == swap { print swap " is swap" }' "$root/proc/swaps"
  done
}

# The PCI function that the disk $1 hangs on; several controllers of one NVMe subsystem cannot be told apart here.
pci_of() {
  device=$(readlink -f "$root/sys/block/$1/device")
  set -- "$device"/nvme[0-9]*
  if [ -e "$1" ] && [ -e "$device/subsysnqn" ] && [ ! -e "$device/address" ]; then
    [ $# -eq 1 ] || refuse "several controllers reach the disk ($#): use hand: command"
    device=$(readlink -f "$1")
  fi
  while [ "$device" != / ] && [ "$device" != "$root/sys" ]; do
    if [ -e "$device/remove" ] && [ -e "$device/vendor" ] && [ -e "$device/class" ]; then echo "$device"; return 0; fi
    device=$(dirname "$device")
  done
}

remove() {
  disk=$(one) || exit $?
  [ -n "$disk" ] || refuse "there is no such disk: nothing was taken out"
  busy=$(must_be_spare "$disk")
  [ -z "$busy" ] || refuse "the node itself lives on it ($busy): it is not taken out"
  if [ -e "$root/sys/block/$disk/device/delete" ]; then
    echo 1 >"$root/sys/block/$disk/device/delete"
  else
    function=$(pci_of "$disk") || exit $?
    [ -n "$function" ] || refuse "the kernel offers no way to take $disk out (neither device/delete nor a PCI function). Use hand: command"
    others=0
    for path in "$root"/sys/block/*; do
      case $(readlink -f "$path") in "$function"/*) others=$((others + 1)) ;; esac
    done
    [ "$others" -le 1 ] || refuse "$others disks hang on $(basename "$function"): all of them would go. Use hand: command"
    echo 1 >"$function/remove"
  fi
}

${revivalFunctions}
back() {
  for wait in 1 1 1 1 1; do
    [ -n "$(disks)" ] && return 0
    # Without a serial number it is known by its volume, which has to be activated for that.
    if [ -z "$serial" ] && ( revive ) 2>/dev/null && [ -n "$(disks)" ]; then return 0; fi
    sleep $wait
  done
  return 1
}

insert() {
  for scan in "$root"/sys/class/scsi_host/host*/scan; do
    [ -e "$scan" ] && echo '- - -' >"$scan"
  done
  if ! back; then
    [ -e "$root/sys/bus/pci/rescan" ] && echo 1 >"$root/sys/bus/pci/rescan"
    back || refuse "it did not come back: neither by a scan of the SCSI hosts nor by one of the PCI bus. A restart of the node finds it again"
  fi
  [ -z "$serial" ] || revive
}

case $action in
  find) one ;;
  remove) remove ;;
  insert) insert ;;
esac
`;
