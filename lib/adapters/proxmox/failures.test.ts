import { afterEach, expect, test } from 'vitest';
import { askedBefore, clearFailures } from './failures.ts';
import { maintenanceOf } from './node-service.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

let replayed: ReplayedCluster | null = null;
afterEach(async () => replayed?.close());

/** HA as the documentation has it: a service in error heeds nothing but being disabled. */
async function open(resource: { state: string; comment?: string }, service: string): Promise<{ resource: { state: string; comment?: string }; log: string[]; cluster: ReplayedCluster }> {
  const log: string[] = [];
  let state = service;
  replayed = await replayedCluster('timeline-hamigrate.txt', null, ({ call, values }) => {
    if (call === 'GET /cluster/ha/resources') return { data: [{ sid: 'vm:100', type: 'vm', ...resource }] };
    if (call === 'GET /cluster/ha/status/current') return { data: [{ id: 'quorum', type: 'quorum', quorate: 1, node: 'pve1', status: 'OK' }, { id: 'service:vm:100', type: 'service', sid: 'vm:100', node: 'pve2', state, crm_state: state, request_state: resource.state }] };
    if (call !== 'PUT /cluster/ha/resources/{sid}') return null;
    log.push(`${values['state']}${values['comment'] === undefined ? '' : ` "${values['comment']}"`}${values['delete'] === undefined ? '' : ` without ${values['delete']}`}`);
    resource.state = values['state'] ?? '';
    if (values['comment'] !== undefined) resource.comment = values['comment'];
    if (values['delete'] === 'comment') delete resource.comment;
    if (resource.state === 'disabled') state = 'disabled';
    else if (state === 'disabled') state = 'started';
    return { data: null };
  });
  return { resource, log, cluster: replayed };
}

test('a service in error is disabled and asked again for what it was, its comment as before', async () => {
  const { resource, log, cluster } = await open({ state: 'started', comment: 'of the shop' }, 'error');
  await clearFailures(cluster.context);
  expect(log).toEqual(['disabled "of the shop [ha-acceptance: was started]"', 'started "of the shop"']);
  expect(resource).toEqual({ state: 'started', comment: 'of the shop' });
  await clearFailures(cluster.context);
  expect(log).toHaveLength(2);
});

test('what a call that died left disabled is taken up', async () => {
  const { resource, log, cluster } = await open({ state: 'disabled', comment: '[ha-acceptance: was started]' }, 'disabled');
  await clearFailures(cluster.context);
  expect(log).toEqual(['started without comment']);
  expect(resource).toEqual({ state: 'started' });
});

test('a service that its administrator disabled is left alone', async () => {
  const { log, cluster } = await open({ state: 'disabled', comment: 'retired' }, 'disabled');
  await clearFailures(cluster.context);
  expect(log).toEqual([]);
  expect(askedBefore({ comment: 'was started, says [ha-acceptance: was broken]' })).toBeNull();
});

test('maintenance is in force when manager and resource manager say so, and gone when neither does', () => {
  const manager = (state: string) => ({ master: 'pve1', timestamp: 1, nodes: { pve2: state }, services: {}, results: [] });
  const current = (state: 'maintenance' | 'active') => ({ quorate: true, master: null, lrms: [{ node: 'pve2', state, text: '' }], services: [] });
  expect([['maintenance', 'maintenance'], ['maintenance', 'active'], ['online', 'maintenance'], ['online', 'active']].map(([said = '', obeyed]) => maintenanceOf('pve2', manager(said), current(obeyed === 'maintenance' ? 'maintenance' : 'active')))).toEqual(['in-force', 'changing', 'changing', 'none']);
});
