import { setTimeout as sleep } from 'node:timers/promises';
import { basename } from 'node:path';
import { backupTargetsOf } from '../../platforms/pacemaker/domain.ts';
import { abortJobCommand, activeDomainsCommand, backupXmlCommand, readNames } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { archivePrefix } from './archive-name.ts';
import { filesWith } from './backup-verification.ts';
import { actOn, clusterError, type PacemakerContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';
import { allow, within } from '../operation.ts';
import { pacemakerOptions } from './options.ts';

const timeoutMs = 60_000;
const commandTimeoutMs = 15_000;
const pollMs = 200;

/** True while a backup runs on the domain that writes files of ours. */
async function ourJobRuns(context: PacemakerContext, node: string, domain: string, prefix: string, signal: AbortSignal): Promise<boolean> {
  const { code, stdout } = (await context.fleet.hosts.get(node)?.exec(backupXmlCommand(domain), { timeoutMs: commandTimeoutMs, signal })) ?? { code: 1, stdout: '' };
  return code === 0 && backupTargetsOf(stdout).some((path) => basename(path).startsWith(prefix));
}

async function abandonOn(context: PacemakerContext, node: string, domain: string, folder: string, prefix: string, signal: AbortSignal): Promise<void> {
  const run = async (argv: readonly string[]): Promise<string> => (await actOn(context, node, argv, { timeoutMs: commandTimeoutMs, signal })).stdout;
  if (readNames(await run(activeDomainsCommand)).includes(domain)) {
    while (await ourJobRuns(context, node, domain, prefix, signal)) {
      await run(abortJobCommand(domain)).catch(() => signal.throwIfAborted()); // it may have ended by itself meanwhile
      await sleep(pollMs, undefined, { signal });
    }
  }
  if ((await run(['sh', '-c', 'test -d "$1" && echo yes || echo no', 'sh', folder])).trim() === 'no') return;
  await run(['find', folder, '-mindepth', '1', '-maxdepth', '1', '-type', 'f', '-name', `${prefix}*`, '-delete']);
  const left = await filesWith(context, node, folder, prefix, signal);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
}

/**
 * Ends a backup of ours that runs on the guest and removes every file of ours of it, on all nodes; reads back that
 * nothing is left, and throws where a node cannot be asked. What others backed up is not touched. Idempotent.
 */
export async function abandonBackups(context: PacemakerContext, name: string, options?: CallOptions): Promise<void> {
  const { resource, domain } = guestNamed(context, name, 'abandon backups');
  const folder = pacemakerOptions(context.environment).backup?.directory;
  if (folder === undefined) return; // without a folder no backup of ours was ever begun
  const prefix = archivePrefix(resource ?? domain);
  await within(allow(options, timeoutMs, 'abandon backups', name), async (signal) => {
    // A node that is off may hold what a backup left when it lost its power: then nothing is read back, and it is tried again.
    await Promise.all([...context.fleet.hosts.keys()].map(async (node) => {
      try {
        await abandonOn(context, node, domain, folder, prefix, signal);
      } catch (error) {
        throw clusterError(`Backups of ${name} on ${node} could not be removed: ${(error as Error).message}.`, 'Files of ours may be left there.', `Look for ${folder}/${prefix}* on ${node}.`, 'abandon backups', name, error);
      }
    }));
  });
}
