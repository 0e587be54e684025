import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import { moveCommand } from '../../platforms/pacemaker/commands.ts';
import { activeDomainsCommand, jobCommand, readJob, readNames } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import type { MigrationOutcome } from '../outcomes.ts';
import { act, actOn, clusterError, CommandFailed, toolError, type PacemakerContext } from './context.ts';
import { managedGuest } from './guest-lookup.ts';
import { proveArrival } from './migration-proof.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { clearPlacement, clusterIdle, placementConstraints } from './placement.ts';
import { readStatus } from './reading.ts';

const defaultTimeoutMs = 300_000;
const pollMs = 150;
/** A small guest is moved within a second: its migration must be noticed at once by who wants to be there, ms. */
const jobPollMs = 50;
/** When the cluster is idle for so long and the guest has not moved, it will not move, ms. */
const noReactionMs = 15_000;
const listTimeoutMs = 5000;

type Guest = { name: string; resource: string; domain: string };

function placeOf(status: ClusterStatus, resource: string): { nodes: string[]; settled: boolean; role: string } {
  const found = status.resources.find((candidate) => candidate.id === resource);
  return { nodes: found?.nodes ?? [], settled: found?.role === 'Started' && [null, 'Monitoring'].includes(found.pending) && !found.failed, role: found?.pending ?? found?.role ?? 'unknown to Pacemaker' };
}

/** Whether the domain exists on a node; null when the node does not say. */
async function domainOn(context: PacemakerContext, node: string, domain: string, signal: AbortSignal): Promise<boolean | null> {
  try {
    return readNames((await actOn(context, node, activeDomainsCommand, { timeoutMs: listTimeoutMs, signal })).stdout).includes(domain);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** The guest's nodes before the move, with everything that speaks against moving it. */
async function prepare(context: PacemakerContext, guest: Guest, target: string, signal: AbortSignal): Promise<string> {
  const [status, constraints] = await Promise.all([readStatus(context, { signal }), placementConstraints(context, guest.resource, { signal })]);
  const place = placeOf(status, guest.resource);
  const refuse = (message: string, remedy: string): Error => toolError(message, 'Nothing was done.', remedy, 'live migration', guest.name);
  const [from] = place.nodes;
  if (!place.settled || place.nodes.length !== 1 || from === undefined) throw refuse(`${guest.name} is not simply running: ${place.role} on ${place.nodes.join(', ') || 'no node'}.`, 'Wait until it runs on one node.');
  if (from === target) throw refuse(`${guest.name} runs on ${target} already.`, 'Name another node.');
  if (!status.nodes.some((node) => node.name === target && node.online && !node.standby && !node.maintenance)) throw refuse(`Node ${target} cannot take a guest: it is not online, or in standby or maintenance.`, 'Bring it online.');
  if (constraints.length > 0) throw refuse(`An earlier move left the constraint(s) ${constraints.join(', ')}.`, `Remove them with "crm_resource --resource ${guest.resource} --clear".`);
  const domains = await actOn(context, from, activeDomainsCommand, { timeoutMs: listTimeoutMs, signal }).then(({ stdout }) => readNames(stdout), (error: Error) => error);
  signal.throwIfAborted();
  if (domains instanceof CommandFailed) throw clusterError(`Pacemaker says that ${guest.name} runs on ${from}, and libvirt there does not answer: ${domains.message}.`, 'Nothing was done.', `See libvirt on ${from}.`, 'live migration', guest.name, domains);
  // A way that breaks is no failure of the cluster.
  if (domains instanceof Error) throw toolError(`Pacemaker says that ${guest.name} runs on ${from}, and ${from} could not be asked: ${domains.message}`, 'Nothing was done.', `See that ${from} can be reached and run the same again.`, 'live migration', guest.name, domains);
  if (!domains.includes(guest.domain)) throw clusterError(`Pacemaker says that ${guest.name} runs on ${from}, and libvirt there does not list it.`, 'Nothing was done.', 'Find out where it runs.', 'live migration', guest.name);
  return from;
}

/** Follows the move until Pacemaker and libvirt agree that the guest is on the target and nowhere else. */
async function follow(context: PacemakerContext, guest: Guest, from: string, target: string, log: OperationLog, signal: AbortSignal): Promise<ClusterStatus> {
  let lastChange = performance.now();
  let told = '';
  for (;;) {
    const status = await readStatus(context, { signal }).catch((error: Error) => {
      signal.throwIfAborted();
      log.add(`the cluster could not be read: ${error.message}`);
      return null;
    });
    const place = status === null ? null : placeOf(status, guest.resource);
    const words = place === null ? told : `${place.role} on ${place.nodes.join(', ') || 'no node'}`;
    if (words !== told) {
      log.add(words);
      told = words;
      lastChange = performance.now();
    }
    if (status !== null && place?.settled === true && place.nodes.length === 1 && place.nodes[0] === target) {
      const [there, here] = await Promise.all([domainOn(context, target, guest.domain, signal), domainOn(context, from, guest.domain, signal)]);
      if (there === true && here === false) return status;
      log.add(`libvirt: ${there === true ? 'there' : there === false ? 'not there' : 'no answer'} on ${target}, ${here === true ? 'still there' : here === false ? 'gone' : 'no answer'} on ${from}`);
    } else if (performance.now() - lastChange > noReactionMs && (await clusterIdle(context, { signal }))) {
      const failures = status?.failures.filter((failure) => failure.resource === guest.resource).map((failure) => failure.text) ?? [];
      throw clusterError(`${guest.name} did not move to ${target}: the cluster is idle and the guest is ${words}.`, failures.length > 0 ? `Pacemaker remembers: ${failures.join('; ')}.` : 'Pacemaker remembers no failure.', `See the cluster's log on ${from} and ${target}.`, 'live migration', guest.name);
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** Looks at the source until libvirt there shows the job of the migration, then says so. Ends with the signal; never throws. */
async function watchForJob(context: PacemakerContext, { domain }: Guest, from: string, isUnderWay: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const job = await actOn(context, from, jobCommand(domain, 'running'), { timeoutMs: listTimeoutMs, signal }).then(({ stdout }) => readJob(stdout), () => null);
    if (job?.operation === 'outgoing migration' && job.ok === null) return isUnderWay();
    await sleep(jobPollMs, undefined, { signal }).catch(() => null);
  }
}

async function move(context: PacemakerContext, guest: Guest, from: string, target: string, log: OperationLog, signal: AbortSignal): Promise<MigrationOutcome> {
  log.add(`move of ${guest.resource} from ${from} to ${target} requested`);
  try {
    await act(context, moveCommand(guest.resource, target), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandFailed) throw clusterError(`Pacemaker refused to move ${guest.name}: ${error.message}.`, 'It was not moved.', 'See what it says.', 'live migration', guest.name, error);
    // The connection broke in the middle: whether the request is in force is read, never assumed.
    if ((await placementConstraints(context, guest.resource, { signal })).length === 0) throw toolError(`The request to move ${guest.name} did not reach the cluster: ${(error as Error).message}.`, 'It was not moved.', 'Try again.', 'live migration', guest.name, error);
    log.add('the connection broke, and the request is in force');
  }
  const status = await follow(context, guest, from, target, log, signal);
  const arrival = await proveArrival(context, status, guest, target, { signal });
  log.add(`${arrival.how}: ${arrival.source}; downtime ${arrival.downtimeMs ?? '?'} ms, total ${arrival.totalMs ?? '?'} ms`);
  await clearPlacement(context, guest.name, { signal });
  log.add('the request was taken back, the cluster is idle');
  const after = placeOf(await readStatus(context, { signal }), guest.resource);
  if (after.nodes[0] !== target) throw clusterError(`${guest.name} went back to ${after.nodes.join(', ') || 'no node'} when the request to run on ${target} was taken back.`, 'It did not stay.', 'Give it a resource-stickiness above 0.', 'live migration', guest.name);
  if (arrival.how === 'started') throw clusterError(`${guest.name} was stopped and started on ${target} instead of being migrated live (${arrival.source}).`, 'Its users lost their sessions.', 'See that allow-migrate is true and why migrate_to failed.', 'live migration', guest.name);
  return { from, to: target, downtimeMs: arrival.downtimeMs, totalMs: arrival.totalMs, proof: arrival.proof, source: arrival.source };
}

/** Moves a running guest. The request is a constraint that is taken back as soon as the guest has arrived. */
export async function liveMigrate(context: PacemakerContext, name: string, target: string, options?: CallOptions): Promise<Operation<MigrationOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, 'live migration', name);
  const { guest, from } = await within(allowance, async (signal) => {
    const found = await managedGuest(context, name, 'live migration', { signal });
    return { guest: found, from: await prepare(context, found, target, signal) };
  });
  return begin(moveCommand(guest.resource, target).join(' '), allowance, async (log, signal, isUnderWay) => {
    const moved = new AbortController();
    const watching = watchForJob(context, guest, from, isUnderWay, AbortSignal.any([signal, moved.signal]));
    try {
      return await move(context, guest, from, target, log, signal);
    } finally {
      moved.abort();
      await watching;
    }
  });
}
