import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import { manualDiskRevival, reviveDisk } from './revive-disk.ts';
import { shellsOf } from './testing.ts';

/** A node pve1 whose commands run here, in a real shell, with tools that only tell what they were asked. @param state of the OSD as systemd tells it */
function nodeWith(state: string): { fleet: SshFleet; said: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-osd-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'said'), '');
  const tool = (name: string, more: string): void => writeFileSync(join(folder, name), `#!/bin/sh\n${more}\necho "${name} $*" >> "${folder}/said"\n`, { mode: 0o755 });
  for (const name of ['vgchange', 'udevadm']) tool(name, '');
  // The DB lies on a disk of its own, and its volume bears the number of the OSD as well.
  tool('lvs', `case "$*" in *ceph.type=block*) ;; *) echo '  db-vg  ' ;; esac\necho '  ceph-vg  '`);
  tool('systemctl', `[ "$1" = is-active ] && { echo ${state}; exit 3; }`);
  const exec = async (argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string; ms: number }> => new Promise((resolve) => {
    const [program = '', ...words] = argv;
    execFile(program, words, { env: { PATH: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin` } }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr, ms: 1 }));
  });
  return { fleet: { hosts: new Map([['pve1', { name: 'pve1', exec, close: async () => undefined }]]) } as unknown as SshFleet, said: () => readFileSync(join(folder, 'said'), 'utf8').split('\n').filter((line) => line !== '') };
}

describe('an OSD whose disk was put back past the kernel', () => {
  test.each(['failed', 'inactive'])('is started where systemd says "%s", with its volume let go of the disk that is gone', async (state) => {
    const { fleet, said } = nodeWith(state);
    expect(await reviveDisk({ fleet }, 'pve1', 'osd.0')).toBe(`osd.0 did not run though its disk is back (${state}): its volume was activated again and it was started, over ssh on pve1`);
    expect(said()).toEqual(['lvs --noheadings -o vg_name -S tags={ceph.osd_id=0} && tags={ceph.type=block}', 'systemctl stop ceph-osd@0', 'vgchange -an ceph-vg', 'vgchange -ay ceph-vg', 'udevadm settle --timeout=10', 'systemctl reset-failed ceph-osd@0', 'systemctl start ceph-osd@0']);
  });

  test.each(['active', 'activating'])('is left alone where systemd says "%s"', async (state) => {
    const { fleet, said } = nodeWith(state);
    expect(await reviveDisk({ fleet }, 'pve1', 'osd.0')).toBeNull();
    expect(said()).toEqual([]);
  });

  test('cannot be looked after where systemd does not tell; other disks are nobody\'s OSD', async () => {
    const { fleet, said } = nodeWith('');
    await expect(reviveDisk({ fleet }, 'pve1', 'osd.0')).rejects.toThrow('The disk osd.0 of pve1: systemd does not tell how ceph-osd@0 is');
    expect(await reviveDisk({ fleet }, 'pve1', 'sdb')).toBeNull();
    expect(said()).toEqual([]);
  });

  test('is left alone without a way into its node', async () => {
    const { fleet } = nodeWith('failed');
    expect(await reviveDisk({ fleet: null }, 'pve1', 'osd.0')).toBeNull();
    expect(await reviveDisk({ fleet }, 'pve9', 'osd.0')).toBeNull();
  });

  test('is told to a person with the commands, other disks with none', () => {
    expect(manualDiskRevival('pve1', 'osd.0')).toEqual(['# If osd.0 does not run again then ("systemctl status ceph-osd@0"), on pve1:', "vgchange -an VG && vgchange -ay VG  # VG: lvs -o vg_name -S 'tags={ceph.osd_id=0} && tags={ceph.type=block}'", 'systemctl reset-failed ceph-osd@0; systemctl start ceph-osd@0']);
    expect(manualDiskRevival('pve1', 'sdb')).toEqual([]);
  });
});

test('the model of a cluster starts the OSD that its daemon was given up for', async () => {
  onTestFinished(endAll);
  const played = await play();
  const [osd] = played.cluster.world.osds;
  if (osd === undefined) throw new Error('the model has OSDs');
  osd.stopped = true;
  const { fleet } = shellsOf(played);
  expect(await reviveDisk({ fleet }, osd.node, `osd.${osd.id}`)).toContain('did not run though its disk is back (failed)');
  expect(osd.stopped).toBe(false);
  expect(await reviveDisk({ fleet }, osd.node, `osd.${osd.id}`)).toBeNull();
});
