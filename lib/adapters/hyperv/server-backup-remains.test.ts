import { describe, expect, test } from 'vitest';
import { archivePrefix } from '../pacemaker/archive-name.ts';
import { abandonServerBackups, remainsOf } from './server-backup-remains.ts';
import { backUpByServer } from './server-backup.ts';
import { serveForTest, serverBackupChanges } from './testing.ts';

const volume = 'E:';

const minute = 60_000;
const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 21) + ms);

describe('what of the marks, the jobs and the versions on a volume is ours', () => {
  const marks = [{ name: 'ours', utc: at(10 * minute) }];
  const job = (ms: number): { state: string; hresult: string; detail: string; words: string; began: Date } => ({ state: 'Completed', hresult: '0', detail: '0', words: '', began: at(ms) });
  const version = (id: string, ms: number, machines: string[]): { id: string; utc: Date; machines: string[]; volumes: number } => ({ id, utc: at(ms), machines, volumes: 0 });
  const nothing = { marks, running: null, last: null, versions: [] };
  test.each<[string, Parameters<typeof remainsOf>[0], ReturnType<typeof remainsOf>]>([
    ['nothing without a mark', { ...nothing, marks: [], running: { began: at(11 * minute), doing: '' }, versions: [version('v', 11 * minute, ['web'])] }, { running: null, versions: [], doubtful: [] }],
    ['the first job behind a mark', { ...nothing, last: job(5 * minute), running: { began: at(10 * minute), doing: '' } }, { running: at(10 * minute), versions: [], doubtful: [] }],
    ['no second job behind a mark: the first one was ours', { ...nothing, last: job(10 * minute), running: { began: at(12 * minute), doing: '' } }, { running: null, versions: [], doubtful: [] }],
    ['no job from before the mark', { ...nothing, running: { began: at(5 * minute), doing: '' } }, { running: null, versions: [], doubtful: [] }],
    ['versions behind the mark of this machine alone', { ...nothing, versions: [version('old', 5 * minute, ['web']), version('ours', 11 * minute, ['WEB']), version('both', 11 * minute, ['web', 'dns']), version('dns', 11 * minute, ['dns'])] }, { running: null, versions: ['ours'], doubtful: [] }],
    ['in doubt, one that names no machine; not one that is of volumes', { ...nothing, versions: [version('mute', 11 * minute, []), { ...version('volume', 11 * minute, []), volumes: 2 }] }, { running: null, versions: [], doubtful: ['mute'] }],
  ])('is %s', (_what, target, expected) => {
    expect(remainsOf(target, 'web')).toEqual(expected);
  });
});

describe('what is removed', () => {
  test('is a job of ours that goes on without its client, and only ours', async () => {
    const world = await serveForTest();
    const { cluster, context, own } = world;
    cluster.serverBackup.jobMs = 600_000;
    const given = new AbortController();
    const operation = await backUpByServer(context, 'web-guest', volume, { signal: given.signal });
    await operation.underWay;
    given.abort(new Error('given up'));
    await expect(operation.done).rejects.toThrow('given up');
    // Of another guest, and of nobody knows whom, on another node.
    const others = { name: `${archivePrefix('dns')}x`, utc: at(0).toISOString() };
    cluster.serverBackup.of('hv1').marks.push(others);
    cluster.serverBackup.of('hv3').versions.push({ id: 'theirs', utc: new Date().toISOString(), machines: ['web'], volumes: 0 });
    await abandonServerBackups(context, 'web-guest', volume);
    expect([own.running, own.marks]).toEqual([null, []]);
    expect(serverBackupChanges(world)).toEqual(['hv2: begin-server-backup', 'hv2: stop-server-backup', 'hv2: remove-server-marks']);
    expect([cluster.serverBackup.of('hv1').marks, cluster.serverBackup.of('hv3').versions]).toEqual([[others], [expect.objectContaining({ id: 'theirs' })]]);
  });

  test('is nothing while a node cannot be asked', async () => {
    const { cluster, context, own } = await serveForTest();
    await (await backUpByServer(context, 'web-guest', volume)).done;
    cluster.intercept = (node, script) => (node === 'hv2' && script === 'read-server-target' ? 'drop' : null);
    await expect(abandonServerBackups(context, 'web-guest', volume)).rejects.toThrow(/hv2/);
    expect(own.marks).toHaveLength(1);
  });

  test('is not a version that does not say of what it is: that is for people, who are told how', async () => {
    const { cluster, context, own } = await serveForTest();
    cluster.serverBackup.makes = [];
    await (await backUpByServer(context, 'web-guest', volume)).done;
    await expect(abandonServerBackups(context, 'web-guest', volume)).rejects.toMatchObject({ fault: { remedy: expect.stringContaining('Remove-WBBackupSet') as string } });
    expect([own.versions.length, own.marks.length]).toEqual([1, 1]);
  });

  test('is nothing where the mark is of another guest, or there is none', async () => {
    const world = await serveForTest();
    const { own, context } = world;
    own.marks.push({ name: `${archivePrefix('dns')}x`, utc: at(0).toISOString() });
    own.versions.push({ id: 'theirs', utc: at(minute).toISOString(), machines: ['web'], volumes: 0 });
    await abandonServerBackups(context, 'web-guest', volume);
    expect([own.versions.length, own.marks.length, serverBackupChanges(world)]).toEqual([1, 1, []]);
  });

  test('is looked at again when a removal was refused or its answer lost, until nothing of ours is left', async () => {
    const world = await serveForTest();
    const { cluster, context, own } = world;
    await (await backUpByServer(context, 'web-guest', volume)).done;
    let tries = 0;
    cluster.intercept = (_node, script) => {
      if (script !== 'remove-server-backup') return null;
      tries += 1;
      return tries === 1 ? { error: { message: 'Une sauvegarde est en cours.' } } : null;
    };
    await abandonServerBackups(context, 'web-guest', volume);
    expect([tries, own.versions, own.marks]).toEqual([2, [], []]);
  });

  test('keeps its mark as long as a version of ours is left, so that it is found again', async () => {
    const { cluster, context, own } = await serveForTest();
    await (await backUpByServer(context, 'web-guest', volume)).done;
    cluster.intercept = (_node, script) => (script === 'remove-server-backup' ? { error: { message: 'Accès refusé.' } } : null);
    await expect(abandonServerBackups(context, 'web-guest', volume, { timeoutMs: 1500 })).rejects.toThrow(/could not be removed: version 11\/21\/2026.*Accès refusé/);
    expect([own.versions.length, own.marks.length]).toEqual([1, 1]);
  });

  test('is asked of a guest that the environment file has, whose machine some node knows', async () => {
    const { cluster, context } = await serveForTest();
    await expect(abandonServerBackups(context, 'nobody', volume)).rejects.toMatchObject({ fault: { blame: 'tool', remedy: expect.stringContaining('web-guest') as string } });
    cluster.roles = cluster.roles.filter(({ name }) => name !== 'web');
    await expect(abandonServerBackups(context, 'web-guest', volume)).rejects.toMatchObject({ fault: { blame: 'cluster', remedy: expect.stringContaining('Bring the nodes back') as string } });
  });
});
