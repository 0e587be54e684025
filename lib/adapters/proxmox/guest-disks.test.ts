import { expect, test } from 'vitest';
import { backedUpDisks, replicatedVolumes } from './guest-disks.ts';

/** Invented, in the form of `qm config` and `pct config`. */
const vm = { scsi0: 'shared:100/vm-100-disk-0.raw,size=4G', virtio1: 'tank:vm-100-disk-1,backup=0,size=512M', sata0: 'tank:vm-100-disk-2,replicate=0,size=1T', ide2: 'local:iso/debian.iso,media=cdrom,size=700M', ide3: 'none,media=cdrom', net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0', unused0: 'shared:100/old.raw' };
const container = { rootfs: 'tank:subvol-200-disk-0,size=8G', mp0: 'tank:subvol-200-disk-1,mp=/srv,size=1G', mp1: 'tank:subvol-200-disk-2,mp=/data,backup=1,size=2G', hostname: 'files' };

test.each([
  ['of a VM: no CD drive, nothing unused, nothing that is left out of backups', vm, ['sata0', 'scsi0']],
  ['of a container: its root, and the mount points that are put in', container, ['mp1', 'rootfs']],
])('a backup takes the disks %s', (_what, config, keys) => {
  expect(backedUpDisks(config).map(({ key }) => key)).toEqual(keys);
});

test.each([
  ['of a VM: all that are not left out of it', vm, ['scsi0', 'virtio1']],
  ['of a container: all of its volumes', container, ['mp0', 'mp1', 'rootfs']],
])('replication takes the disks %s', (_what, config, keys) => {
  expect(replicatedVolumes(config).map(({ key }) => key)).toEqual(keys);
});

test('a disk is told with its storage, and its size in bytes', () => {
  expect(backedUpDisks(vm)).toEqual([
    { key: 'sata0', volume: 'tank:vm-100-disk-2', storage: 'tank', bytes: 2 ** 40 },
    { key: 'scsi0', volume: 'shared:100/vm-100-disk-0.raw', storage: 'shared', bytes: 4 * 2 ** 30 },
  ]);
});
