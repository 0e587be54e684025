import { expect, test } from 'vitest';
import { AdapterError } from '../adapter-error.ts';
import { abandonBackups } from './abandon-backups.ts';
import { backUp } from './backup.ts';
import { broken, recordedCluster, scriptedContext, type Answer } from './testing.ts';

const domainXml = "<domain><devices><disk device='disk' type='network'><target dev='vda'/></disk><disk device='cdrom'><target dev='sda'/></disk></devices></domain>";
const capacity = 67_108_864;
const completed = 'Job type: 3\n\noperation: 9\ntime_elapsed: 900\n';

interface Changes {
  begin?: Answer;
  job?: Answer;
  check?: string;
  virtualSize?: number;
  written?: boolean;
  /** A backup that somebody else runs. */
  foreign?: boolean;
  /** The connection breaks at so many of the first requests, before they reach libvirt or behind that. */
  cut?: { times: number; reached: boolean };
}

/** Node n2 runs web; its folder holds what was backed up there, and a file of somebody else. */
function node({ begin = 'Backup started\n', job = completed, check = '{"check-errors":0}', virtualSize = capacity, written = true, foreign = false, cut = { times: 0, reached: false } }: Changes = {}) {
  let begins = 0;
  let readings = 0;
  let files = ['/backup/somebody-elses.qcow2'];
  const requests: string[] = [];
  const running = { value: foreign };
  const context = scriptedContext((host, command, stdin) => {
    const pacemaker = recordedCluster('crm-mon-idle.xml')(command);
    if (pacemaker !== null) return pacemaker;
    if (command.includes(' list ')) return host === 'n2' ? 'web\n' : host === 'n1' ? 'dns\n' : '';
    if (host !== 'n2') return command.startsWith('sh -c') ? 'no\n' : { code: 1, stderr: 'not here' };
    if (command.includes('dumpxml --domain web') && !command.includes('backup-')) return domainXml;
    if (command.includes('domstats')) return `block.0.name=vda\nblock.0.capacity=${capacity}\n`;
    if (command.startsWith('tee')) requests.push(stdin ?? '');
    if (command.includes('backup-begin')) {
      const isCut = ++begins <= cut.times;
      if (isCut && !cut.reached) return broken;
      if (begins > 1 && cut.reached) return { code: 1, stderr: 'error: another job is active' };
      running.value = true;
      if (written) files = [...files, ...[...(requests.at(-1) ?? '').matchAll(/file="([^"]+)"/g)].map((match) => match[1] ?? '')];
      if (isCut) return broken;
      return begin;
    }
    if (command.includes('--completed')) return job;
    if (command.includes('domjobinfo')) return readings++ < 2 ? 'Job type: 2\n\noperation: 9\ntime_elapsed: 1\n' : 'Job type: 0\n';
    if (command.includes('domjobabort')) running.value = false;
    if (command.includes('backup-dumpxml')) return running.value ? `<domainbackup><disks><disk><target file="${files.at(-1)}"/></disk></disks></domainbackup>` : { code: 1, stderr: 'no job' };
    if (command.startsWith('find')) {
      const prefix = /-name (\S+)\*/.exec(command)?.[1] ?? 'nothing';
      const ours = files.filter((file) => file.startsWith(`/backup/${prefix}`));
      if (command.endsWith('-delete')) files = files.filter((file) => !ours.includes(file));
      return command.endsWith('-delete') ? '' : `${ours.join('\n')}\n`;
    }
    if (command.startsWith('sh -c')) return 'yes\n';
    if (command.startsWith('qemu-img info')) return JSON.stringify({ 'virtual-size': virtualSize, 'actual-size': 1_200_128, format: 'qcow2' });
    return command.startsWith('qemu-img check') ? check : '';
  });
  return { context, requests, files: () => files, begins: () => begins };
}

async function outcomeOf(changes: Changes) {
  return (await backUp(node(changes).context, 'web-guest')).done;
}

test('backs up every disk with data where the guest runs, and verifies the archive', async () => {
  const { context, requests } = node();
  const operation = await backUp(context, 'web-guest');
  expect(await operation.done).toMatchObject({ node: 'n2', status: 'OK', warnings: 0, bytes: 1_200_128, guestDiskBytes: capacity, listed: true, verified: true, archive: expect.stringMatching(/^n2:\/backup\/ha-acceptance-.*-web-.*-vda\.qcow2$/) as string });
  expect(requests).toHaveLength(2);
  expect(requests[0]).toBe(domainXml);
  expect(requests[1]).toMatch(/name="vda" backup="yes".*name="sda" backup="no"/);
  expect(operation.log().join('\n')).toMatch(/backup under way.*completed after 900 ms.*no fault/s);
});

test.each([
  ['a damaged image', { check: '{"check-errors":0,"corruptions":2}' }, { listed: true, verified: false, verification: expect.stringMatching(/2 corruptions/) as string }],
  ['an image that is too small', { virtualSize: 1024 }, { verified: false, verification: expect.stringMatching(/holds 1024 bytes and the disk has 67108864/) as string }],
  ['an archive that is not there', { written: false }, { listed: false, verified: false, bytes: 0 }],
  ['a job without statistics', { job: 'Job type: 0\n' }, { status: expect.stringMatching(/^unknown/) as string }],
])('does not call %s good', async (_what, changes, expected) => {
  expect(await outcomeOf(changes)).toMatchObject(expected);
});

test.each([
  ['did not reach libvirt is made again', { times: 1, reached: false }, 2],
  ['reached it is not made again', { times: 1, reached: true }, 1],
])('a request whose connection broke and that %s', async (_what, cut, begins) => {
  const cutNode = node({ cut });
  expect(await (await backUp(cutNode.context, 'web-guest')).done).toMatchObject({ status: 'OK', listed: true, verified: true });
  expect(cutNode.begins()).toBe(begins);
}, 20_000);

test('a connection that breaks at every request is no failure of the cluster, nor is what libvirt still knows of an earlier job a success', async () => {
  await expect(outcomeOf({ cut: { times: 9, reached: false } })).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('broke 3 times') as string } });
}, 20_000);

test.each([
  ['the job failed', { job: 'Job type: 4\n\noperation: 9\nerrmsg: No space left on device\n' }, /No space left/],
  ['it could not be begun', { begin: { code: 1, stderr: 'error: Operation not supported' } }, /Operation not supported/],
])('tells that %s as a failure of the cluster', async (_what, changes, message) => {
  const error: unknown = await outcomeOf(changes).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AdapterError);
  expect((error as AdapterError).fault).toMatchObject({ blame: 'cluster', phase: 'backup', message: expect.stringMatching(message) as string });
});

test('abandons a job and archives of ours, nothing of others, and again without effect', async () => {
  const { context, files } = node();
  await (await backUp(context, 'web-guest')).done;
  expect(files()).toHaveLength(2);
  await abandonBackups(context, 'web-guest');
  await abandonBackups(context, 'web-guest');
  expect(files()).toEqual(['/backup/somebody-elses.qcow2']);
  expect(context.asked.filter((line) => line.includes('domjobabort'))).toHaveLength(1);
});

test('leaves a backup of somebody else running', async () => {
  const { context } = node({ foreign: true });
  await abandonBackups(context, 'web-guest');
  expect(context.asked.filter((line) => line.includes('backup-dumpxml'))).not.toEqual([]);
  expect(context.asked.filter((line) => line.includes('domjobabort'))).toEqual([]);
});

test('says so when a node cannot be looked at: it may be off, and hold what a backup left', async () => {
  const { context } = node();
  const cutOff = { ...context, fleet: { ...context.fleet, hosts: new Map([...context.fleet.hosts].map(([name, host]) => [name, name === 'n3' ? { ...host, exec: () => Promise.reject(new Error('no route')) } : host])) } };
  await expect(abandonBackups(cutOff, 'web-guest')).rejects.toThrow(/on n3 could not be removed: no route/);
});

test('does not blame the cluster when nobody answers where the guest runs: our own way may be cut', async () => {
  const mute = scriptedContext((_, command) => recordedCluster('crm-mon-idle.xml')(command) ?? broken);
  await expect(backUp(mute, 'web-guest')).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('It cannot be told where web-guest runs: no answer of n1') as string } });
  const nowhere = scriptedContext((_, command) => recordedCluster('crm-mon-idle.xml')(command) ?? '');
  await expect(backUp(nowhere, 'web-guest')).rejects.toMatchObject({ fault: { blame: 'cluster', message: expect.stringContaining('web-guest runs on no node') as string } });
});
