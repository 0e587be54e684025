import { describe, expect, test } from 'vitest';
import type { PlayedServerBackup } from '../../platforms/hyperv/testing/played-server-backup.ts';
import { archivePrefix } from '../pacemaker/archive-name.ts';
import { readPrerequisites } from './prerequisites.ts';
import { abandonServerBackups } from './server-backup-remains.ts';
import { backUpByServer } from './server-backup.ts';
import { serveForTest, serverBackupChanges } from './testing.ts';

const volume = 'E:';

const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 21) + ms);

describe('a backup by Windows Server Backup', () => {
  test('is one job of a policy that is stored nowhere, judged by its own outcome and the version that is there, and leaves nothing', async () => {
    const world = await serveForTest();
    const { cluster, context, own } = world;
    const operation = await backUpByServer(context, 'web-guest', volume);
    await operation.underWay;
    expect(own.running).not.toBeNull();
    const outcome = await operation.done;
    expect(outcome).toMatchObject({ node: 'hv2', status: 'OK', listed: true, verified: true, bytes: 4294967296, guestDiskBytes: 10737418240 });
    expect(outcome.archive).toMatch(/^hv2:E: version 11\/21\/2026/);
    expect(own.marks.map(({ name }) => name.startsWith(archivePrefix('web')))).toEqual([true]);
    await abandonServerBackups(context, 'web-guest', volume);
    await abandonServerBackups(context, 'web-guest', volume);
    expect([own.versions, own.marks]).toEqual([[], []]);
    expect(serverBackupChanges(world)).toEqual(['hv2: begin-server-backup', 'hv2: remove-server-backup', 'hv2: remove-server-marks']);
    expect(cluster.exports.get('hv2')?.size).toBe(0);
  });

  test.each<[string, (world: Awaited<ReturnType<typeof serveForTest>>) => void, Record<string, unknown>]>([
    ['a job that failed is not called OK', ({ cluster }) => void (cluster.serverBackup.ends = { state: 'Completed', hresult: '-2147023673', detail: '-2139619222', words: 'Échec du service VSS.' }), { status: 'Completed, -2147023673 (-2139619222) Échec du service VSS.', listed: false, verified: null }],
    ['a job whose detail is a failure is not called OK', ({ cluster }) => void (cluster.serverBackup.ends = { state: 'Completed', hresult: '0', detail: '-2139619222', words: '' }), { status: 'Completed, 0 (-2139619222)' }],
    ['a job that ended otherwise than completed is not called OK', ({ cluster }) => void (cluster.serverBackup.ends = { state: 'Unknown', hresult: '0', detail: '0', words: '' }), { status: 'Unknown, 0 (0)' }],
    ['a version without the machine is not the archive', ({ cluster }) => void (cluster.serverBackup.makes = ['dns']), { status: 'OK', listed: false }],
    ['a damaged image is not verified', ({ cluster }) => void (cluster.serverBackup.images = [{ name: 'a.vhdx', bytes: '10', intact: true }, { name: 'b.vhdx', bytes: '10', intact: false }]), { listed: true, verified: false, verification: 'b.vhdx damaged (Test-VHD)' }],
    ['an image that could not be read leaves it open', ({ cluster }) => void (cluster.serverBackup.images = [{ name: 'a.vhdx', bytes: '10', intact: null }]), { verified: null, verification: 'Test-VHD could not read a.vhdx' }],
  ])('%s', async (_what, arrange, expected) => {
    const world = await serveForTest();
    arrange(world);
    expect(await (await backUpByServer(world.context, 'web-guest', volume)).done).toMatchObject(expected);
  });

  test.each<[string, (own: PlayedServerBackup) => void, string]>([
    ['where it is not installed', (own) => void (own.present = false), 'Install-WindowsFeature Windows-Server-Backup'],
    ['where it is at work', (own) => void (own.running = { began: at(0).toISOString(), doing: '' }), 'Wait until it is done'],
    ['to a volume that holds backups', (own) => void own.versions.push({ id: 'theirs', utc: at(0).toISOString(), machines: ['web'], volumes: 1 }), 'a volume of their own'],
  ])('is not begun %s', async (_what, arrange, remedy) => {
    const world = await serveForTest();
    arrange(world.own);
    await expect(backUpByServer(world.context, 'web-guest', volume)).rejects.toMatchObject({ fault: { blame: 'tool', remedy: expect.stringContaining(remedy) as string } });
    expect(serverBackupChanges(world)).toEqual([]);
  });

  test('that Windows refuses is its failure, in its words, and one whose request was lost is followed all the same', async () => {
    const { cluster, context } = await serveForTest();
    cluster.intercept = (_node, script) => (script === 'begin-server-backup' ? { error: { message: "La sauvegarde ne propose pas l'ordinateur virtuel." } } : null);
    await expect((await backUpByServer(context, 'web-guest', volume)).done).rejects.toMatchObject({ fault: { blame: 'cluster', remedy: expect.stringContaining('hyperv.backup.directory') as string }, message: expect.stringContaining('ne propose pas') as string });
    cluster.intercept = (node, script, call) => {
      if (script !== 'begin-server-backup') return null;
      cluster.serverBackup.answer(node, script, call.parameters, 'web');
      return 'drop';
    };
    expect(await (await backUpByServer(context, 'web-guest', volume)).done).toMatchObject({ status: 'OK', listed: true });
  });
});

test('the ground for it is read beforehand on every node', async () => {
  const { cluster, context, own } = await serveForTest();
  const backup = { serverBackup: { volume } };
  const read = async (): Promise<(boolean | null)[]> => (await readPrerequisites({ ...context, environment: { ...context.environment, platformOptions: { backup } } })).filter(({ title }) => title.startsWith('Windows Server Backup')).map(({ ok }) => ok);
  expect(await read()).toEqual([true, true, true]);
  own.versions.push({ id: 'theirs', utc: at(0).toISOString(), machines: [], volumes: 1 });
  cluster.serverBackup.of('hv3').present = false;
  expect(await read()).toEqual([true, false, false]);
});
