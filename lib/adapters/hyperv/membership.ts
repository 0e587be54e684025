import { groupInfo, has, nodeInfo } from '../../platforms/hyperv/enumerations.ts';
import { membershipReading, type ClusterGroup, type ClusterNode, type ClusterView, type MembershipReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, GuestState, NodeState, Snapshot } from '../hypervisor.ts';
import { runOn, type HypervContext, type Reading } from './context.ts';

export type MembershipAnswers = ReadonlyMap<string, Reading<MembershipReading> | Error>;

/** What all nodes said of the cluster and of their own guests. */
export interface Membership {
  /** The view of a member, null where no node that answers is one. */
  view: ClusterView | null;
  answers: MembershipAnswers;
}

/** How long a node that the cluster calls up is waited for, ms, once another one has answered. */
const patienceMs = { quick: 3000, patient: 15_000 } as const;
/** How long a member is waited for once somebody has answered who is none, ms: members are to be believed before others. */
const memberPatienceMs = 8000;
const timeoutMs = 20_000;

const isUp = ({ state }: ClusterNode): boolean => state === 'Up' || state === 'Paused';
/** Isolated and Quarantined are documented as information beside a node's state. As the state itself they are documented nowhere, and understood all the same. */
const isIsolated = ({ state, info }: ClusterNode): boolean => has(info, nodeInfo.isolated) || state === 'Isolated';
export const isQuarantined = ({ state, info }: ClusterNode): boolean => has(info, nodeInfo.quarantined) || state === 'Quarantined';

/** The view of the member that sees most nodes up. A node that lost its quorum stops its cluster service and has no view. */
function bestView(answers: MembershipAnswers): ClusterView | null {
  const views = [...answers.values()].flatMap((answer) => (answer instanceof Error || answer.value.cluster === null ? [] : [answer.value.cluster]));
  return views.toSorted((one, other) => other.nodes.filter(isUp).length - one.nodes.filter(isUp).length)[0] ?? null;
}

/** Asks every node at once. One that a member calls down is not waited for, and one that is slow only for a while. */
export async function readMembership(context: HypervContext, patience: keyof typeof patienceMs, options: CallOptions = {}): Promise<Membership> {
  const answers = new Map<string, Reading<MembershipReading> | Error>();
  const nodes = [...context.fleet.hosts.keys()];
  const enough = new AbortController();
  const signal = options.signal === undefined ? enough.signal : AbortSignal.any([options.signal, enough.signal]);
  const complete = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let memberTimer: NodeJS.Timeout | undefined;
  const judge = (): void => {
    const view = bestView(answers);
    const waited = nodes.filter((node) => !answers.has(node) && view?.nodes.some((one) => same(one.name, node) && !isUp(one)) !== true);
    const heard = [...answers.values()].some((answer) => !(answer instanceof Error));
    if (waited.length === 0) complete.resolve();
    else if (view !== null) timer ??= setTimeout(complete.resolve, patienceMs[patience]);
    else if (heard) memberTimer ??= setTimeout(complete.resolve, Math.max(memberPatienceMs, patienceMs[patience]));
  };
  for (const node of nodes) {
    void runOn(context, node, 'read-membership', membershipReading, { timeoutMs, ...options, signal }).catch((error: Error) => error).then((answer) => {
      answers.set(node, answer);
      judge();
    });
  }
  const onAbort = (): void => complete.resolve();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  await complete.promise;
  clearTimeout(timer);
  clearTimeout(memberTimer);
  options.signal?.removeEventListener('abort', onAbort);
  const taken = new Map(nodes.map((node) => [node, answers.get(node) ?? new Error(`${node} did not answer in time`)]));
  enough.abort();
  options.signal?.throwIfAborted();
  noteMembers(context, taken);
  const member = [...taken].find(([, answer]) => !(answer instanceof Error) && answer.value.cluster !== null);
  if (member !== undefined && (context.preferred === null || taken.get(context.preferred) instanceof Error)) context.preferred = member[0];
  if ([...taken.values()].every((answer) => answer instanceof Error)) throw new Error([...taken.values()].map((answer) => (answer instanceof Error ? answer.message : '')).join('; '));
  return { view: bestView(taken), answers: taken };
}

/** Remembers when each node was a member, by its own clock. */
function noteMembers(context: HypervContext, answers: MembershipAnswers): void {
  context.memberAt ??= new Map();
  for (const [node, answer] of answers) if (!(answer instanceof Error) && answer.value.cluster !== null) context.memberAt.set(node, answer.utc);
}

/** Windows does not tell upper from lower case in the names of machines. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The name that a node's Windows has for itself: the first label of what it is called. */
export function machineName(node: string): string {
  return node.split('.')[0] ?? node;
}

/** A node's name as the environment file writes it, for its name or its full name with the domain. */
export function nodeName({ environment: { nodes } }: Pick<HypervContext, 'environment'>, name: string): string {
  return (nodes.find((node) => same(node.name, name)) ?? nodes.find((node) => same(machineName(node.name), machineName(name))))?.name ?? name;
}

/** The node that owns the cluster's own role acts for the cluster as a whole. */
export function coordinatorOf({ groups }: ClusterView): string | null {
  return groups.find(({ type, core }) => core && type === 'Cluster')?.owner ?? null;
}

/**
 * Nodes as the cluster sees them. An isolated node is not heard from and may still run its guests, so the cluster waits: that is what
 * "unclean" means elsewhere. It is over when the node counts as down.
 */
export function nodeStates(context: HypervContext, { view, answers }: Membership): NodeState[] {
  if (view === null) return [];
  const coordinator = coordinatorOf(view);
  return view.nodes.map((node) => {
    const name = nodeName(context, node.name);
    const answer = answers.get(name);
    return {
      name,
      online: isUp(node) && !isIsolated(node) && !isQuarantined(node),
      unclean: isIsolated(node) || node.state === 'Unknown',
      drained: node.state === 'Paused' || has(node.info, nodeInfo.drainInProgress),
      role: coordinator !== null && same(coordinator, node.name) ? 'coordinator' : 'worker',
      clockOffset: answer === undefined || answer instanceof Error ? null : answer.clock,
    };
  });
}

const runningStates = new Set(['Running', 'RunningCritical', 'Paused', 'PausedCritical', 'Pausing', 'Resuming', 'Reset', 'Stopping', 'Saving']);

type LocalGuest = MembershipReading['guests'][number];

function placesOf(context: HypervContext, answers: MembershipAnswers, matches: (guest: LocalGuest) => boolean): { node: string; guest: LocalGuest }[] {
  return [...answers].flatMap(([node, answer]) => (answer instanceof Error ? [] : answer.value.guests.filter(matches).map((guest) => ({ node: nodeName(context, node), guest }))));
}

function haState({ state, info }: ClusterGroup, places: readonly { guest: LocalGuest }[]): GuestState['haState'] {
  if (has(info, groupInfo.unmonitored)) return 'unknown';
  if (has(info, groupInfo.queued) || places.some(({ guest }) => guest.operational.includes('MigratingVirtualMachine'))) return 'migrating';
  switch (state) {
    case 'Online':
      return places.some(({ guest }) => guest.state === 'Running') || places.length === 0 ? 'started' : 'unknown';
    case 'Offline':
      return 'stopped';
    case 'Failed':
      return 'failed';
    case 'Pending':
      return places.some(({ guest }) => guest.state === 'Stopping' || guest.state === 'Saving') ? 'stopping' : 'starting';
    default:
      return 'unknown';
  }
}

const running = (places: readonly { node: string; guest: LocalGuest }[]): string[] => places.filter(({ guest }) => runningStates.has(guest.state)).map(({ node }) => node);

/** All guests: the cluster's roles, and machines that run outside of it. Without a member, where the machines of roles that we know of run. */
export function guestStates(context: HypervContext, { view, answers }: Membership): GuestState[] {
  const nameOf = (role: string): string => context.environment.guests.find((guest) => guest.id === role)?.name ?? role;
  const known = view === null ? [...context.machines] : [];
  const ofMachines = known.map(([role, id]): GuestState => ({ name: nameOf(role), kind: 'vm', haManaged: true, haState: 'unknown', assignedTo: null, runningOn: running(placesOf(context, answers, (guest) => guest.id.toLowerCase() === id)) }));
  const roles = (view?.groups ?? []).filter(({ type }) => type === 'VirtualMachine');
  const ofRoles = roles.map((group): GuestState => {
    const id = context.machines.get(group.name);
    const places = placesOf(context, answers, (guest) => (id === undefined ? guest.name === group.name : guest.id.toLowerCase() === id));
    return {
      name: nameOf(group.name),
      kind: 'vm', haManaged: true, haState: haState(group, places), assignedTo: nodeName(context, group.owner),
      runningOn: running(places),
    };
  });
  const others = placesOf(context, answers, (guest) => !guest.clustered && runningStates.has(guest.state));
  return [...ofRoles, ...ofMachines, ...others.map(({ node, guest }): GuestState => ({ name: guest.name, kind: 'vm', haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: [node] }))];
}

/** What the cluster remembers and somebody must see to: failed roles, nodes in quarantine, drains that failed. */
export function failuresOf({ view }: Membership): string[] {
  if (view === null) return [];
  return [
    ...view.groups.filter(({ state }) => state === 'Failed').map(({ name }) => `role ${name} has failed`),
    ...view.nodes.filter(isQuarantined).map(({ name }) => `node ${name} is in quarantine`),
    ...view.nodes.filter(({ info }) => has(info, nodeInfo.drainFailed)).map(({ name }) => `the drain of node ${name} has failed`),
  ];
}

/** Migrations, starts, stops and exports of guests. */
export function operationsOf(context: HypervContext, membership: Membership): string[] {
  const busy = guestStates(context, membership).filter(({ haState: state }) => state === 'migrating' || state === 'starting' || state === 'stopping').map(({ name, haState: state }) => `${name}: ${state}`);
  const exporting = placesOf(context, membership.answers, ({ operational }) => operational.includes('ExportingVirtualMachine')).map(({ guest }) => `${guest.name}: being exported`);
  return [...busy, ...exporting];
}

/** Nodes that the cluster calls up and that did not tell their guests. */
export function unreadNodes(context: HypervContext, { view, answers }: Membership): Snapshot['unread'] {
  return [...answers].flatMap(([node, answer]) => {
    if (!(answer instanceof Error)) return [];
    const known = view?.nodes.find(({ name }) => same(nodeName(context, name), node));
    return known !== undefined && !isUp(known) ? [] : [{ what: `guests on node ${node}`, why: answer.message }];
  });
}
