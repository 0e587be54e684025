import { afterEach, describe, expect, test } from 'vitest';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { cephStatus } from '../../platforms/proxmox/requests/ceph.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import type { StateRecorder } from '../state-recorder.ts';
import type { ProxmoxContext } from './context.ts';
import { hearStates } from './heard-states.ts';
import type { HeardClient } from './heard-states.ts';
import { refreshStates } from './refresh-states.ts';
import { takeSnapshot } from './snapshot.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

let replayed: ReplayedCluster;
afterEach(() => replayed.close());

async function open(answer: (request: StandInRequest) => StandInAnswer | null = () => null, died: string | null = null): Promise<HeardClient & { context: ProxmoxContext }> {
  replayed = await replayedCluster('timeline-poweroff.txt', died, answer);
  const heard = hearStates(replayed.context.client);
  return { ...heard, context: { ...replayed.context, client: heard.client } };
}

const told = (recorder: StateRecorder): string[] => recorder.since(0).lines.flatMap(({ changed, unreadable }) => (unreadable === undefined ? changed : [`unreadable: ${unreadable}`]));
const asksOf = (path: string): number => replayed.cluster.asked.filter((asked) => asked.endsWith(path)).length;

describe('what is read of the HA manager', () => {
  test('through a recorded failover each change is kept once, whole, and no more is asked than is read anyway', async () => {
    const { context, ha } = await open(undefined, 'pve3');
    let readings = 0;
    for (; readings < 45; readings += 1) {
      await takeSnapshot(context, 'membership');
      replayed.clock.advance(4000);
    }
    expect(told(ha)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^\[lrm:pve3\]\.status: pve3 \(active.*\) -> pve3 \(old timestamp - dead\?.*\)$/),
      'manager_status.node_status.pve3: online -> unknown',
      'manager_status.node_status.pve3: unknown -> fence',
      expect.stringMatching(/^manager_status\.service_status\.vm:100\.node: pve3 -> pve1$/),
    ]));
    const { lines } = ha.since(0);
    expect(lines.length).toBeLessThan(40);
    for (const { changed, lastBeforeNs, firstAfterNs, state } of lines.slice(2)) {
      expect(changed).not.toEqual([]);
      expect(Object(state)).toBe(state);
      expect(firstAfterNs).toBeGreaterThan(lastBeforeNs ?? Infinity);
    }
    expect([asksOf('/cluster/ha/status/current'), asksOf('/cluster/ha/status/manager_status')]).toEqual([readings, readings]);
  });

  test('another round, told by another node, is no change', async () => {
    let round = 0;
    const later = (data: unknown): unknown => JSON.parse(JSON.stringify(data).replaceAll('1795198716', String(1795198716 + round)).replaceAll('18:18:36', `18:18:${36 + round}`).replaceAll(/"quorate":("?1"?),"node":"pve1"/g, `"quorate":$1,"node":"pve${1 + round}"`));
    const { client, ha } = await open(({ call }) => (call === 'GET /cluster/ha/status/current' ? { data: later(recordedData('ha-current-after-failover')) } : call === 'GET /cluster/ha/status/manager_status' ? { data: later(recordedData('ha-manager-after-failover')) } : null));
    for (; round < 3; round += 1) for (const request of [haCurrent(), haManagerStatus()]) await client.read<unknown>(request);
    const { lines } = ha.since(0);
    expect(lines.map(({ of, changed }) => [of, changed])).toEqual([['/cluster/ha/status/current', []], ['/cluster/ha/status/manager_status', []]]);
    expect(JSON.stringify(lines)).toContain('1795198716');
  });

  test('that nobody answers is told, with the reason, and what comes behind it', async () => {
    const { context, ha, ceph } = await open();
    await takeSnapshot(context, 'membership');
    for (const node of ['pve1', 'pve2', 'pve3']) await replayed.cluster.setEndpoint(node, 'refused');
    await refreshStates(context, { ha, ceph }, 0);
    for (const node of ['pve1', 'pve2', 'pve3']) await replayed.cluster.setEndpoint(node, 'up');
    await takeSnapshot(context, 'membership');
    // Both parts as they were, both silent, both there again.
    expect(told(ha)).toEqual([expect.stringMatching(/^unreadable: /), expect.stringMatching(/^unreadable: /)]);
    expect(ha.since(0).lines.map(({ state }) => state !== undefined)).toEqual([true, true, false, false, false, false]);
  });

  test('a reading that we gave up says nothing of the cluster; one that took too long does', async () => {
    const { client, ha } = await open();
    await replayed.cluster.setEndpoint('pve1', 'hung');
    const given = new AbortController();
    const reading = client.read(haCurrent(), { endpoint: 'pve1', signal: given.signal });
    setTimeout(() => given.abort(new Error('the run ends')), 50);
    await expect(reading).rejects.toMatchObject({ kind: 'aborted' });
    expect(told(ha)).toEqual([]);
    await expect(client.read(haCurrent(), { endpoint: 'pve1', signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ kind: 'aborted' });
    await expect(client.read(haCurrent(), { endpoint: 'pve1', timeoutMs: 50 })).rejects.toMatchObject({ kind: 'unreachable' });
    expect(told(ha)).toEqual([expect.stringMatching(/^unreadable: /), expect.stringMatching(/^unreadable: /)]);
  });
});

describe('what is read of Ceph', () => {
  test('is kept when health, members or data change, and not for rates and ages', async () => {
    const states = ['healthy', 'healthy', 't1', 't2', 't3'].map((name) => recordedData(name === 'healthy' ? 'ceph-cluster-status-healthy' : `ceph-degraded-${name}`) as { pgmap: object; quorum_age: number });
    let reading = -1;
    const { client, ceph } = await open(({ call }) => {
      if (call !== 'GET /cluster/ceph/status') return null;
      reading += 1;
      const state = states[reading];
      return { data: { ...state, quorum_age: reading, pgmap: { ...state?.pgmap, read_bytes_sec: reading } } };
    });
    for (const _state of states) await client.read(cephStatus());
    const { lines } = ceph.since(0);
    expect(lines.map(({ state }) => (state as { quorum_age: number }).quorum_age)).toEqual([0, 2, 3, 4]);
    expect(told(ceph)).toEqual(expect.arrayContaining([
      'health.checks.OSD_DOWN.detail[0].message: (none) -> osd.2 (root=default,host=pve3) is down',
      'osdmap.num_up_osds: 3 -> 2',
      'pgmap.pgs_by_state[active+undersized+degraded].count: 4 -> 16',
      'pgmap.degraded_objects: 403 -> 1608',
    ]));
  });

  test('a node without it says nothing of it; asked through another node it is the same Ceph', async () => {
    const { client, ceph } = await open(({ call }) => (call === 'GET /nodes/{node}/ceph/status' ? { data: recordedData('ceph-degraded-t3') } : null));
    await expect(client.read(cephStatus())).rejects.toThrow('binary not installed');
    expect(ceph.since(0).lines).toEqual([]);
    await client.read(cephStatus('pve3'));
    expect(ceph.since(0).lines.map(({ of }) => of)).toEqual(['/cluster/ceph/status']);
  });
});

test('what was read lately is not read again; what was not, is, once', async () => {
  const { context, ha, ceph } = await open();
  await takeSnapshot(context, 'membership');
  const before = replayed.cluster.asked.length;
  await refreshStates({ ...context, ceph: { node: null } }, { ha, ceph }, 60_000);
  // Ceph alone was not read at all.
  expect(replayed.cluster.asked.slice(before).filter((asked) => !asked.includes('/ceph/'))).toEqual([]);
  await refreshStates(context, { ha, ceph }, 0);
  expect([asksOf('/cluster/ha/status/current'), asksOf('/cluster/ha/status/manager_status')]).toEqual([2, 2]);
});
