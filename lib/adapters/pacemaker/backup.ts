import { setTimeout as sleep } from 'node:timers/promises';
import { backupXml, capacitiesOf, disksOf } from '../../platforms/pacemaker/domain.ts';
import { backupBeginCommand, blockStatsCommand, dumpXmlCommand, jobCommand, readJob, type DomainJob } from '../../platforms/pacemaker/virsh.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import { archiveName, archivePrefix, definitionSuffix } from './archive-name.ts';
import { filesWith, verifyArchives } from './backup-verification.ts';
import { actOn, clusterError, CommandFailed, toolError, type PacemakerContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { pacemakerOptions } from './options.ts';
import { askRunningDomains, collectRunningDomains } from './running-domains.ts';

const defaultTimeoutMs = 3_600_000;
const pollMs = 200;
/** Statistics of a completed job appear this long after it has vanished at the latest, ms. */
const statisticsWaitMs = 3000;
const commandTimeoutMs = 30_000;
/** A request whose connection broke has been carried out after this time, ms (sshd starts a command at once, 20 ms in the lab); one that is later yet is refused as a second job. */
const lateBeginMs = 1000;
/** How often a backup is begun over a connection that breaks. */
const beginAttempts = 3;

interface Plan {
  guest: string;
  id: string;
  domain: string;
  node: string;
  folder: string;
  request: string;
  /** The guest's definition, which is backed up with its disks, and where. */
  definition: { path: string; xml: string };
  archives: Map<string, string>;
  capacities: Map<string, number>;
  xml: string;
}

async function plan(context: PacemakerContext, name: string, signal: AbortSignal): Promise<Plan> {
  const { domain, resource } = guestNamed(context, name, 'backup');
  const id = resource ?? domain;
  const folder = pacemakerOptions(context.environment).backup?.directory;
  if (folder === undefined) throw toolError('The environment file names no folder for backups.', 'Nothing was done.', 'Set pacemaker.backup.directory.', 'backup', name);
  const running = await collectRunningDomains(context, askRunningDomains(context, 'patient', { signal }), new Set());
  const nodes = [...running].flatMap(([node, domains]) => (!(domains instanceof Error) && domains.includes(domain) ? [node] : []));
  const [node] = nodes;
  const mute = [...running].flatMap(([silent, domains]) => (domains instanceof Error ? [`${silent} (${domains.message})`] : []));
  // Whoever does not answer us may run it all the same: that is no failure of the cluster.
  if (node === undefined && mute.length > 0) throw toolError(`It cannot be told where ${name} runs: no answer of ${mute.join(', ')}.`, 'It was not backed up.', 'See that these nodes can be reached and run the same again.', 'backup', name);
  if (node === undefined || nodes.length > 1) throw clusterError(`${name} runs on ${nodes.join(' and ') || 'no node'}.`, 'It cannot be backed up.', 'See that it runs on exactly one node.', 'backup', name);
  const read = async (argv: string[]): Promise<string> => (await actOn(context, node, argv, { timeoutMs: commandTimeoutMs, signal })).stdout;
  const definition = await read(dumpXmlCommand(domain));
  const disks = disksOf(definition);
  const at = new Date();
  const archives = new Map(disks.filter((disk) => disk.data).map(({ target }) => [target, `${folder}/${archiveName(id, at, `${target}.qcow2`)}`]));
  if (archives.size === 0) throw clusterError(`${name} has no disk that could be backed up.`, 'Nothing was done.', 'Name a guest with a disk.', 'backup', name);
  return { guest: name, id, domain, node, folder, request: `${folder}/${archiveName(id, at, 'request.xml')}`, definition: { path: `${folder}/${archiveName(id, at, definitionSuffix)}`, xml: definition }, archives, capacities: capacitiesOf(await read(blockStatsCommand(domain))), xml: backupXml(disks, archives) };
}

/** Follows the job to its end. A reading that fails is tried again: the job goes on without us. */
async function followJob(context: PacemakerContext, { node, domain }: Plan, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<DomainJob | null> {
  const job = async (which: 'running' | 'completed'): Promise<DomainJob | null | undefined> => {
    try {
      return readJob((await actOn(context, node, jobCommand(domain, which), { timeoutMs: commandTimeoutMs, signal })).stdout);
    } catch (error) {
      signal.throwIfAborted();
      log.add(`no answer of ${node}: ${(error as Error).message}`);
      return undefined;
    }
  };
  for (;;) {
    const now = await job('running');
    if (now === null) break;
    if (now?.operation === 'backup') isUnderWay();
    if (now !== undefined) log.add(`${now.operation} under way for ${now.elapsedMs ?? '?'} ms`);
    await sleep(pollMs, undefined, { signal });
  }
  const deadline = performance.now() + statisticsWaitMs;
  for (;;) {
    const done = await job('completed');
    if (done?.operation === 'backup' || performance.now() > deadline) return done ?? null;
    await sleep(pollMs, undefined, { signal });
  }
}

/** Whether the job was begun, read from the node: libvirt makes the images, whose names are ours alone, when it begins. */
async function hasBegun(context: PacemakerContext, { node, folder, id, archives }: Plan, log: OperationLog, signal: AbortSignal): Promise<boolean> {
  // A command whose connection is gone may still be carried out: the images are looked for over a while in which the node answers.
  for (let firstAnswerAt: number | null = null; firstAnswerAt === null || performance.now() - firstAnswerAt < lateBeginMs; await sleep(pollMs, undefined, { signal })) {
    try {
      const present = await filesWith(context, node, folder, archivePrefix(id), signal);
      if ([...archives.values()].some((path) => present.includes(path))) return true;
      firstAnswerAt ??= performance.now();
    } catch (error) {
      signal.throwIfAborted();
      log.add(`no answer of ${node}: ${(error as Error).message}`);
    }
  }
  return false;
}

/** Begins the job. Where the connection breaks meanwhile, it is read back whether libvirt was reached; if not, it is begun again. */
async function beginJob(context: PacemakerContext, planned: Plan, log: OperationLog, signal: AbortSignal, fail: (message: string, cause?: unknown) => Error): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await actOn(context, planned.node, backupBeginCommand(planned.domain, planned.request), { timeoutMs: commandTimeoutMs, signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      log.add((error as Error).message);
      // Refused: unless an earlier request, whose answer was lost, has arrived after all.
      if (error instanceof CommandFailed && (attempt === 1 || !(await hasBegun(context, planned, log, signal)))) throw fail(error.message, error);
      if (error instanceof CommandFailed || (await hasBegun(context, planned, log, signal))) return;
      if (attempt === beginAttempts) throw toolError(`The backup of ${planned.guest} could not be begun: the connection to ${planned.node} broke ${attempt} times, the last time with "${(error as Error).message}".`, 'There is no backup, and nothing was learnt about the cluster.', 'See why this connection breaks, and run the same again.', 'backup', planned.guest, error);
      log.add(`${planned.node} was not reached: the backup is begun again`);
    }
  }
}

async function work(context: PacemakerContext, planned: Plan, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<BackupOutcome> {
  const { guest, id, node, domain, folder, archives, capacities, request } = planned;
  const fail = (message: string, cause?: unknown): Error => clusterError(`The backup of ${guest} failed: ${message}.`, 'There is no archive that can be relied on.', `See the log of libvirt on ${node} and the free space of ${folder}.`, 'backup', guest, cause);
  const begun = performance.now();
  await actOn(context, node, ['mkdir', '-p', '--', folder], { timeoutMs: commandTimeoutMs, signal });
  await actOn(context, node, ['tee', '--', planned.definition.path], { stdin: planned.definition.xml, timeoutMs: commandTimeoutMs, signal });
  await actOn(context, node, ['tee', '--', request], { stdin: planned.xml, timeoutMs: commandTimeoutMs, signal });
  log.add(`${node}: backup-begin of ${domain} to ${[...archives.values()].join(', ')}`);
  await beginJob(context, planned, log, signal, fail);
  const job = await followJob(context, planned, log, signal, isUnderWay);
  await actOn(context, node, ['rm', '-f', '--', request], { timeoutMs: commandTimeoutMs, signal });
  const ok = job?.operation === 'backup' && job.ok === true;
  log.add(ok ? `the job is completed after ${job.elapsedMs ?? '?'} ms` : `the job ended otherwise: ${job?.error ?? job?.operation ?? 'libvirt says nothing of it'}`);
  if (job?.operation === 'backup' && job.ok === false) throw fail(job.error ?? 'libvirt says that the job failed or was cancelled');
  const verification = await verifyArchives(context, node, folder, archivePrefix(id), archives, capacities, signal);
  log.add(verification.verification);
  return {
    archive: `${node}:${[...archives.values()].join(' ')}`,
    node,
    status: ok ? 'OK' : 'unknown: libvirt kept no statistics of the job',
    warnings: 0,
    guestDiskBytes: [...archives.keys()].reduce((sum, disk) => sum + (capacities.get(disk) ?? 0), 0),
    ...verification,
    durationMs: performance.now() - begun,
  };
}

/** Full backup of a running guest into a qcow2 image for each disk, on the node that runs it; verified before it is called done. */
export async function backUp(context: PacemakerContext, name: string, options?: CallOptions): Promise<Operation<BackupOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, 'backup', name);
  const planned = await within(allowance, (signal) => plan(context, name, signal));
  return begin(`virsh backup-begin ${planned.domain} on ${planned.node}`, allowance, (log, signal, isUnderWay) => work(context, planned, log, signal, isUnderWay));
}
