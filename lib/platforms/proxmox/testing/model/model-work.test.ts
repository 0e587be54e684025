import { afterEach, describe, expect, it } from 'vitest';
import { agentPing } from '../../requests/agent.ts';
import { cephStatus } from '../../requests/ceph.ts';
import { listedGuestsOfCluster } from '../../requests/cluster.ts';
import { changeGuest, guestConfig, guestNow, migrateVm, removeGuest, restoreGuest } from '../../requests/guests.ts';
import { listBackups, startBackup } from '../../requests/storage.ts';
import { nodeTasks, taskLogPage, taskStatus } from '../../requests/tasks.ts';
import { endAll, play, processOf, serviceOf } from './play.ts';
import type { Played } from './play.ts';

afterEach(endAll);

describe('what HA is asked for is queued (timeline-hamigrate)', () => {
  it('a migration: OK long before it begins, done by root@pam on the source, locked until its end', async () => {
    const played = await play();
    const { read, write, until, pass } = played;
    const upid = String(await write(migrateVm('pve3', '100', 'pve2')));
    expect(upid).toContain(':hamigrate:100:harness@pve!acceptance:');
    await pass(5);
    expect(await read(taskStatus('pve3', upid))).toEqual({ running: false, exitStatus: 'OK' });
    expect(await read(taskLogPage('pve3', upid, 0, 500))).toEqual(['Requesting HA migration for VM 100 to node pve2', 'TASK OK']);
    expect(processOf(played)).toBe('pve3');
    await until(() => processOf(played) === 'pve2', 60);
    expect(await read(listedGuestsOfCluster())).toEqual([expect.objectContaining({ node: 'pve2', lock: 'migrate' })]);
    const [real] = (await read(nodeTasks('pve3', { vmid: '100' }))).filter(({ type }) => type === 'qmigrate');
    expect(real).toMatchObject({ user: 'root@pam', status: null });
    await until(() => serviceOf(played)?.node === 'pve2' && serviceOf(played)?.running === true);
    expect((await read(taskLogPage('pve3', real?.upid ?? '', 0, 500))).at(-1)).toBe('TASK OK');
    await expect(read(guestNow('pve3', 'vm', '100'))).rejects.toMatchObject({ kind: 'guest-not-here' });
  });

  it('a stop: the real one is a second task, and what was wanted stays so until it is started again', async () => {
    const played = await play();
    const { write, until, cluster: { world } } = played;
    expect(String(await write(changeGuest('pve3', 'vm', '100', 'shutdown')))).toContain(':hastop:100:');
    await until(() => processOf(played) === null);
    expect([world.guests.get('100')?.requested, world.tasks.some(({ type, user }) => type === 'qmshutdown' && user === 'root@pam')]).toEqual(['stopped', true]);
    await write(changeGuest('pve3', 'vm', '100', 'start'));
    await until(() => processOf(played) === 'pve3');
  });

  it('a migration to a node that dies is aborted, and the guest stays', async () => {
    const played = await play();
    const { write, until, cluster: { power, world } } = played;
    await write(migrateVm('pve3', '100', 'pve2'));
    await until(() => world.guests.get('100')?.lock === 'migrate');
    await power('pve2', 'off');
    await until(() => world.guests.get('100')?.lock === null);
    expect([processOf(played), world.tasks.find(({ type }) => type === 'qmigrate')?.status]).toEqual(['pve3', 'migration aborted']);
  });
});

const order = { vmid: '100', storage: 'shared', mode: 'snapshot', notes: 'of a test' } as const;

describe('a backup', () => {
  it('is made where the guest is, listed, and ends with warnings where there are some', async () => {
    const { read, write, pass, cluster: { world } } = await play();
        const upid = String(await write(startBackup('pve3', order)));
    expect((await read(guestNow('pve3', 'vm', '100'))).lock).toBe('backup');
    await pass(5);
    expect(await read(taskStatus('pve3', upid))).toEqual({ running: false, exitStatus: 'OK' });
    world.backupWarnings.set('100', 2);
    const second = String(await write(startBackup('pve3', order)));
    await pass(5);
    expect([(await read(taskStatus('pve3', second))).exitStatus, (await read(taskLogPage('pve3', second, 0, 500))).at(-1)]).toEqual(['WARNINGS: 2', 'TASK WARNINGS: 2']);
    expect((await read(listBackups('pve1', 'shared', '100'))).map(({ volume, bytes }) => [/^shared:backup\/vzdump-qemu-100-\d{4}(_\d\d){2}-\d\d(_\d\d){2}\.vma\.zst$/.test(volume), bytes > 0])).toEqual([[true, true], [true, true]]);
  });

  it('is not made on another node, which says OK', async () => {
    const { read, write, pass } = await play();
    expect(await write(startBackup('pve1', order))).toBe('OK');
    await pass(10);
    expect(await read(listBackups('pve1', 'shared', '100'))).toEqual([]);
  });

  it('of what is not there gets a task that fails', async () => {
    const missing = { ...order, vmid: '999' };
    const { read, write, pass } = await play();
    const upid = String(await write(startBackup('pve1', missing)));
    await pass(5);
    expect((await read(taskStatus('pve1', upid))).exitStatus).toBe('job errors');
  });

  it('is restored as another guest with an address of its own, which answers after a while and is removed when it is stopped', async () => {
    const { read, write, pass, cluster: { world } } = await play();
    await write(startBackup('pve3', order));
    await pass(5);
    const [backup] = await read(listBackups('pve2', 'shared', '100'));
    const restore = restoreGuest('pve2', 'vm', '9100', backup?.volume ?? '', { storage: 'shared', description: 'text' });
    await write(restore);
    await expect(write(restore)).rejects.toThrow('already exists');
    await pass(30);
    expect((await read(guestConfig('pve2', 'vm', '9100')))['net0']).not.toContain('BC:24:11:AA:23:53');
    await write(changeGuest('pve2', 'vm', '9100', 'start'));
    await pass(3);
    await expect(read(agentPing('pve2', '9100'))).rejects.toMatchObject({ kind: 'agent-silent' });
    await pass(20);
    await expect(read(agentPing('pve2', '9100'))).resolves.toBe(true);
    await expect(write(removeGuest('pve2', 'vm', '9100'))).rejects.toThrow('is running');
    await write(changeGuest('pve2', 'vm', '9100', 'stop'));
    await pass(3);
    await write(removeGuest('pve2', 'vm', '9100'));
    await pass(3);
    expect([...world.guests.keys()]).toEqual(['100']);
  });
});

describe('the storage (timeline-ceph)', () => {
  const state = async ({ read }: Played): Promise<[string, number, number]> => {
    const status = (await read(cephStatus())) as { pgmap: { pgs_by_state: { state_name: string }[]; degraded_objects?: number }; osdmap: { num_up_osds: number } };
    return [status.pgmap.pgs_by_state[0]?.state_name ?? '', status.osdmap.num_up_osds, status.pgmap.degraded_objects ?? 0];
  };

  it('shows a lost disk late, and its return too', async () => {
    const played = await play();
    const { cluster: { disk }, pass } = played;
    await disk('2', false);
    await pass(3);
    expect(await state(played)).toEqual(['active+clean', 3, 0]);
    await pass(7);
    expect(await state(played)).toEqual(['peering', 2, 0]);
    await pass(8);
    expect(await state(played)).toEqual(['active+undersized+degraded', 2, 1608]);
    await disk('2', true);
    await pass(6);
    expect(await state(played)).toEqual(['active+undersized+degraded', 3, 1608]);
    await pass(8);
    expect(await state(played)).toEqual(['active+clean', 3, 0]);
  });

  it('loses the disk of a node that is off', async () => {
    const played = await play();
    await played.cluster.power('pve3', 'off');
    await played.pass(20);
    expect(await state(played)).toEqual(['active+undersized+degraded', 2, 1608]);
  });
});
