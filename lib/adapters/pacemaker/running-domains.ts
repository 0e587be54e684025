import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../record/scrub.ts';
import type { ExecResult, SshHost } from '../../transports/ssh.ts';
import { readNames, runningDomainsCommand } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { withSignal, type PacemakerContext } from './context.ts';

/** What the hypervisors themselves say runs: domains by node, or why a node's answer is missing. */
export type RunningDomains = ReadonlyMap<string, readonly string[] | Error>;

/** How long a node that the cluster calls offline is waited for once the cluster has answered, ms. */
const graceMs = 250;
/** How long a node is waited for, ms: `brief` for one that was silent the last time, so that a dead node does not slow down who watches a recovery. */
const waitMs = { patient: 3000, quick: 1500, brief: 250 };

async function listOn(context: PacemakerContext, host: SshHost, patience: Patience, options?: CallOptions): Promise<readonly string[] | Error> {
  const silent = context.silent.has(host.name) || context.fleet.unreachable().has(host.name);
  const timeoutMs = patience === 'patient' ? waitMs.patient : silent ? waitMs.brief : waitMs.quick;
  const answer: ExecResult | Error = await host.exec(runningDomainsCommand, { timeoutMs, ...withSignal(options) }).catch((error: Error) => error);
  if (answer instanceof Error) {
    context.silent.add(host.name);
    return answer;
  }
  context.silent.delete(host.name);
  return answer.code === 0 ? readNames(answer.stdout) : new Error(`libvirt does not answer: ${quote(answer.stderr.trim(), 200)}`);
}

/** `patient`: a node that is slow all the time is waited for all the same. */
export type Patience = 'patient' | 'quick';

/** Begins to ask all nodes at once. */
export function askRunningDomains(context: PacemakerContext, patience: Patience, options?: CallOptions): Map<string, Promise<readonly string[] | Error>> {
  return new Map([...context.fleet.hosts.values()].map((host) => [host.name, listOn(context, host, patience, options)]));
}

/**
 * Collects the answers. A node that the cluster calls offline is waited for only for a moment, and not at all when it was
 * silent before: what it says counts (it may be alive and cut off), its silence is that of a dead node and left out.
 */
export async function collectRunningDomains(context: PacemakerContext, asked: Map<string, Promise<readonly string[] | Error>>, offline: ReadonlySet<string>): Promise<RunningDomains> {
  const answers = await Promise.all([...asked].map(async ([node, answer]): Promise<[string, readonly string[] | Error] | null> => {
    if (!offline.has(node)) return [node, await answer];
    const soFar = await Promise.race([answer, sleep(context.silent.has(node) ? 0 : graceMs, null)]);
    if (soFar === null) context.silent.add(node);
    return soFar === null || soFar instanceof Error ? null : [node, soFar];
  }));
  return new Map(answers.filter((answer) => answer !== null));
}
