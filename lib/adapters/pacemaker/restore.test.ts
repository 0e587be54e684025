import { expect, test } from 'vitest';
import { AdapterError } from '../adapter-error.ts';
import type { BackupOutcome } from '../hypervisor.ts';
import { archiveName } from './archive-name.ts';
import { removeScratch } from './remove-scratch.ts';
import { askScratch, restoreBackup } from './restore.ts';
import { scratchNames } from './scratch-names.ts';
import { broken, recordedCluster, scriptedContext, type Answer } from './testing.ts';

const at = new Date('2026-11-21T03:04:05.678Z');
const archive = `/backup/${archiveName('web', at, 'vda.qcow2')}`;
const names = scratchNames('web');
const backup: BackupOutcome = { archive: `n2:${archive}`, node: 'n2', status: 'OK', warnings: 0, bytes: 1, guestDiskBytes: 1, listed: true, verified: true, verification: '', durationMs: 1 };
const domainXml = "<domain><name>web</name><devices><disk device='disk' type='network'><target dev='vda'/></disk><interface type='bridge'><source bridge='vmbr0'/></interface></devices></domain>";

/** Node n2 holds the backup of web; an invented host. */
function host({ compare = 'Images are identical.\n', files = [archive], stuck = false, silent = '' }: { compare?: Answer; files?: string[]; stuck?: boolean; silent?: string } = {}) {
  let present = [...files];
  let running = false;
  const written = new Map<string, string>();
  const context = scriptedContext((node, command, stdin) => {
    const pacemaker = recordedCluster('crm-mon-idle.xml')(command);
    if (pacemaker !== null) return pacemaker;
    if (node === silent) return broken;
    if (node !== 'n2') return command.includes('curl') ? { code: 1 } : command.startsWith('sh -c test') ? 'no\n' : '';
    if (command.includes('convert')) present.push(command.split(' ').at(-1) ?? '');
    if (command.includes('compare')) return compare;
    if (command.startsWith('cat')) return domainXml;
    if (command.startsWith('tee')) written.set(command.split(' ').at(-1) ?? '', stdin ?? '');
    if (command.includes('virsh') && command.includes(' create ')) running = true;
    if (command.includes(' destroy ')) running = stuck;
    if (command.includes('list --all')) return running ? `web\n${names.domain}\n` : 'web\n';
    if (command.includes('curl')) return running ? '{"ack":7}' : { code: 7 };
    if (command.startsWith('sh -c test')) return 'yes\n';
    if (command.startsWith('find')) {
      const prefix = /-name (\S+)\*/.exec(command)?.[1] ?? 'nothing';
      const ours = present.filter((file) => file.startsWith(`/backup/${prefix}`));
      if (command.endsWith('-delete')) present = present.filter((file) => !ours.includes(file));
      return command.endsWith('-delete') ? '' : `${ours.join('\n')}\n`;
    }
    return '';
  });
  return { context, written, files: () => present };
}

test('restores to an image of its own, compares it, and starts it under another name on a bridge of its own', async () => {
  const { context, written } = host();
  const outcome = await (await restoreBackup(context, 'web-guest', backup)).done;
  expect(outcome).toMatchObject({ scratch: names.domain, node: 'n2', identical: true });
  const [definition] = written.values();
  expect(definition).toContain(`<name>${names.domain}</name>`);
  expect(definition).toContain(`bridge="${names.bridge}"`);
  expect(definition).not.toContain('vmbr0');
  const changing = context.asked.filter((line) => /convert|netns add| create /.test(line));
  expect(changing.map((line) => line.slice(0, 3))).toEqual(['n2:', 'n2:', 'n2:']);
});

test('a restored disk that differs from the archive is told as such', async () => {
  expect(await (await restoreBackup(host({ compare: { code: 1, stdout: 'Content mismatch at offset 4096!' } }).context, 'web-guest', backup)).done).toMatchObject({ identical: false, comparison: 'vda: Content mismatch at offset 4096!' });
});

test('a backup whose archive is gone is a failure of the cluster', async () => {
  const error: unknown = await (await restoreBackup(host({ files: [] }).context, 'web-guest', backup)).done.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AdapterError);
  expect((error as AdapterError).fault).toMatchObject({ blame: 'cluster', phase: 'restore', message: expect.stringContaining('There is no archive of web-guest') as string });
});

test('asks the scratch guest from its own network', async () => {
  const { context } = host();
  expect(await askScratch(context, 'web-guest', 'http://www.lab/status.json')).toBeNull();
  await (await restoreBackup(context, 'web-guest', backup)).done;
  expect(await askScratch(context, 'web-guest', 'http://www.lab/status.json')).toBe('{"ack":7}');
  expect(context.asked.find((line) => line.includes('curl'))).toContain(names.namespace);
});

test('a scratch guest is not called silent while the node that may hold it cannot be asked', async () => {
  expect(await askScratch(host({ silent: 'n2' }).context, 'web-guest', 'http://www.lab/status.json')).toEqual({ unasked: expect.stringMatching(/./) as string });
  expect(await askScratch(host({ silent: 'n1' }).context, 'web-guest', 'http://www.lab/status.json')).toBeNull();
});

test('removes the scratch guest with its files, leaves the backup, and again without effect', async () => {
  const { context, files } = host();
  await (await restoreBackup(context, 'web-guest', backup)).done;
  expect(files()).toHaveLength(2);
  await removeScratch(context, 'web-guest');
  await removeScratch(context, 'web-guest');
  expect(files()).toEqual([archive]);
  expect(context.asked.filter((line) => line.includes(' destroy '))).toHaveLength(1);
});

test('what cannot be removed, or looked at, is no success', async () => {
  const { context } = host({ stuck: true });
  await (await restoreBackup(context, 'web-guest', backup)).done;
  await expect(removeScratch(context, 'web-guest', { timeoutMs: 900 })).rejects.toThrow(/scratch guest of web-guest on n2 could not be removed/);
  await expect(removeScratch(host({ silent: 'n3' }).context, 'web-guest')).rejects.toThrow(/on n3 could not be removed/);
});
