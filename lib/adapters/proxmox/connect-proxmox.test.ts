import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import { createSecret } from '../../environment/references.ts';
import { endAll, play, processOf } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { Hypervisor } from '../hypervisor.ts';
import { connectProxmox } from './connect-proxmox.ts';
import { proxmoxSettings } from './options.ts';
import { environment as recorded } from './testing.ts';

afterEach(endAll);
const { signal } = new AbortController();

function environmentOf({ cluster: { standIn: { target } } }: Played): Environment {
  const token = target.credentials.kind === 'token' ? target.credentials.token : '';
  return { ...recorded, endpoints: [...target.endpoints], credentials: { token: createSecret('env:PVE_TOKEN', token) }, platformOptions: { backup: { storage: 'shared' } } };
}

async function connected(): Promise<Played & { hypervisor: Hypervisor }> {
  const played = await play();
  return { ...played, hypervisor: await connectProxmox(environmentOf(played), { signal }, played.cluster.clock) };
}

describe('connected by an environment file', () => {
  test('says what the cluster can do: maintenance only where there is ssh', async () => {
    const { hypervisor } = await connected();
    expect([...hypervisor.capabilities()].toSorted()).toEqual(['backup', 'backup-restore', 'cluster-lock', 'live-migration', 'node-fencing', 'redundant-storage']);
    expect(await hypervisor.snapshot('full')).toMatchObject({ votes: { expected: 3, present: 3, needed: 2 }, unread: [] });
  });

  test('asks again while the API answers 5xx, as one does that has just been started; for twenty seconds, and then nobody knows who is to blame', async () => {
    let startsForMs = 10_000;
    const begunMs = 1_795_198_400_000;
    const played: Played = await play({ answer: () => (played.cluster.clock.now() - begunMs < startsForMs ? { status: 503, reason: 'Service Unavailable' } : null) });
    const { clock } = played.cluster;
    expect([...(await connectProxmox(environmentOf(played), { signal }, clock)).capabilities()]).toContain('live-migration');
    expect(clock.now() - begunMs).toBe(10_000);
    startsForMs = Infinity;
    await expect(connectProxmox(environmentOf(played), { signal }, clock)).rejects.toMatchObject({ fault: { blame: 'unknown', message: expect.stringContaining('503 Service Unavailable') as string } });
    expect(clock.now() - begunMs).toBe(30_000);
  });

  test.each([
    ['which cluster it is', 'GET /nodes/{node}/certificates/info', async (hypervisor: Hypervisor) => (await hypervisor.identify()).identity, expect.stringContaining('SHA256:') as string],
    ['whether its lock is held', 'GET /pools', async (hypervisor: Hypervisor) => hypervisor.notice?.read(), null],
  ])('asks again where one answer does not tell %s', async (_what, asked, ask, answer) => {
    let isSpoilt = false;
    const played: Played = await play({ answer: ({ call }) => {
      if (call !== asked || !isSpoilt) return null;
      isSpoilt = false;
      return { status: 503, reason: 'Service Unavailable' };
    } });
    const hypervisor = await connectProxmox(environmentOf(played), { signal }, played.cluster.clock);
    isSpoilt = true;
    expect(await ask(hypervisor)).toEqual(answer);
    expect(isSpoilt).toBe(false);
  });

  test('keeps the lock as the comment of a pool, word for word, and leaves no pool', async () => {
    const { hypervisor: { notice }, cluster } = await connected();
    if (notice === null) throw new Error('there is no place for the lock');
    const text = JSON.stringify({ reason: `"; rm -rf / # <b>&amp;'$(id)' 100 % ü\n ` });
    expect(await notice.read()).toBeNull();
    expect(await notice.create('first')).toBe(true);
    expect(await notice.replace('first', text)).toBe(true);
    expect(await notice.read()).toBe(text);
    expect([...cluster.world.pools.keys()]).toEqual(['ha-acceptance']);
    for (let round = 0; round < 2; round += 1) expect(await notice.replace(text, null)).toBe(true);
    expect([...cluster.world.pools.keys()]).toEqual([]);
  });

  test('does not remove the lock while somebody else removes it, and says what to do about a removal that nobody ends', async () => {
    const { hypervisor: { notice }, cluster } = await connected();
    if (notice === null) throw new Error('there is no place for the lock');
    await notice.create('stale');
    cluster.world.pools.set('ha-acceptance-removal', 'another harness');
    await expect(notice.replace('stale', null)).rejects.toThrow(/removing the lock .*pveum pool delete ha-acceptance-removal/);
    expect([...cluster.world.pools.keys()]).toEqual(['ha-acceptance', 'ha-acceptance-removal']);
  });

  test('backs up where the guest is, restores beside it cut off, and removes both', async () => {
    const { hypervisor, cluster, ...played } = await connected();
    const backup = await (await hypervisor.backUp('web')).done;
    expect(backup).toMatchObject({ status: 'OK', warnings: 0, listed: true, verified: null, verification: expect.stringContaining('its data were not read') as string });
    const restored = await (await hypervisor.scratch?.restoreBackup('web', backup))?.done;
    expect(restored).toMatchObject({ scratch: expect.stringMatching(/^990000100 /) as string, identical: null });
    const scratch = cluster.world.guests.get('990000100');
    expect(Object.entries(scratch?.config ?? {}).filter(([key]) => key.startsWith('net')).map(([, value]) => value)).toEqual([expect.stringContaining('link_down=1') as string]);
    for (let round = 0; round < 2; round += 1) await hypervisor.scratch?.removeScratch('web');
    expect([...cluster.world.guests.keys()]).toEqual(['100']);
    for (let round = 0; round < 2; round += 1) await hypervisor.abandonBackups('web');
    expect(processOf({ cluster, ...played })).not.toBeNull();
    expect((await hypervisor.snapshot('full')).operations).toEqual([]);
  });

  test('stops and starts, and finds no placement or failure to clear', async () => {
    const { hypervisor, cluster, ...played } = await connected();
    await (await hypervisor.stopGuest('web')).done;
    expect(processOf({ cluster, ...played })).toBeNull();
    await (await hypervisor.startGuest('web')).done;
    expect(processOf({ cluster, ...played })).not.toBeNull();
    await hypervisor.clearPlacement('web');
    await hypervisor.clearFailures();
  });

  test('refuses to drain without ssh, and a node that it does not know', async () => {
    const { hypervisor } = await connected();
    await expect(hypervisor.drainNode('pve1')).rejects.toMatchObject({ fault: { blame: 'tool', target: 'pve1', remedy: expect.stringContaining('ssh') as string } });
    await expect(hypervisor.drainNode('no-such-node')).rejects.toMatchObject({ fault: { blame: 'tool', target: 'no-such-node' } });
  });
});

describe('options that make no sense are refused before anything is asked', () => {
  test.each<[string, Partial<Environment>, RegExp]>([
    ['an unknown one', { platformOptions: { storage: 'shared' } }, /proxmox/],
    ['a name that is none of a storage', { platformOptions: { backup: { storage: '../x' } } }, /proxmox\.backup\.storage: must be the name of a storage/],
    ['credentials that nobody uses', { credentials: { tokn: createSecret('env:X', 'x') } }, /credentials\.tokn is not known/],
    ['a backup server without a token', { platformOptions: { backup: { storage: 'pbs', server: { url: 'https://192.0.2.40:8007', datastore: 'a' } } } }, /backupServer|has no credentials/],
  ])('%s', (_what, changes, words) => {
    expect(() => proxmoxSettings({ ...recorded, ...changes })).toThrow(words);
  });

  test('no credentials at all', async () => {
    await expect(connectProxmox({ ...recorded, endpoints: [{ node: 'pve1', address: '127.0.0.1' }] }, { signal })).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('credentials.token') as string } });
  });
});
