import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { ModelOptions } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { startTask } from '../../platforms/proxmox/testing/model/tasks.ts';
import type { GuestModel } from '../../platforms/proxmox/testing/model/world.ts';
import type { BackupOutcome } from '../hypervisor.ts';
import { backUp } from './backup.ts';
import type { ProxmoxContext } from './context.ts';
import { removeScratch } from './remove-scratch.ts';
import { restoreBackup } from './restore.ts';
import { contextOfModel, environment as recorded } from './testing.ts';

afterEach(endAll);

const scratch = '990000100';
const token = 'harness@pve!acceptance';

interface Restored extends Played {
  context: ProxmoxContext;
  backup: BackupOutcome;
}

/** A guest with a backup, and no scratch guest yet. */
async function backedUp(kind: GuestModel['kind'], answer: ModelOptions['answer'] = () => null): Promise<Restored> {
  const played = await play({ guests: [{ vmid: '100', node: 'pve3', kind, ...(kind === 'vm' ? {} : { config: { hostname: 'web', rootfs: 'shared:100/vm-100-disk-0.raw,size=1G', net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:AA:23:53' } }) }], answer });
  const environment: Environment = { ...recorded, guests: recorded.guests.map((guest) => ({ ...guest, kind })) };
  const context: ProxmoxContext = { ...contextOfModel(played), environment, settings: { backup: { storage: 'shared', mode: 'snapshot' } } };
  return { ...played, context, backup: await (await backUp(context, 'web')).done };
}

const marking = ({ call }: StandInRequest): StandInAnswer | null => (/^PUT .*\/config$/.test(call) ? { status: 500, reason: 'got no worker' } : null);
const removals = ({ cluster: { standIn } }: Played): string[] => standIn.asked.filter((line) => line.includes(' DELETE '));

describe('what a restoration of ours left is removed', () => {
  test.each(['vm', 'container'] as const)('a %s that was restored whole, and never got what follows', async (kind) => {
    const restored = await backedUp(kind, marking);
    const { context, backup, cluster: { world } } = restored;
    await expect((await restoreBackup(context, 'web', backup)).done).rejects.toThrow('got no worker');
    const [left, original] = [world.guests.get(scratch)?.config, world.guests.get('100')?.config];
    expect(left).toMatchObject({ onboot: '0', protection: '0', net0: expect.not.stringContaining('link_down') as string });
    expect([left?.['smbios1'] === undefined, left?.['smbios1'] === original?.['smbios1']]).toEqual(kind === 'vm' ? [false, false] : [true, true]);
    await removeScratch(context, 'web');
    expect([...world.guests.keys()]).toEqual(['100']);
  });

  test.each(['vm', 'container'] as const)('a %s of which nothing was restored before it failed', async (kind) => {
    const { context, backup, cluster: { world } } = await backedUp(kind, (_request, { guests, backups }) => {
      if (guests.has(scratch)) backups.clear();
      return null;
    });
    await expect((await restoreBackup(context, 'web', backup)).done).rejects.toThrow('No such file or directory');
    expect(world.guests.get(scratch)?.config).toEqual({});
    await removeScratch(context, 'web');
    expect([...world.guests.keys()]).toEqual(['100']);
  });

  test('by a platform that does not take the mark with the order, where a token signs in', async () => {
    const { context, cluster: { world }, pass } = await backedUp('vm');
    startTask(world, { node: 'pve2', type: 'qmrestore', id: scratch, user: token, forS: 1 });
    await pass(3);
    world.guests.set(scratch, strange());
    await removeScratch(context, 'web');
    expect([...world.guests.keys()]).toEqual(['100']);
  });

  test('and where its lock outlived its node, somebody must take that away: it is said how, and then it is removed', async () => {
    const { context, cluster: { world }, pass } = await backedUp('vm');
    startTask(world, { node: 'pve2', type: 'qmrestore', id: scratch, user: token, forS: 1, finish: () => 'unexpected status' });
    await pass(3);
    const locked: GuestModel = { ...strange(), config: {}, lock: 'create' };
    world.guests.set(scratch, locked);
    await expect(removeScratch(context, 'web')).rejects.toMatchObject({ fault: { message: expect.stringContaining('VM is locked (create)') as string, remedy: expect.stringContaining(`"qm unlock ${scratch}" on pve2`) as string } });
    locked.lock = null;
    await removeScratch(context, 'web');
    expect([...world.guests.keys()]).toEqual(['100']);
  });
});

/** A copy of the guest without our mark. */
const strange = (config: Record<string, string> = { name: 'guest100', scsi0: `shared:${scratch}/vm-${scratch}-disk-0.raw,size=1G` }): GuestModel => ({ vmid: scratch, kind: 'vm', node: 'pve2', process: null, lock: null, config, requested: null, failback: true, haComment: '', deaf: false });

describe('a guest with the id of a scratch guest that is not known to be ours is never touched', () => {
  type Tasks = readonly (readonly [type: string, user: string])[];
  const ours = ['qmrestore', token] as const;

  test.each<[string, Tasks, Record<string, string>?]>([
    ['nobody knows where it comes from', []],
    ['somebody else restored it', [['qmrestore', 'root@pam']]],
    ['somebody else restored it, and nothing of it is there yet', [['qmrestore', 'root@pam']], {}],
    ['another token of our user restored it', [['qmrestore', 'harness@pve!other']]],
    ['somebody made it after ours was removed', [ours, ['qmdestroy', token], ['qmcreate', 'root@pam']]],
    ['somebody restored it after ours was removed', [ours, ['qmdestroy', token], ['qmrestore', 'root@pam']]],
    ['somebody else has worked on it since', [ours, ['qmconfig', 'root@pam']]],
    ['it was started, so it had the mark, and somebody took that away', [ours, ['qmstart', token]]],
    ['it has got a name of its own', [ours], { name: 'theirs' }],
  ])('%s', async (_what, tasks, config) => {
    const restored = await backedUp('vm');
    const { context, cluster: { world }, pass } = restored;
    for (const [type, user] of tasks) {
      startTask(world, { node: 'pve2', type, id: scratch, user, forS: 1 });
      await pass(3);
    }
    world.guests.set(scratch, strange(config));
    await expect(removeScratch(context, 'web')).rejects.toThrow('not known to be a scratch guest of web');
    expect(world.guests.has(scratch)).toBe(true);
    expect(removals(restored)).toEqual([]);
  });

  test('a person who signs in by password restores guests as well: such a one is removed only while nothing is in it', async () => {
    const { context, cluster: { world }, pass } = await backedUp('vm');
    const person: ProxmoxContext = { ...context, client: { ...context.client, user: 'root@pam' } };
    startTask(world, { node: 'pve2', type: 'qmrestore', id: scratch, user: 'root@pam', forS: 1 });
    await pass(3);
    world.guests.set(scratch, strange());
    await expect(removeScratch(person, 'web')).rejects.toThrow('not known to be a scratch guest of web');
    world.guests.set(scratch, strange({}));
    await removeScratch(person, 'web');
    expect([...world.guests.keys()]).toEqual(['100']);
  });
});
