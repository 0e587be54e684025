import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { readCapabilities } from './capabilities.ts';
import type { ProxmoxContext } from './context.ts';
import { contextOfModel, environment, shellsOf } from './testing.ts';

afterEach(endAll);
const { signal } = new AbortController();
const container: Environment['guests'][number] = { name: 'files', id: '200', kind: 'container', address: '192.0.2.81', probes: [] };

type Change = (context: ProxmoxContext, played: Played) => ProxmoxContext;

async function capabilities(change: Change = (same) => same, hasStorage = false): Promise<string[]> {
  const played = await play();
  return [...await readCapabilities(change(contextOfModel(played), played), hasStorage, signal)].toSorted();
}

describe('what a cluster can do follows from what it has and what the environment file gives', () => {
  test.each<[string, Change, string[]]>([
    ['a VM', (same) => same, ['cluster-lock', 'live-migration', 'node-fencing']],
    ['a container alone', (context) => ({ ...context, environment: { ...environment, guests: [container] } }), ['cluster-lock', 'container-migration', 'node-fencing']],
    ['ssh', (context, played) => ({ ...context, fleet: shellsOf(played).fleet }), ['cluster-lock', 'drain', 'live-migration', 'node-fencing']],
    ['a storage for backups', (context) => ({ ...context, settings: { backup: { storage: 'shared', mode: 'snapshot' } } }), ['backup', 'backup-restore', 'cluster-lock', 'live-migration', 'node-fencing']],
  ])('with %s', async (_what, change, expected) => {
    expect(await capabilities(change)).toEqual(expected);
  });

  test('with Ceph', async () => {
    expect(await capabilities(undefined, true)).toContain('redundant-storage');
  });
});

test.each([['one of the environment file', '100', true], ['somebody else\'s guest', '999', false]])('replication is there when a job is for %s', async (_whose, guest, isThere) => {
  const played = await play();
  played.cluster.world.replications.push({ id: `${guest}-0`, guest, source: 'pve3', target: 'pve1', last_sync: 1, next_sync: 2, fail_count: 0 });
  expect((await readCapabilities(contextOfModel(played), false, signal)).has('replication')).toBe(isThere);
});

test('a node that does not answer may have the job: that makes replication not absent', async () => {
  const played = await play();
  await played.cluster.power('pve2', 'off');
  expect((await readCapabilities(contextOfModel(played), false, signal)).has('replication')).toBe(true);
});
