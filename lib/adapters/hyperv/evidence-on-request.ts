import { clusterLogReading, serverBackupReading, validationReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, Evidence } from '../hypervisor.ts';
import { runOn, runOnEach, type HypervContext } from './context.ts';
import { hypervOptions } from './options.ts';

const logCharacters = 2_000_000;
const reportCharacters = 4_000_000;
const logTimeoutMs = 180_000;
const reportTimeoutMs = 60_000;

/** Minutes from a moment of ours until now, by which Get-ClusterLog counts; one more for clocks that differ a little. */
export function minutesSince(since: Date, now = new Date()): number {
  return Math.max(1, Math.ceil((now.getTime() - since.getTime()) / 60_000) + 1);
}

/**
 * The cluster log of a node. That it cannot be made is told in its place and proves nothing: the events of the node are read all the
 * same, and Windows documents that this cmdlet may want credentials that a login by key does not have.
 */
async function logOf(context: HypervContext, node: string, since: Date, options: CallOptions): Promise<Evidence> {
  const title = `Cluster log of ${node}`;
  try {
    const { value } = await runOn(context, node, 'read-cluster-log', clusterLogReading, { ...options, timeoutMs: logTimeoutMs, parameters: { Minutes: minutesSince(since), Most: logCharacters } });
    if (value.files === 0) return { title, mediaType: 'text/plain', text: 'Get-ClusterLog made no file.\n' };
    return { title: value.length > value.text.length ? `${title} (its last ${value.text.length} of ${value.length} characters)` : title, mediaType: 'text/plain', text: value.text };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { title, mediaType: 'text/plain', text: `It could not be made: ${(error as Error).message}\n` };
  }
}

const testCommand = '"Test-Cluster -Ignore Storage" on a node (it takes minutes, and tests no disk that is online)';

/** How old a report is, in whole days or hours, by the clock of the node that has it. */
export function ageWords(written: Date, now: Date): string {
  const hours = Math.max(0, Math.floor((now.getTime() - written.getTime()) / 3_600_000));
  return hours < 48 ? `${hours} hour${hours === 1 ? '' : 's'} old` : `${Math.floor(hours / 24)} days old`;
}

/** The newest report of Test-Cluster on any node with its age, the first time that it is asked for. That there is none is said, with the way to one. */
async function reportOf(context: HypervContext, options: CallOptions): Promise<Evidence[]> {
  if (context.reportGiven === true) return [];
  const answers = await runOnEach(context, 'read-validation', validationReading, { ...options, timeoutMs: reportTimeoutMs, parameters: { Most: reportCharacters } });
  const reports = [...answers].flatMap(([node, answer]) => (answer instanceof Error || answer.value.report === null ? [] : [{ node, now: answer.utc, ...answer.value.report }]));
  const newest = reports.toSorted((one, other) => other.utc.getTime() - one.utc.getTime())[0];
  // A node that is silent may have a newer one: then it is asked again.
  const silent = [...answers].flatMap(([node, answer]) => (answer instanceof Error ? [`${node}: ${answer.message}`] : []));
  context.reportGiven = silent.length === 0;
  const unasked = silent.length === 0 ? '' : ` Not asked: ${silent.join('; ')}.`;
  if (newest === undefined) return [{ title: 'Report of Test-Cluster: there is none', mediaType: 'text/plain', text: `No node that answers has a report of Test-Cluster, which Microsoft makes a condition of support. Run ${testCommand}.${unasked}\n` }];
  return [{ title: `Report of Test-Cluster of ${newest.utc.toISOString()} on ${newest.node}, ${ageWords(newest.utc, newest.now)}${newest.whole ? '' : ' (its beginning)'}`, mediaType: 'text/html', text: newest.text }];
}

/** What Windows Server Backup did last on every node; a word instead where it is not installed or does not answer. It judges nothing. */
async function serverBackups(context: HypervContext, options: CallOptions): Promise<Evidence> {
  const answers = await runOnEach(context, 'read-server-backup', serverBackupReading, { ...options, timeoutMs: reportTimeoutMs });
  const told = [...answers].map(([node, answer]) => [node, answer instanceof Error ? answer.message : answer.value.present ? answer.value.last : 'not installed'] as const);
  return { title: 'Windows Server Backup as each node tells of it', mediaType: 'application/json', text: `${JSON.stringify(Object.fromEntries(told), null, 2)}\n` };
}

/** What stands beside the events: the report of Test-Cluster unless the environment file does without, the rest where it asks for it (`hyperv.evidence`). */
export async function evidenceOnRequest(context: HypervContext, since: Date, options: CallOptions): Promise<Evidence[]> {
  const { clusterLog = false, validationReport = true, serverBackup = false } = hypervOptions(context.environment).evidence ?? {};
  const [logs, report, backups] = await Promise.all([
    clusterLog ? Promise.all(context.environment.nodes.map(async ({ name }) => logOf(context, name, since, options))) : [],
    validationReport ? reportOf(context, options) : [],
    serverBackup ? serverBackups(context, options).then((told) => [told]) : [],
  ]);
  return [...logs, ...report, ...backups];
}
