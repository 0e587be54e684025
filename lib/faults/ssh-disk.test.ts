import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiskHand } from '../environment/environment.ts';
import { startSshd } from '../transports/testing/sshd.ts';
import type { RealSshd } from '../transports/testing/sshd.ts';
import type { DiskControl } from './disk-control.ts';
import { onNode } from './on-node.ts';
import { kernelDiskControl } from './ssh-disk.ts';
import type { OnNode } from './ssh-disk.ts';
import { fileTree } from './testing/file-tree.ts';
import type { FileTree } from './testing/file-tree.ts';
import { environmentOf, secretOf } from './testing/world.ts';

const trees: FileTree[] = [];
let sshd: RealSshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  for (const tree of trees.splice(0)) await tree.remove();
});
afterAll(async () => sshd.stop());

const signal = AbortSignal.timeout(120_000);

/**
 * A machine with an AHCI disk sda that it lives on, a SAS disk sdb with an OSD, an NVMe nvme0n1 and a virtio disk vda. The places of
 * the files are those of Linux 6.8 (the shape was taken from a running machine for virtio, from the kernel's documentation for the
 * others); the values are invented.
 */
function machine(): FileTree {
  const tree = fileTree();
  trees.push(tree);
  const scsi = (host: number, name: string, serial: string, wwid: string, number: string): string => {
    const device = `sys/devices/pci0000:00/0000:00:1${host}.0/host${host}/target${host}:0:0/${host}:0:0:0`;
    tree.file(`sys/devices/pci0000:00/0000:00:1${host}.0/remove`, '');
    tree.file(`${device}/vpd_pg80`, Buffer.concat([Buffer.from([0, 0x80, 0, serial.length]), Buffer.from(serial)]));
    tree.file(`${device}/wwid`, `${wwid}\n`);
    tree.file(`${device}/block/${name}/dev`, `${number}\n`);
    tree.link(`${device}/block/${name}/device`, device);
    tree.link(`sys/block/${name}`, `${device}/block/${name}`);
    tree.link(`sys/class/block/${name}`, `${device}/block/${name}`);
    // A disk that is deleted takes its links along; a scan brings it back.
    tree.acts(`${device}/delete`, `mkdir -p gone; mv sys/block/${name} gone/${name}; mv sys/class/block/${name} gone/${name}.class`);
    tree.acts(`sys/class/scsi_host/host${host}/scan`, `echo "$word" >> scans; [ -e gone/${name} -o -h gone/${name} ] && mv gone/${name} sys/block/${name} && mv gone/${name}.class sys/class/block/${name}`);
    return `${device}/block/${name}`;
  };
  const onPci = (slot: string, below: string, name: string, number: string): string => {
    const pci = `sys/devices/pci0000:00/${slot}`;
    for (const file of ['vendor', 'class']) tree.file(`${pci}/${file}`, '0x0\n');
    tree.file(`${pci}/${below}/${name}/dev`, `${number}\n`);
    tree.link(`sys/block/${name}`, `${pci}/${below}/${name}`);
    tree.link(`sys/class/block/${name}`, `${pci}/${below}/${name}`);
    tree.acts(`${pci}/remove`, `mkdir -p pci; mv sys/block/${name} pci/${name}`);
    return pci;
  };
  const sda = scsi(0, 'sda', 'S-ROOT-1', 't10.ATA     DISK            S-ROOT-1', '8:0');
  tree.file(`${sda}/sda1/partition`, '1\n');
  tree.file(`${sda}/sda1/dev`, '8:1\n');
  tree.link('sys/class/block/sda1', `${sda}/sda1`);
  scsi(1, 'sdb', '  ZBX4711 ', 'naa.5000c500a1b2c3d4', '8:16');
  const nvme = onPci('0000:03:00.0', 'nvme/nvme0', 'nvme0n1', '259:0');
  tree.file(`${nvme}/nvme/nvme0/serial`, 'NV-99              \n');
  tree.link(`${nvme}/nvme/nvme0/nvme0n1/device`, `${nvme}/nvme/nvme0`);
  const virtio = onPci('0000:00:02.0', 'virtio1/block', 'vda', '254:0');
  tree.file(`${virtio}/virtio1/block/vda/serial`, 'virt-1');
  tree.link(`${virtio}/virtio1/block/vda/device`, `${virtio}/virtio1`);
  tree.acts('sys/bus/pci/rescan', 'for name in pci/*; do mv "$name" sys/block/; done');
  // The OSD of sdb: a logical volume, as ceph-volume makes them.
  tree.file('sys/devices/virtual/block/dm-3/dev', '253:3\n');
  tree.link('sys/block/dm-3', 'sys/devices/virtual/block/dm-3');
  tree.link('sys/class/block/dm-3', 'sys/devices/virtual/block/dm-3');
  tree.link('sys/devices/virtual/block/dm-3/slaves/sdb', 'sys/class/block/sdb');
  tree.link('sys/devices/pci0000:00/0000:00:11.0/host1/target1:0:0/1:0:0:0/block/sdb/holders/dm-3', 'sys/devices/virtual/block/dm-3');
  tree.file('dev/dm-3', '');
  tree.link('dev/ceph-vg/osd-block-0', 'dev/dm-3');
  tree.link('var/lib/ceph/osd/ceph-0/block', 'dev/ceph-vg/osd-block-0');
  tree.file('proc/self/mountinfo', '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 1 0:30 / /var/lib/ceph/osd/ceph-0 rw - tmpfs tmpfs rw\n');
  tree.file('proc/swaps', 'Filename Type Size Used Priority\n');
  return tree;
}

/** Runs on this machine, directly or over a real OpenSSH, with the tools of LVM and systemd in the tree. */
function runIn(tree: FileTree, overSsh: boolean): OnNode {
  for (const tool of ['lvs', 'vgchange', 'systemctl', 'udevadm', 'zpool']) {
    tree.file(`tools/${tool}`, `#!/bin/sh\necho "${tool} $*" >> "${tree.root}/tools/said"\n[ ${tool} = lvs ] && echo '  ceph-vg  '\nexit 0\n`);
    chmodSync(join(tree.root, 'tools', tool), 0o755);
  }
  const path = `PATH=${join(tree.root, 'tools')}:/usr/sbin:/usr/bin:/sbin:/bin`;
  if (!overSsh) {
    return async (argv) => {
      const child = spawn('env', [path, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number]>]);
      return { code, stdout, stderr, ms: 0 };
    };
  }
  const environment = { ...environmentOf([{ name: 'n1', address: '127.0.0.1', disks: [] }]), ssh: { user: sshd.user, port: sshd.port, key: secretOf(sshd.userKey.private), knownHosts: secretOf(sshd.knownHosts) } };
  return async (argv, options) => onNode(environment, 'n1', options.signal, async (host) => host.exec(['env', path, ...argv], options));
}

function diskOf(tree: FileTree, hand: Partial<Extract<DiskHand, { hand: 'ssh' }>>, overSsh = false): DiskControl {
  return kernelDiskControl(runIn(tree, overSsh), { id: 'disk', hand: 'ssh', ...hand }, 'n1', tree.root);
}

/** Taken out, and seen to be: the kernel here is a process that needs its turn. */
async function gone(disk: DiskControl): Promise<void> {
  await disk.remove(signal);
  await expect.poll(async () => disk.read(signal), { timeout: 20_000, interval: 200 }).toBe('removed');
}

const said = (tree: FileTree): string => (tree.has('tools/said') ? readFileSync(join(tree.root, 'tools/said'), 'utf8') : '');

describe('a disk through the kernel of its node', () => {
  it.each([
    ['SAS, by its serial number', 'sdb', { serial: 'ZBX4711' }],
    ['SAS, by its WWN as lsblk writes it', 'sdb', { serial: '0x5000c500a1b2c3d4' }],
    ['NVMe', 'nvme0n1', { serial: 'NV-99' }],
    ['virtio', 'vda', { serial: 'virt-1' }],
    ['that of an OSD, without any number, over ssh', 'sdb', { id: 'osd.0' }],
    ['that of an OSD, by its serial number', 'sdb', { id: 'osd.0', serial: 'ZBX4711' }],
  ] as const)('is taken out and put back: %s', async (what, name, hand) => {
    const tree = machine();
    const disk = diskOf(tree, hand, what.endsWith('over ssh'));
    expect(await disk.read(signal)).toBe('present');
    await gone(disk);
    expect(tree.has(`sys/block/${name}`)).toBe(false);
    for (const other of ['sda', 'sdb', 'nvme0n1', 'vda'].filter((one) => one !== name)) expect(tree.has(`sys/block/${other}`)).toBe(true);
    await disk.insert(signal);
    expect(await disk.read(signal)).toBe('present');
  });

  it('wakes an OSD again: its volume lets go of the old disk before the daemon starts', async () => {
    const tree = machine();
    const disk = diskOf(tree, { id: 'osd.0', serial: 'ZBX4711' });
    await gone(disk);
    await disk.insert(signal);
    expect(said(tree).trim().split('\n')).toEqual(['lvs --noheadings -o vg_name -S tags={ceph.osd_id=0} && tags={ceph.type=block}', 'systemctl stop ceph-osd@0', 'vgchange -an ceph-vg', 'vgchange -ay ceph-vg', 'udevadm settle --timeout=10', 'systemctl reset-failed ceph-osd@0', 'systemctl start ceph-osd@0']);
  });

  it('brings a ZFS device online again', async () => {
    const tree = machine();
    const disk = diskOf(tree, { serial: 'ZBX4711', zfs: { pool: 'tank', device: 'scsi-A' } });
    await gone(disk);
    await disk.insert(signal);
    expect(said(tree)).toBe('zpool online tank scsi-A\n');
  });

  it('is not taken out when the node itself lives on it', async () => {
    const tree = machine();
    const disk = diskOf(tree, { serial: 'S-ROOT-1' });
    await expect(disk.remove(signal)).rejects.toThrow('the node itself lives on it (sda1 is mounted at /)');
    expect(tree.has('sys/block/sda')).toBe(true);
  });

  it('is not taken out when the node swaps to it', async () => {
    const tree = machine();
    tree.file('proc/swaps', 'Filename Type Size Used Priority\n/dev/sdb partition 1 0 -2\n');
    await expect(diskOf(tree, { serial: 'ZBX4711' }).remove(signal)).rejects.toThrow('/dev/sdb is swap');
  });

  it('is not taken out when another one hangs on the same controller', async () => {
    const tree = machine();
    tree.file('sys/devices/pci0000:00/0000:03:00.0/nvme/nvme0/nvme0n2/dev', '259:1\n');
    tree.link('sys/block/nvme0n2', 'sys/devices/pci0000:00/0000:03:00.0/nvme/nvme0/nvme0n2');
    await expect(diskOf(tree, { serial: 'NV-99' }).remove(signal)).rejects.toThrow('2 disks hang on 0000:03:00.0');
    expect(tree.has('sys/block/nvme0n1')).toBe(true);
  });

  it('is not taken out when several ways lead to it', async () => {
    const tree = machine();
    tree.file('sys/devices/pci0000:00/0000:00:10.0/host0/target0:0:0/0:0:0:0/wwid', 'naa.5000c500a1b2c3d4\n');
    await expect(diskOf(tree, { serial: '5000c500a1b2c3d4' }).remove(signal)).rejects.toThrow('more than one disk answers to it: sda sdb');
  });

  it('is told to be missing, and nothing is taken out in its place', async () => {
    const disk = diskOf(machine(), { serial: 'NOT-THERE' });
    expect(await disk.read(signal)).toBe('removed');
    await expect(disk.remove(signal)).rejects.toThrow('there is no such disk: nothing was taken out');
  });

  it('takes no text of the environment file for a command', async () => {
    const tree = machine();
    expect(await diskOf(tree, { serial: '$(touch pwned); .*' }).read(signal)).toBe('removed');
    expect(spawnSync('find', [tree.root, '-name', 'pwned'], { encoding: 'utf8' }).stdout).toBe('');
  });
});
