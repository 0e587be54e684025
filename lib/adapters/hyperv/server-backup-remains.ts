import { setTimeout as sleep } from 'node:timers/promises';
import { leftReading, membershipReading } from '../../platforms/hyperv/readings.ts';
import type { ServerTarget } from '../../platforms/hyperv/server-backup-readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { archivePrefix } from '../pacemaker/archive-name.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { askChange, wordsOf } from './ask-change.ts';
import { runOn, runOnEach, type HypervContext } from './context.ts';
import { readServerTarget } from './server-backup.ts';

const abandonTimeoutMs = 600_000;
const changeTimeoutMs = 120_000;
const pollMs = 1000;
const phase = 'removal of backups';
/** Jobs and versions tell when they began to the second, or to the minute, ms. */
const jobResolutionMs = 2000;
const versionResolutionMs = 60_000;

export interface Remains {
  /** When the job began that is ours and still runs. */
  running: Date | null;
  versions: string[];
  /** Versions that came behind our mark and do not say of what they are: nobody can tell whose they are. */
  doubtful: string[];
}

/**
 * What of Windows Server Backup on a node is ours, by the marks that stand there: each was made when no job ran and the volume held no
 * version. So the first job behind a mark is ours, and so are versions behind it of this machine and nothing else. Pure.
 */
export function remainsOf({ marks, running, last, versions }: Pick<ServerTarget, 'marks' | 'running' | 'last' | 'versions'>, machine: string): Remains {
  if (marks.length === 0) return { running: null, versions: [], doubtful: [] };
  const since = Math.min(...marks.map(({ utc }) => utc.getTime()));
  const isBehind = (moment: Date, resolutionMs: number): boolean => moment.getTime() >= since - resolutionMs;
  const isFirst = last === null || !isBehind(last.began, jobResolutionMs);
  const behind = versions.filter(({ utc }) => isBehind(utc, versionResolutionMs));
  return {
    running: running !== null && isFirst && isBehind(running.began, jobResolutionMs) ? running.began : null,
    versions: behind.filter(({ machines }) => machines.length === 1 && machines[0]?.toLowerCase() === machine.toLowerCase()).map(({ id }) => id),
    doubtful: behind.filter(({ machines, volumes }) => machines.length === 0 && volumes === 0).map(({ id }) => id),
  };
}

/** The name of a guest's machine, as any node that has it tells it. @throws AdapterError where none does */
async function machineOf(context: HypervContext, name: string, id: string | undefined, options: CallOptions): Promise<string> {
  const views = await runOnEach(context, 'read-membership', membershipReading, options);
  const found = [...views.values()].flatMap((view) => (view instanceof Error ? [] : view.value.guests)).find((guest) => guest.id.toLowerCase() === id);
  if (found === undefined) throw clusterError(`No node that answers has the machine of ${name}.`, 'It cannot be told which backups are of it.', 'Bring the nodes back, and run the same again.', phase, name);
  return found.name;
}

/** Brings one node nearer to having nothing of ours. Null when it has nothing; else what is left, with the words of Windows where it refused. */
async function clear(context: HypervContext, node: string, volume: string, prefix: string, machine: string, signal: AbortSignal): Promise<string | null> {
  const target = await readServerTarget(context, node, volume, prefix, { signal });
  if (target.marks.length === 0) return null;
  const { running, versions, doubtful } = remainsOf(target, machine);
  const refused: string[] = [];
  const change = async (script: 'stop-server-backup' | 'remove-server-backup', parameters: Record<string, string>): Promise<void> => {
    const asked = await askChange(context, node, script, { signal, timeoutMs: changeTimeoutMs, parameters });
    if (asked.how !== 'sent') refused.push(wordsOf(asked));
  };
  if (running !== null) await change('stop-server-backup', { Began: running.toISOString() });
  else for (const version of versions) await change('remove-server-backup', { Volume: volume, Version: version });
  if (running !== null || versions.length > 0) return [running === null ? versions.map((version) => `version ${version}`).join(', ') : `the job of ${running.toISOString()}`, ...refused].join(': ');
  if (doubtful.length > 0) throw clusterError(`${doubtful.join(', ')} on ${volume} of ${node} came behind our mark and does not say of which machine it is.`, 'It was not removed, and takes room.', `Run "Get-WBBackupSet -BackupTarget (New-WBBackupTarget -VolumePath ${volume})" on ${node}, remove it with Remove-WBBackupSet if it is of ${machine} alone, and then the file that begins with ${prefix} in ${volume}\\ha-acceptance.`, phase, node);
  const { value } = await runOn(context, node, 'remove-server-marks', leftReading, { signal, parameters: { Volume: volume, Prefix: prefix } });
  return value.left.length === 0 ? null : value.left.join(', ');
}

/**
 * Stops a job of ours of the guest that still runs, removes the versions of ours on all nodes, reads back that none is left, and removes
 * our marks last. What others backed up is left alone. Idempotent.
 */
export async function abandonServerBackups(context: HypervContext, name: string, volume: string, options?: CallOptions): Promise<void> {
  const listed = context.environment.guests.find((guest) => guest.name === name);
  if (listed === undefined) throw toolError(`The environment file lists no guest "${name}".`, 'Nothing was done.', `Its guests are ${context.environment.guests.map((guest) => guest.name).join(', ')}.`, phase, name);
  const prefix = archivePrefix(listed.id);
  await within(allow(options, abandonTimeoutMs, phase, name), async (signal) => {
    const machine = await machineOf(context, name, context.machines.get(listed.id), { signal });
    for (const node of context.fleet.hosts.keys()) {
      let left: string | null = null;
      try {
        while ((left = await clear(context, node, volume, prefix, machine, signal)) !== null) await sleep(pollMs, undefined, { signal });
      } catch (error) {
        if (!signal.aborted || left === null) throw error;
        throw clusterError(`What is left of backups of ${name} on ${volume} of ${node} could not be removed: ${left}.`, 'It takes room, and keeps another backup from being made.', `See what Windows Server Backup of ${node} says, and run the same again: the mark beside it is kept.`, phase, name, error);
      }
    }
  });
}
