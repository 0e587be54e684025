import { followTask } from '../../platforms/proxmox/follow-task.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { isQueued } from '../../platforms/proxmox/queued-task.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { changeGuest, guestNow } from '../../platforms/proxmox/requests/guests.ts';
import type { GuestNow } from '../../platforms/proxmox/requests/guests.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import { allow, begin, within } from '../operation.ts';
import type { OperationLog } from '../operation.ts';
import { faultOf } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { findGuest } from './guest-lookup.ts';
import type { FoundGuest } from './guest-lookup.ts';

export type RunState = 'started' | 'stopped';

const defaultTimeoutMs = 300_000;
const pollMs = 2000;
const types: Readonly<Record<RunState, readonly string[]>> = { started: ['qmstart', 'vzstart', 'hastart'], stopped: ['qmshutdown', 'vzshutdown', 'qmstop', 'vzstop', 'hastop'] };

/**
 * Whether a guest is as wanted: by HA where that manages it, and by the process. Null when it is, else what is lacking. HA's
 * word alone is not enough, nor is the process alone: HA would undo what it did not want.
 */
export function lacking(want: RunState, { service, node }: Pick<FoundGuest, 'service' | 'node'>, membership: ClusterMembership, now: GuestNow): string | null {
  if (service !== null && service.state !== want) return `HA says ${service.state}`;
  if (service !== null && service.requested !== want) return `HA wants it ${service.requested}`;
  if (!membership.nodes.some(({ name, online }) => name === node && online)) return `${node} is no member of the cluster now`;
  if (want === 'stopped') return now.running ? `its process runs on ${node}` : null;
  if (!now.running) return `no process runs on ${node}`;
  return now.qmpStatus === null || now.qmpStatus === 'running' ? null : `its process on ${node} is ${now.qmpStatus}`;
}

/** What is lacking now, looked at anew: HA may start a guest on another node than it was on. */
async function lookAgain(context: ProxmoxContext, name: string, want: RunState, phase: string, signal: AbortSignal): Promise<string | null> {
  try {
    const guest = await findGuest(context, name, phase, signal);
    return lacking(want, guest, guest.view.membership, await context.client.read(guestNow(guest.node, guest.config.kind, guest.config.id), { signal }));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProxmoxError && ['unreachable', 'node-unreachable', 'node-silent', 'guest-not-here'].includes(error.kind)) return error.message;
    throw error;
  }
}

async function change(context: ProxmoxContext, name: string, want: RunState, phase: string, log: OperationLog, signal: AbortSignal): Promise<null> {
  const { client, clock } = context;
  const first = await lookAgain(context, name, want, phase, signal);
  if (first === null) {
    log.add(`${name} is ${want} already`);
    return null;
  }
  log.add(first);
  const { node, config: { id, kind } } = await findGuest(context, name, phase, signal);
  const started = await startTask(client, changeGuest(node, kind, id, want === 'started' ? 'start' : 'shutdown'), { clock, node, vmid: id, types: types[want], signal });
  const fail = (message: string, blame: 'cluster' | 'unknown'): AdapterError => new AdapterError({ message, blame, impact: `${name} may not be ${want}.`, remedy: 'See the log of the task, and look at the guest before you try again.', phase, target: name });
  if (started.outcome === 'unknown') throw fail(started.why, 'unknown');
  log.add(started.value.text);
  const { end, log: lines } = await followTask(client, started.value, { clock, timeoutMs: defaultTimeoutMs, signal });
  for (const line of lines) log.add(line);
  if (end.state === 'failed') throw fail(`${started.value.text}: ${end.status}.`, 'cluster');
  if (end.state === 'unknown') throw fail(end.why, 'unknown');
  // A task that only asked HA has done nothing yet; one of its own has, and is looked at all the same.
  if (isQueued(started.value)) log.add('HA was asked');
  for (;;) {
    const lack = await lookAgain(context, name, want, phase, signal);
    if (lack === null) return null;
    log.add(lack);
    await clock.sleep(pollMs, signal);
  }
}

/** Starts a guest, or shuts it down; nothing is sent when it is so already. Under HA its requested state is changed with it. */
export async function changeRunState(context: ProxmoxContext, name: string, want: RunState, options?: CallOptions): Promise<Operation<null>> {
  const phase = want === 'started' ? 'start' : 'stop';
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const tell = async <T>(work: Promise<T>, impact: string): Promise<T> => work.catch((error: unknown) => {
    throw error instanceof ProxmoxError && error.kind !== 'aborted' ? faultOf(error, phase, name, impact) : error;
  });
  await within(allowance, (signal) => tell(findGuest(context, name, phase, signal), 'Nothing was done.'));
  return begin(`${phase} ${name}`, allowance, (log, signal) => tell(change(context, name, want, phase, log, signal), `${name} may not be ${want}.`));
}
