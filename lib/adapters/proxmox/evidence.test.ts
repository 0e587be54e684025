import { afterEach, expect, test } from 'vitest';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { gatherEvidence } from './evidence.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

let replayed: ReplayedCluster;
afterEach(() => replayed.close());

function answer({ call, endpoint }: StandInRequest): StandInAnswer | null {
  switch (call) {
    case 'GET /cluster/log': return { data: recordedData('cluster-log-final') };
    case 'GET /nodes/{node}/tasks/{upid}/log': return { data: recordedData('vzdump100-log') };
    case 'GET /cluster/ceph/status': return endpoint === 'pve3' ? { data: recordedData('ceph-degraded-t3') } : null;
    default: return null;
  }
}

async function gather(since: string, atMs: number, died: string | null = null) {
  replayed = await replayedCluster('timeline-poweroff.txt', died, answer);
  replayed.clock.advance(atMs);
  const evidence = await gatherEvidence({ ...replayed.context, ceph: { node: 'pve3' } }, new Date(since));
  return Object.fromEntries(evidence.map(({ title, text }) => [title, text]));
}

test('the tasks of each node with their whole logs, HA, Ceph and the log of the cluster are gathered', async () => {
  const evidence = await gather('2026-11-20T18:17:00Z', 150_000);
  expect(Object.keys(evidence).toSorted()).toEqual(['Ceph now', 'HA now', 'log of the cluster', 'members of the cluster', 'tasks of pve1', 'tasks of pve2', 'tasks of pve3']);
  expect(evidence['tasks of pve1']).toMatch(/qmstart 100 by root@pam: OK at .*UPID:pve1:00000424[\s\S]* {4}INFO: Backup job finished successfully[\s\S]* {4}TASK OK/);
  expect(evidence['log of the cluster']).toContain('end task UPID:pve2:00000533:0005CECF:6B009100:qmstart:100:root@pam: OK');
  expect(evidence['HA now']).toContain('"crmState": "started"');
  expect(evidence['Ceph now']).toContain('active+undersized+degraded');
});

test('what was long before is left out', async () => {
  const evidence = await gather('2026-11-20T18:27:00Z', 150_000);
  expect(evidence['log of the cluster']?.split('\n').map((line) => line.slice(11, 19)).toSorted()[0]).toBe('18:27:12');
});

test('a dead node is said not to have been read, and the others are', async () => {
  replayed = await replayedCluster('timeline-poweroff.txt', 'pve3', answer);
  replayed.clock.advance(60_000);
  const evidence = await gatherEvidence(replayed.context, new Date('2026-11-20T18:00:00Z'));
  expect(evidence.find(({ title }) => title === 'tasks of pve3')?.text).toMatch(/^\(not read: .*595 No route to host/);
  expect(evidence.find(({ title }) => title === 'tasks of pve2')?.text).toContain('Tasks of pve2');
  expect(evidence.find(({ title }) => title === 'members of the cluster')?.text).toContain('pve3: offline');
});

test('it gives up when it is told to', async () => {
  replayed = await replayedCluster('timeline-poweroff.txt', null, answer);
  await expect(gatherEvidence(replayed.context, new Date(), { signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
});
