#!/bin/bash
# First process of a node: makes the node's own root out of the layers, then hands over to the node's boot script.
# Environment: NODE_NAME NODE_LAYERS (overlay lower directories) NODE_STATE (upper, work, root) NODE_LOGS NODE_DISK (loop number or empty) NODE_KVM (yes or empty)
set -e
read -r pid _ < /proc/self/stat # as the world sees it: /proc is still the world's
echo "$pid" > "$NODE_STATE/pid.new"
mv "$NODE_STATE/pid.new" "$NODE_STATE/pid"
root=$NODE_STATE/root
mount --make-rprivate /
mount -t overlay node -o "lowerdir=$NODE_LAYERS,upperdir=$NODE_STATE/upper,workdir=$NODE_STATE/work" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 dev dev
mkdir dev/pts dev/shm dev/net
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 net/tun:10:200; do
  IFS=: read -r name major minor <<< "$device"
  mknod -m 666 "dev/$name" c "$major" "$minor"
done
[ -z "$NODE_KVM" ] || mknod -m 666 dev/kvm c 10 232
[ -z "$NODE_DISK" ] || mknod -m 660 dev/vdb b 7 "$NODE_DISK"
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts dev/pts
for directory in dev/shm run tmp; do mount -t tmpfs -o mode=1777 tmpfs "$directory"; done
chmod 755 run
mount --bind "$NODE_LOGS" var/log
mkdir -p mnt/old
pivot_root . mnt/old
cd /
umount -l /mnt/old
hostname "$NODE_NAME"
exec env -i NODE_DISK="$NODE_DISK" /bin/bash /etc/rc.lab
