import { clusterReading } from '../../platforms/hyperv/readings.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, GuestState } from '../hypervisor.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { askMember, type HypervContext } from './context.ts';
import { guestStates, readMembership, unreadNodes } from './membership.ts';
import { learnMachines } from './snapshot.ts';

/** A guest of the environment file, with its role and its machine. */
export interface Guest {
  name: string;
  role: string;
  machine: string;
}

/**
 * A guest that the cluster protects. A role that was made since we connected is found too.
 *
 * @throws AdapterError when the environment file or the cluster does not know it.
 */
export async function guestNamed(context: HypervContext, name: string, phase: string, options: CallOptions = {}): Promise<Guest> {
  const listed = context.environment.guests.find((guest) => guest.name === name);
  if (listed === undefined) throw toolError(`The environment file lists no guest "${name}".`, 'Nothing was done.', `Its guests are ${context.environment.guests.map((guest) => guest.name).join(', ')}.`, phase, name);
  if (!context.machines.has(listed.id)) learnMachines(context, (await askMember(context, 'read-cluster', clusterReading, options)).value);
  const machine = context.machines.get(listed.id);
  if (machine === undefined) throw toolError(`The cluster has no role "${listed.id}" with a virtual machine for guest "${name}".`, 'Nothing was done.', `Set guests[].id of ${name} to the name of its clustered role, or make it one with Add-ClusterVirtualMachineRole.`, phase, name);
  return { name, role: listed.id, machine };
}

/** A guest as the cluster and all nodes see it now. `unread`: why nodes that may run it did not tell. */
export async function stateOf(context: HypervContext, guest: Guest, phase: string, options: CallOptions = {}): Promise<GuestState & { up: string[]; unread: string[] }> {
  const membership = await readMembership(context, 'quick', options);
  if (membership.view === null) throw clusterError('No node that answers is a member of the cluster.', 'Nobody can tell where the guest is.', 'See to the cluster service of the nodes and to the quorum.', phase, guest.name);
  const state = guestStates(context, membership).find(({ name }) => name === guest.name);
  if (state === undefined) throw clusterError(`The cluster has no role "${guest.role}" any more.`, 'Nobody can tell where the guest is.', 'See who removed it.', phase, guest.name);
  return { ...state, up: membership.view.nodes.filter(({ state: nodeState }) => nodeState === 'Up').map(({ name }) => name.toLowerCase()), unread: unreadNodes(context, membership).map(({ why }) => why) };
}

/**
 * The node that runs a guest alone.
 *
 * @throws AdapterError where none or several do; where none is seen and a node does not say what it runs, nobody is blamed
 */
export function onlyPlaceOf({ name, runningOn, unread }: Pick<GuestState, 'name' | 'runningOn'> & { unread: readonly string[] }, impact: string, phase: string): string {
  const [node] = runningOn;
  if (node !== undefined && runningOn.length === 1) return node;
  const isUnseen = runningOn.length === 0 && unread.length > 0;
  throw new AdapterError({ message: `${name} runs on ${runningOn.join(' and ') || 'no node that answers'}${isUnseen ? ` (${unread.join('; ')})` : ''}.`, blame: isUnseen ? 'unknown' : 'cluster', impact, remedy: 'See that it runs on exactly one node, and that this node can be reached.', phase, target: name });
}
