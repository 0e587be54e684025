import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { readReplicas, timeliness } from './replicas.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

const job = { lastSync: 1000, nextSync: 1900, failures: 0, error: null, running: false };
const verdicts = (changes: Partial<typeof job> | { error: string } | { lastSync: null } | { nextSync: null }, nowS: number): (boolean | null)[] => timeliness({ ...job, ...changes }, nowS).map(({ ok }) => ok);

describe('a replica is as recent as it should be', () => {
  test.each<[string, Parameters<typeof verdicts>[0], number, (boolean | null)[]]>([
    ['while it is not due', {}, 1300, [true, true]],
    ['when it is due and the scheduler has not looked yet', {}, 1990, [true, true]],
    ['not when it is overdue', {}, 2100, [true, false]],
    ['when it is overdue and being synchronised', { running: true }, 2100, [true, true]],
    ['not when it never came to be', { lastSync: null }, 1300, [false, false]],
    ['nobody can tell, without the next date', { nextSync: null }, 1300, [true, null]],
    ['but did not end well after a failure', { failures: 1 }, 1300, [false, true]],
    ['but did not end well with an error', { error: 'no route' }, 1300, [false, true]],
  ])('%s', (_what, changes, nowS, expected) => {
    expect(verdicts(changes, nowS)).toEqual(expected);
  });
});

/** A VM on a disk that its node has for itself, replicated to another node five minutes ago. */
async function replicated(): Promise<Played> {
  const volid = 'local:100/vm-100-disk-0.raw';
  const played = await play({ guests: [{ vmid: '100', node: 'pve3', config: { name: 'web', scsi0: `${volid},size=1G`, ide2: 'local:iso/x.iso,media=cdrom' } }] });
  const nowS = Math.floor(played.cluster.clock.now() / 1000);
  played.cluster.world.replications.push({ id: '100-0', guest: '100', source: 'pve3', target: 'pve1', last_sync: nowS - 300, next_sync: nowS + 600, fail_count: 0 });
  played.cluster.world.replicatedVolumes.add(`pve1 ${volid}`);
  return played;
}

describe('the replicas of the cluster', () => {
  test('are told with their age and their way, and can take over', async () => {
    const [replica, ...others] = await readReplicas(contextOfModel(await replicated()));
    expect(others).toEqual([]);
    expect(replica).toMatchObject({ guest: 'web', from: 'pve3', to: 'pve1' });
    expect(Math.round((replica?.ageMs ?? 0) / 1000)).toBeGreaterThanOrEqual(300);
    expect(replica?.findings.map(({ title, ok }) => [title, ok])).toEqual([['its last synchronisation ended well', true], ['it is as recent as its schedule has it', true], ['pve1 is a member of the cluster', true], ['pve1 has its disks', true]]);
  });

  test('cannot take over where a disk is missing, and it is named', async () => {
    const played = await replicated();
    played.cluster.world.replicatedVolumes.clear();
    const [replica] = await readReplicas(contextOfModel(played));
    expect(replica?.findings.at(-1)).toEqual({ title: 'pve1 has its disks', ok: false, detail: 'local:100/vm-100-disk-0.raw is missing there' });
  });

  test('cannot take over on a node that is away, and what it has cannot be told', async () => {
    const played = await replicated();
    await played.cluster.power('pve1', 'off');
    await played.pass(30);
    const [replica] = await readReplicas(contextOfModel(played));
    expect(replica?.findings.slice(-2)).toMatchObject([{ title: 'pve1 is a member of the cluster', ok: false }, { title: 'pve1 has its disks', ok: null }]);
  });

  test('of guests that the environment file does not name are nobody\'s business', async () => {
    const played = await replicated();
    for (const each of played.cluster.world.replications) each.guest = '999';
    expect(await readReplicas(contextOfModel(played))).toEqual([]);
  });
});
