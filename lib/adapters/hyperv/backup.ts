import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exportReading, guestReading, leftReading, membershipReading } from '../../platforms/hyperv/readings.ts';
import { PowerShellError } from '../../transports/powershell/powershell-error.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { archiveName, archivePrefix } from '../pacemaker/archive-name.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { runOn, runOnEach, type HypervContext } from './context.ts';
import { guestNamed, onlyPlaceOf, stateOf, type Guest } from './guest-lookup.ts';
import { hypervOptions } from './options.ts';

const defaultTimeoutMs = 3_600_000;
const abandonTimeoutMs = 600_000;
const verifyTimeoutMs = 600_000;
const pollMs = 1000;
const phase = 'backup';

interface Plan {
  guest: Guest;
  node: string;
  folder: string;
  disks: { path: string; size: number }[];
}

/** The folder for exports. @throws AdapterError when the environment file names none */
export function directoryOf(context: HypervContext, name: string): string {
  const directory = hypervOptions(context.environment).backup?.directory;
  if (directory === undefined) throw toolError('The environment file names no folder for backups.', 'Nothing was done.', 'Set hyperv.backup.directory.', phase, name);
  return directory;
}

async function plan(context: HypervContext, name: string, signal: AbortSignal): Promise<Plan> {
  const directory = directoryOf(context, name);
  const guest = await guestNamed(context, name, phase, { signal });
  const state = await stateOf(context, guest, phase, { signal });
  const node = onlyPlaceOf(state, 'It cannot be backed up.', phase);
  const { value } = await runOn(context, node, 'read-guest', guestReading, { signal, parameters: { Id: guest.machine } });
  return { guest, node, folder: `${directory}\\${archiveName(guest.role, new Date(), 'export')}`, disks: value.disks };
}

/** Says when the node shows that the export is under way; ends with the signal, never throws. */
async function watch(context: HypervContext, { guest, node }: Plan, isUnderWay: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const reading = await runOn(context, node, 'read-membership', membershipReading, { signal }).catch(() => null);
    if (reading?.value.guests.some(({ id, operational }) => id.toLowerCase() === guest.machine && operational.includes('ExportingVirtualMachine')) === true) return isUnderWay();
    await sleep(pollMs, undefined, { signal }).catch(() => null);
  }
}

async function work(context: HypervContext, planned: Plan, log: OperationLog, signal: AbortSignal): Promise<BackupOutcome> {
  const { guest, node, folder, disks } = planned;
  const fail = (message: string, cause?: unknown): Error => clusterError(`The backup of ${guest.name} failed: ${message}.`, 'There is no archive that can be relied on.', `See the events of Hyper-V-VMMS-Admin on ${node} and the free space of ${folder}.`, phase, guest.name, cause);
  const begun = performance.now();
  log.add(`${node}: Export-VM of ${guest.role} to ${folder}, with a state of its disks that its own writers agreed to`);
  try {
    await runOn(context, node, 'export-guest', z.unknown(), { signal, timeoutMs: defaultTimeoutMs, parameters: { Id: guest.machine, Folder: folder } });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PowerShellError && error.kind === 'failed') throw fail(error.message, error);
    throw toolError(`What became of the backup of ${guest.name} is unknown: ${(error as Error).message}.`, 'There is no backup that can be relied on, and nothing was learnt about the cluster.', `See why the connection to ${node} broke, and run the same again.`, phase, guest.name, error);
  }
  log.add('Export-VM ended without an error');
  const { value } = await runOn(context, node, 'verify-export', exportReading, { signal, timeoutMs: verifyTimeoutMs, parameters: { Folder: folder } });
  const findings = [
    ...(value.configurations === 1 ? [] : [`${value.configurations} configurations instead of one`]),
    ...(value.disks.length >= disks.length ? [] : [`${value.disks.length} of ${disks.length} disks`]),
    ...value.disks.filter(({ intact }) => intact !== true).map(({ name }) => `${name} is damaged (Test-VHD)`),
    ...value.incompatibilities.map(({ id, message }) => `Compare-VM: ${message} (${id})`),
  ];
  const verification = findings.length === 0 ? `one configuration that Compare-VM finds nothing against, ${value.disks.length} disk(s) that Test-VHD finds intact` : findings.join('; ');
  log.add(verification);
  return {
    archive: `${node}:${folder}`,
    node,
    status: 'OK',
    warnings: 0,
    bytes: value.disks.reduce((sum, { bytes }) => sum + bytes, 0),
    guestDiskBytes: disks.reduce((sum, { size }) => sum + size, 0),
    listed: value.configurations > 0,
    verified: findings.length === 0,
    verification,
    durationMs: performance.now() - begun,
  };
}

/** Exports a running guest on its node, and verifies the export before it is called done. */
export async function backUp(context: HypervContext, name: string, options?: CallOptions): Promise<Operation<BackupOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const planned = await within(allowance, (signal) => plan(context, name, signal));
  return begin(`Export-VM ${planned.guest.role} on ${planned.node}`, allowance, async (log, signal, isUnderWay) => {
    const ended = new AbortController();
    const watching = watch(context, planned, isUnderWay, AbortSignal.any([signal, ended.signal]));
    try {
      return await work(context, planned, log, signal);
    } finally {
      ended.abort();
      await watching;
    }
  });
}

/**
 * Waits for an export of the guest that still runs, removes every export of ours of it on all nodes, and reads back that none is left.
 * Windows goes on with an export whose client is gone, and has no documented way to cancel it. Idempotent.
 */
export async function abandonBackups(context: HypervContext, name: string, options?: CallOptions): Promise<void> {
  const directory = directoryOf(context, name);
  const listed = context.environment.guests.find((guest) => guest.name === name);
  if (listed === undefined) throw toolError(`The environment file lists no guest "${name}".`, 'Nothing was done.', `Its guests are ${context.environment.guests.map((guest) => guest.name).join(', ')}.`, phase, name);
  const parameters = { Folder: directory, Prefix: archivePrefix(listed.id) };
  await within(allow(options, abandonTimeoutMs, 'removal of backups', name), async (signal) => {
    const machine = context.machines.get(listed.id);
    for (;; await sleep(pollMs, undefined, { signal })) {
      const views = await runOnEach(context, 'read-membership', membershipReading, { signal });
      const exporting = [...views.values()].some((view) => !(view instanceof Error) && view.value.guests.some(({ id, operational }) => id.toLowerCase() === machine && operational.includes('ExportingVirtualMachine')));
      if (exporting) continue;
      const answers = await runOnEach(context, 'remove-exports', leftReading, { signal, parameters });
      const errors = [...answers].flatMap(([node, answer]) => (answer instanceof Error ? [`${node}: ${answer.message}`] : []));
      if (errors.length > 0) throw clusterError(`What backups of ours left of ${name} in ${directory} could not be removed: ${errors.join('; ')}.`, 'They take room.', `Remove the folders that begin with ${parameters.Prefix}.`, 'removal of backups', name);
      if ([...answers.values()].every((answer) => !(answer instanceof Error) && answer.value.left.length === 0)) return;
    }
  });
}
