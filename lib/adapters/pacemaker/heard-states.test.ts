import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refreshStates } from './refresh-states.ts';
import { takeSnapshot } from './snapshot.ts';
import { broken, recordedCluster, scriptedContext } from './testing.ts';
import type { Answer } from './testing.ts';

/** The recorded cluster as these files have it, one reading after the other; null: no node answers. */
function through(files: readonly (string | null)[], ceph: readonly string[] = []) {
  const left = [...files];
  let current: string | null = null;
  const context = scriptedContext((host, command): Answer => {
    if (command.startsWith('ceph ')) return readFileSync(new URL(`../../platforms/ceph/fixtures/${storage.shift() ?? ''}`, import.meta.url), 'utf8');
    if (command.startsWith('crm_mon') && host === 'n1') current = left.shift() ?? null;
    if (current === null) return broken;
    return recordedCluster(current)(command) ?? (command.includes('list --state-running') ? '' : { code: 1, stderr: `unexpected: ${command}` });
  }, { preferred: 'n1', hasStorage: ceph.length > 0 });
  const storage = [...ceph];
  return { context, look: async () => takeSnapshot(context, 'membership').catch(() => null) };
}

test('through a recorded failover Pacemaker is told as it changed, a silence in between as well', async () => {
  const { context, look } = through(['crm-mon-idle.xml', 'crm-mon-idle.xml', 'crm-mon-unclean.xml', null, 'crm-mon-fenced.xml']);
  for (let reading = 0; reading < 5; reading += 1) {
    context.preferred = 'n1';
    await look();
  }
  const { lines } = context.heard.manager.since(0);
  expect(lines.map(({ unreadable }) => unreadable === undefined)).toEqual([true, true, false, true]);
  expect(lines[1]?.changed).toEqual(expect.arrayContaining([expect.stringMatching(/^nodes\[n\d\]\.unclean: false -> true$/)]));
  expect(lines[3]?.changed).toEqual(expect.arrayContaining([expect.stringMatching(/^nodes\[n\d\]\.unclean: true -> false$/)]));
  expect(lines[3]?.state).toMatchObject({ nodes: expect.any(Array) as unknown });
});

test('Ceph is heard of when its storage is read', async () => {
  const { context } = through([], ['healthy.txt', 'healthy.txt', 'degraded.txt']);
  for (let reading = 0; reading < 3; reading += 1) await takeSnapshot(context, 'storage');
  const { lines } = context.heard.ceph.since(0);
  expect(lines).toHaveLength(2);
  expect(lines[1]?.changed).toEqual(expect.arrayContaining([expect.stringMatching(/^health\.status: HEALTH_OK -> HEALTH_WARN|^osdmap\.num_up_osds: 3 -> 2/)]));
});

test('only Pacemaker is asked for this alone, and only when nobody has for so long', async () => {
  const { context } = through(['crm-mon-idle.xml', 'crm-mon-idle.xml'], ['healthy.txt']);
  await refreshStates(context, 60_000);
  await refreshStates(context, 60_000);
  expect(context.asked.filter((asked) => asked.includes('crm_mon'))).toHaveLength(1);
  await refreshStates(context, 0);
  expect(context.asked.filter((asked) => asked.includes('crm_mon'))).toHaveLength(2);
  expect(context.asked.filter((asked) => asked.includes('ceph'))).toEqual([]);
});
