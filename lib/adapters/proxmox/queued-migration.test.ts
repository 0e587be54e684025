import { describe, expect, test } from 'vitest';
import { clusterStatus } from '../../platforms/proxmox/requests/cluster.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import { nodeTasks } from '../../platforms/proxmox/requests/tasks.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { replay } from '../../platforms/proxmox/testing/replay.ts';
import { readTimeline } from '../../platforms/proxmox/testing/timeline.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import { migrationState } from './queued-migration.ts';
import type { MigrationSighting } from './queued-migration.ts';

const played = replay(readTimeline('timeline-hamigrate.txt'), 100);
const queued = parseUpid(recordedData('hamigrate100')) ?? expect.fail('no UPID');
const migration = { queued, sid: 'vm:100', source: 'pve2', target: 'pve3', uptimeBeforeS: 100 };
/** The hamigrate task was seen to have ended OK at this second. */
const queuedEndedS = 11.3;

function sightingAt(second: number): MigrationSighting {
  const ask = (call: string, node: string): unknown => {
    const answer = played.answer({ call, node, endpoint: 'pve1', sent: '', values: { vmid: '100' }, given: [], user: '' }, second);
    return 'data' in answer ? answer.data : null;
  };
  const now = ask('GET /nodes/{node}/qemu/{vmid}/status/current', 'pve3');
  return {
    sinceQueuedMs: (second - queuedEndedS) * 1000,
    membership: clusterStatus().answer.parse(ask('GET /cluster/status', 'pve1')),
    ha: haCurrent().answer.parse(ask('GET /cluster/ha/status/current', 'pve1')),
    tasks: nodeTasks('pve2').answer.parse(ask('GET /nodes/{node}/tasks', 'pve2')),
    atTarget: now === null ? null : guestNow('pve3', 'vm', '100').answer.parse(now),
  };
}

describe('a live migration of a guest under HA, replayed', () => {
  const steps = Array.from({ length: 70 }, (_, index) => ({ second: index + 12, at: migrationState(migration, sightingAt(index + 12)) }));

  test('goes from queued to moving to arrived, and never back', () => {
    expect(steps.map(({ at }) => at.state).filter((state, index, all) => state !== all[index - 1])).toEqual(['queued', 'moving', 'arrived']);
  });

  test('the OK of hamigrate is not the end: the real task begins seconds later, as root@pam, on the source', () => {
    expect(steps[0]?.at).toMatchObject({ state: 'queued' });
    expect(steps.find(({ at }) => at.state === 'moving')).toMatchObject({ second: 14, at: { real: { upid: 'UPID:pve2:0000037F:00049F42:6B008DF7:qmigrate:100:root@pam:', user: 'root@pam' } } });
  });

  test('the row that flips to the target 20 s too early is not believed', () => {
    const row = (readTimeline('timeline-hamigrate.txt').at('res', 40) as { node: string; lock: string }[])[0];
    expect(row).toMatchObject({ node: 'pve3', lock: 'migrate' });
    expect(migrationState(migration, sightingAt(40)).state).toBe('moving');
  });

  test('the end of the real task is not the end either: HA has to confirm', () => {
    expect(migrationState(migration, sightingAt(58))).toMatchObject({ state: 'moving', why: 'HA says migrate on pve2', real: { status: 'OK' } });
    expect(steps.find(({ at }) => at.state === 'arrived')?.second).toBeGreaterThan(59.5);
  });
});

// Invented from recorded moments.
describe('what may become of it', () => {
  const done = sightingAt(80);
  const idle = { ...done, tasks: [] };

  test.each([[39_000, 'queued'], [41_000, 'refused']])('when nothing begins within %d ms it is %s', (sinceQueuedMs, state) => {
    expect(migrationState(migration, { ...idle, sinceQueuedMs }).state).toBe(state);
  });

  test('a refusal says where to look', () => {
    expect(migrationState(migration, { ...idle, sinceQueuedMs: 60_000 })).toMatchObject({ why: expect.stringContaining('pve-ha-crm on pve1') as string });
  });

  test.each([['dead', { node: 'pve1', alive: false }], ['unknown', null]])('while the manager is %s nobody has refused it', (_how, master) => {
    expect(migrationState(migration, { ...idle, ha: { ...done.ha, master }, sinceQueuedMs: 100_000 })).toMatchObject({ state: 'queued', why: expect.stringContaining('no manager is alive') as string });
  });

  test('while HA says migrate it has not been refused', () => {
    const ha = { ...done.ha, services: done.ha.services.map((service) => ({ ...service, state: 'migrate' })) };
    expect(migrationState(migration, { ...idle, ha, sinceQueuedMs: 60_000 }).state).toBe('queued');
  });

  test('a real task that failed is a failure, though hamigrate was OK', () => {
    const tasks = (done.tasks ?? []).map((task) => (task.type === 'qmigrate' ? { ...task, status: 'migration problems' } : task));
    expect(migrationState(migration, { ...done, tasks })).toMatchObject({ state: 'failed', why: expect.stringContaining('migration problems') as string });
  });

  test('a guest that was started anew on the target was not migrated live', () => {
    const atTarget = { ...(done.atTarget ?? expect.fail('not at its target')), uptimeS: 5 };
    expect(migrationState(migration, { ...done, atTarget })).toMatchObject({ state: 'failed', why: expect.stringContaining('not migrated live') as string });
  });

  test.each([['locked', { lock: 'migrate' }], ['inmigrate', { qmpStatus: 'inmigrate' }], ['does not say', { running: false }]])('a guest at its target that is %s has not arrived', (words, change) => {
    const atTarget = { ...(done.atTarget ?? expect.fail('not at its target')), ...change };
    expect(migrationState(migration, { ...done, atTarget })).toMatchObject({ state: 'moving', why: expect.stringContaining(words) as string });
  });

  test('a guest that HA has started elsewhere has not arrived', () => {
    const ha = { ...done.ha, services: done.ha.services.map((service) => ({ ...service, node: 'pve2' })) };
    expect(migrationState(migration, { ...done, ha })).toMatchObject({ state: 'moving', why: 'HA says started on pve2' });
  });

  test('a guest that HA sends on from its target in the same round has been taken back', () => {
    const ha = { ...done.ha, services: done.ha.services.map((service) => ({ ...service, state: 'migrate', node: 'pve3' })) };
    expect(migrationState(migration, { ...done, ha })).toMatchObject({ state: 'failed', why: expect.stringContaining('failback is on') as string });
  });

  const without = (node: string): MigrationSighting['membership'] => ({ ...done.membership, nodes: done.membership.nodes.map((each) => (each.name === node ? { ...each, online: false } : each)) });
  const running = (done.tasks ?? []).map((task) => (task.type === 'qmigrate' ? { ...task, status: null, endTime: null } : task));

  test.each([['in the middle of it', running], ['when it had just ended', done.tasks]])('a target that left the cluster %s is waited for no longer', (words, tasks) => {
    expect(migrationState(migration, { ...done, tasks, membership: without('pve3'), atTarget: null })).toMatchObject({ state: 'lost', why: expect.stringContaining(`pve3 left the cluster ${words}`) as string });
  });

  test('a source that left the cluster took its task along', () => {
    expect(migrationState(migration, { ...done, tasks: null, membership: without('pve2') })).toMatchObject({ state: 'lost', why: expect.stringContaining('pve2 left the cluster, and the task that was to move vm:100 with it') as string });
  });

  test('a view without quorum says of nobody that he has left', () => {
    expect(migrationState(migration, { ...done, membership: { ...without('pve3'), quorate: false } }).state).toBe('moving');
  });

  test('a source that is silent and a member is asked again', () => {
    expect(migrationState(migration, { ...done, tasks: null }).state).toBe('queued');
  });

  test('a target that was lost at the end is no arrival', () => {
    expect(migrationState(migration, { ...done, membership: { ...done.membership, quorate: false } }).state).toBe('moving');
  });
});
