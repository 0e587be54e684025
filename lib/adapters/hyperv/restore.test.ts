import { afterEach, describe, expect, test } from 'vitest';
import { backUp } from './backup.ts';
import { hypervHypervisor } from './connect-hyperv.ts';
import { removeScratch } from './remove-scratch.ts';
import { askScratch, restoreBackup, scratchAlive } from './restore.ts';
import { compareDisks, scratchPlaceOf } from './scratch-place.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// The states of machines and of their heartbeat are documented; that an import goes on without its client is a field report; all else that is answered is invented.

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(options: Record<string, unknown> = {}): Promise<ServedCluster> {
  const one = await serveCluster();
  one.cluster.exportMs = 1;
  Object.assign(one.environment.platformOptions, options);
  open.push(one);
  return one;
}

const backup = { archive: String.raw`hv2:C:\ClusterStorage\Volume1\ha-acceptance\ha-acceptance-x-web`, node: 'hv2', status: 'OK', warnings: 0, bytes: 1, guestDiskBytes: 1, listed: true, verified: true, verification: '', durationMs: 1 };
const scratchScripts = (one: ServedCluster): string[] => one.cluster.asked.filter((asked) => /scratch|compare|switch-machine/.test(asked));

describe('a backup that is restored beside its original', () => {
  test('is imported as a machine of its own, compared, found to be cut off, and only then started; it boots by its heartbeat', async () => {
    const one = await served();
    const made = await (await backUp(one.context, 'web-guest')).done;
    const outcome = await (await restoreBackup(one.context, 'web-guest', made)).done;
    expect(outcome).toMatchObject({ node: 'hv2', identical: true, scratch: expect.stringMatching(/^ha-acceptance-scratch-/) as string, isolation: expect.stringContaining('private switch') as string });
    expect(scratchScripts(one)).toEqual(['hv2: import-scratch', 'hv2: compare-disks', 'hv2: read-scratch', 'hv2: switch-machine']);
    expect(await scratchAlive(one.context, 'web-guest')).toBeNull();
    expect(await scratchAlive(one.context, 'web-guest')).toBe(`the heartbeat of ${outcome.scratch} on hv2 is OkApplicationsUnknown`);
    expect(one.cluster.roles.find(({ name }) => name === 'web')).toMatchObject({ owner: 'hv2', machine: 'Running' });
    await removeScratch(one.context, 'web-guest');
    await removeScratch(one.context, 'web-guest');
    expect(one.cluster.scratch.machines.size).toBe(0);
  });

  test('is not started when it is on a network where others are', async () => {
    const one = await served();
    one.cluster.scratch.leak = 'Production';
    await expect((await restoreBackup(one.context, 'web-guest', backup)).done).rejects.toMatchObject({ fault: { blame: 'cluster' }, message: expect.stringContaining('was not started, because its adapter Carte réseau is connected to Production') as string });
    expect(one.cluster.scratch.machines.get('hv2')?.state).toBe('Off');
  });

  test('is not called whole when a disk has another digest', async () => {
    const one = await served();
    one.cluster.scratch.digest = 'B';
    expect(await (await restoreBackup(one.context, 'web-guest', backup)).done).toMatchObject({ identical: false, comparison: 'not as in the export: web.vhdx (4294967296 bytes)' });
  });

  test('is the cluster\'s failure where Hyper-V refuses it, and nobody\'s where the connection broke', async () => {
    const one = await served();
    one.cluster.intercept = (_node, script) => (script === 'import-scratch' ? { error: { message: 'Espace insuffisant.', hresult: '0x80070070' } } : null);
    await expect((await restoreBackup(one.context, 'web-guest', backup)).done).rejects.toMatchObject({ fault: { blame: 'cluster' }, message: expect.stringContaining('Espace insuffisant') as string });
    one.cluster.intercept = (_node, script) => (script === 'import-scratch' ? 'drop' : null);
    await expect((await restoreBackup(one.context, 'web-guest', backup)).done).rejects.toMatchObject({ fault: { blame: 'tool' } });
    await expect(restoreBackup(one.context, 'web-guest', { ...backup, archive: '/var/backups/x' })).rejects.toThrow('is no export');
  });

  test('is not called silent while the node that may hold it cannot be asked', async () => {
    const one = await served();
    await (await restoreBackup(one.context, 'web-guest', backup)).done;
    one.cluster.intercept = (node, script) => (node === 'hv2' && script === 'read-scratch' ? 'drop' : null);
    expect(await scratchAlive(one.context, 'web-guest')).toEqual({ unasked: expect.stringContaining('hv2') as string });
    one.cluster.intercept = (node, script) => (node === 'hv1' && script === 'read-scratch' ? 'drop' : null);
    expect(await scratchAlive(one.context, 'web-guest')).toBeNull();
  });

  test('says what it holds by the data exchange where the environment file names the item, and cannot be asked otherwise', async () => {
    const without = await served();
    expect((await hypervHypervisor(without.environment, without.context.fleet, new AbortController().signal)).scratch?.ask).toBeUndefined();
    const one = await served({ restore: { exchange: 'ha-acceptance-ring' } });
    one.cluster.scratch.word = '{"boot":"b2"}';
    await (await restoreBackup(one.context, 'web-guest', backup)).done;
    expect(await askScratch(one.context, 'web-guest')).toBeNull();
    expect(await askScratch(one.context, 'web-guest')).toBe('{"boot":"b2"}');
  });
});

describe('the removal of a scratch guest', () => {
  test('waits for an import that goes on without its client', async () => {
    const one = await served();
    one.cluster.scratch.busy = 2;
    await removeScratch(one.context, 'web-guest');
    expect(one.cluster.scratch.busy).toBe(0);
  });

  test('says that nobody can tell what is left while a node is silent', async () => {
    const one = await served();
    one.cluster.intercept = (node, script) => (node === 'hv3' && script === 'remove-scratch' ? 'drop' : null);
    await expect(removeScratch(one.context, 'web-guest')).rejects.toThrow(/could not be removed: hv3: .*Remove the machine, the switch and the folder/s);
  });

  test('does not take the folder from a machine that stays', async () => {
    const one = await served();
    one.cluster.intercept = (node, script) => (node === 'hv2' && script === 'remove-scratch' ? { data: { machines: 'ha-acceptance-scratch-1', switches: [], folder: true } } : null);
    await expect(removeScratch(one.context, 'web-guest')).rejects.toThrow('machine ha-acceptance-scratch-1 on hv2');
    expect(one.cluster.asked.filter((asked) => asked.endsWith('remove-scratch'))).toHaveLength(3);
  });
});

test('the folder of a scratch guest is none of those that are removed as exports', () => {
  expect(scratchPlaceOf(String.raw`C:\x`, 'web').folder).toMatch(/^C:\\x\\ha-acceptance-scratch-[0-9a-f]{10}$/);
});

test.each([
  [[], [], false],
  [[{ name: 'a.vhdx', bytes: 1, digest: 'A' }], [], false],
  [[{ name: 'a.vhdx', bytes: 1, digest: 'A' }], [{ name: 'a.vhdx', bytes: 1, digest: 'A' }], true],
  [[{ name: 'a.avhdx', bytes: 1, digest: 'A' }], [{ name: 'a.avhdx', bytes: 1, digest: 'B' }], null],
])('disks %j and %j are compared as %s', (exported, imported, identical) => {
  expect(compareDisks({ exported, imported }).identical).toBe(identical);
});
