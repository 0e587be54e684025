import { setTimeout as sleep } from 'node:timers/promises';
import { guestReading } from '../../platforms/hyperv/readings.ts';
import { serverImagesReading, serverTargetReading, type ServerTarget } from '../../platforms/hyperv/server-backup-readings.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { archiveName, archivePrefix } from '../pacemaker/archive-name.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { askChange, wordsOf } from './ask-change.ts';
import { runOn, type HypervContext } from './context.ts';
import { guestNamed, onlyPlaceOf, stateOf, type Guest } from './guest-lookup.ts';

const defaultTimeoutMs = 3_600_000;
const readTimeoutMs = 120_000;
/** Reading the images of a backup from end to end is not what Test-VHD does; it still takes its time for many. */
const verifyTimeoutMs = 600_000;
const pollMs = 1000;
/** A job that was begun and of which nothing is seen for so long was not begun, ms. */
const noReactionMs = 120_000;
const phase = 'backup';

/** Windows tells success as a number, and some versions as a word (field reports). */
const isSuccess = (result: string): boolean => /^(?:0|0x0+|success)$/i.test(result.trim());

/** Reads what Windows Server Backup of a node has on the volume, and the marks of ours of a guest. */
export async function readServerTarget(context: HypervContext, node: string, volume: string, prefix: string, options: CallOptions): Promise<ServerTarget> {
  return (await runOn(context, node, 'read-server-target', serverTargetReading, { timeoutMs: readTimeoutMs, ...options, parameters: { Volume: volume, Prefix: prefix } })).value;
}

interface Plan {
  guest: Guest;
  node: string;
  /** The name of the machine, which Windows Server Backup lists. */
  machine: string;
  volume: string;
  mark: string;
  diskBytes: number;
  /** When the job before ours began. */
  before: Date | null;
}

async function plan(context: HypervContext, name: string, volume: string, signal: AbortSignal): Promise<Plan> {
  const guest = await guestNamed(context, name, phase, { signal });
  const state = await stateOf(context, guest, phase, { signal });
  const node = onlyPlaceOf(state, 'It cannot be backed up.', phase);
  const target = await readServerTarget(context, node, volume, archivePrefix(guest.role), { signal });
  const refuse = (message: string, remedy: string): Error => toolError(message, 'Nothing was done.', remedy, phase, name);
  if (!target.present) throw refuse(`${node} has no Windows Server Backup.`, `Run "Install-WindowsFeature Windows-Server-Backup" on ${node}, or set hyperv.backup.directory.`);
  if (target.free === null) throw refuse(`${node} has no volume ${volume}.`, 'Correct hyperv.backup.serverBackup.volume.');
  if (target.running !== null) throw refuse(`Windows Server Backup of ${node} is at work since ${target.running.began.toISOString()}.`, 'Wait until it is done.');
  if (target.versions.length > 0) throw refuse(`${volume} of ${node} holds ${target.versions.length} backup(s) already: ${target.versions.map(({ id }) => id).join(', ')}.`, 'Give the backups of this harness a volume of their own; what was there before is left alone.');
  const { value } = await runOn(context, node, 'read-guest', guestReading, { signal, parameters: { Id: guest.machine } });
  return { guest, node, machine: value.name, volume, mark: archiveName(guest.role, new Date(), 'server-backup'), diskBytes: value.disks.reduce((sum, { size }) => sum + size, 0), before: target.last?.began ?? null };
}

/** Follows the job that was begun to its end: the one that began after the last one before. */
async function follow(context: HypervContext, { guest, node, volume, before }: Plan, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<ServerTarget & { last: NonNullable<ServerTarget['last']> }> {
  const isOurs = (began: Date | undefined): boolean => began !== undefined && (before === null || began > before);
  let quietSince = performance.now();
  for (;; await sleep(pollMs, undefined, { signal })) {
    const target = await readServerTarget(context, node, volume, archivePrefix(guest.role), { signal }).catch((error: Error) => {
      signal.throwIfAborted();
      log.add(`the job could not be read: ${error.message}`);
      return null;
    });
    if (target === null) continue;
    if (target.running === null && target.last !== null && isOurs(target.last.began)) return { ...target, last: target.last };
    if (isOurs(target.running?.began)) {
      isUnderWay();
      quietSince = performance.now();
      log.add(`under way: ${target.running?.doing ?? ''}`);
    } else if (performance.now() - quietSince > noReactionMs) throw toolError(`Windows Server Backup of ${node} was asked to begin, and no job of it is seen.`, 'There is no backup, and nothing was learnt about the cluster.', `See "Get-WBJob" and the log Microsoft-Windows-Backup of ${node}.`, phase, guest.name);
  }
}

async function work(context: HypervContext, planned: Plan, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<BackupOutcome> {
  const { guest, node, volume, machine, mark, diskBytes } = planned;
  const begun = performance.now();
  const asked = await askChange(context, node, 'begin-server-backup', { signal, timeoutMs: readTimeoutMs, parameters: { Id: guest.machine, Volume: volume, Mark: mark } });
  log.add(`${node}: Start-WBBackup of ${machine} to ${volume} requested: ${wordsOf(asked)}`);
  if (asked.how === 'refused') throw clusterError(`Windows Server Backup of ${node} refuses to back ${machine} up: ${wordsOf(asked)}.`, 'There is no backup.', 'It does not offer machines on cluster shared volumes in every version of Windows: then set hyperv.backup.directory.', phase, guest.name, asked.error);
  if (asked.how === 'not-sent') throw toolError(`Windows Server Backup of ${node} could not be asked: ${wordsOf(asked)}.`, 'There is no backup, and nothing was learnt about the cluster.', `See why ${node} cannot be reached, and run the same again.`, phase, guest.name, asked.error);
  const { last, versions } = await follow(context, planned, log, signal, isUnderWay);
  log.add(`the job ended: ${last.state}, ${last.hresult} (${last.detail}) ${last.words}`.trim());
  const found = versions.filter(({ machines }) => machines.some((one) => one.toLowerCase() === machine.toLowerCase()));
  log.add(`versions on ${volume}: ${versions.map(({ id, machines }) => `${id} (${machines.join(', ') || 'of no machine'})`).join('; ') || 'none'}`);
  const { value: { images } } = await runOn(context, node, 'verify-server-backup', serverImagesReading, { signal, timeoutMs: verifyTimeoutMs, parameters: { Volume: volume } });
  const damaged = images.filter(({ intact }) => intact === false).map(({ name }) => name);
  const unread = images.filter(({ intact }) => intact === null).map(({ name }) => name);
  const isOk = last.state === 'Completed' && isSuccess(last.hresult) && isSuccess(last.detail);
  return {
    archive: found.length === 1 ? `${node}:${volume} version ${found[0]?.id ?? ''}` : `${node}:${volume}, ${found.length} versions of ${machine}`,
    node,
    status: isOk ? 'OK' : `${last.state}, ${last.hresult} (${last.detail}) ${last.words}`.trim(),
    warnings: 0,
    bytes: images.reduce((sum, { bytes }) => sum + bytes, 0),
    guestDiskBytes: diskBytes,
    listed: found.length === 1,
    verified: damaged.length > 0 ? false : images.length === 0 || unread.length > 0 ? null : true,
    verification: damaged.length > 0 ? `${damaged.join(', ')} damaged (Test-VHD)` : images.length === 0 ? `no image of it is seen on ${volume}` : unread.length > 0 ? `Test-VHD could not read ${unread.join(', ')}` : `${images.length} image(s) that Test-VHD finds intact; what is in them was not read`,
    durationMs: performance.now() - begun,
  };
}

/** Backs a running guest up by Windows Server Backup of its node: a policy of this one job, which is stored nowhere, and a mark of ours on the volume. */
export async function backUpByServer(context: HypervContext, name: string, volume: string, options?: CallOptions): Promise<Operation<BackupOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const planned = await within(allowance, (signal) => plan(context, name, volume, signal));
  return begin(`Start-WBBackup ${planned.machine} on ${planned.node}`, allowance, (log, signal, isUnderWay) => work(context, planned, log, signal, isUnderWay));
}
