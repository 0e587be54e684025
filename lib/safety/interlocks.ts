import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import type { Override } from '../faults/fault.ts';
import { isOwnAddress } from './interlocks-own-place.ts';
import { insideWindow, windowRestMs } from './maintenance-window.ts';

/** What somebody is about to do to the cluster. */
export interface Intent {
  fault: string;
  node: string | null;
  disk: string | null;
  guest: string | null;
  /** What the same scenario takes away at the same time, before this. */
  beside?: readonly { node: string | null; disk: string | null }[];
  /** Interlocks that it is meant to go beyond. */
  overrides?: readonly Override[];
}

export interface InterlockContext {
  environment: Environment;
  intent: Intent;
  snapshot: Snapshot;
  /** Faults that are in place now. */
  openFaults: number;
  /** Value of `--arm`, null when it was not given. */
  armedWith: string | null;
  now: Date;
  /** What the wall clock would say had nobody set it since the run began; by default `now`. */
  nowUnset?: Date;
  /** How long the scenario that begins with this is expected to take, ms; absent for a fault in the middle of one. */
  expectedMs?: number;
  /** Addresses of this machine, and host names that stand for it: `ownAddressesFor`. */
  ownAddresses: string[];
  /** Why this machine is a part of the target, whatever its addresses, in words: `ownPlaceOf`. */
  ownPlace: readonly string[];
}

/** A rule. `refuse` answers with figures and the way to proceed, or null when it has nothing against the intent. */
export interface Interlock {
  name: string;
  refuse(context: InterlockContext): string | null;
}

export interface Refusal {
  rule: string;
  message: string;
}

/** Faults that take a node, and what runs on it, away. */
export const takesNodeDown: ReadonlySet<string> = new Set(['node-power', 'node-shutdown', 'network-partition']);
const takesCopiesAway = new Set([...takesNodeDown, 'disk-removal']);

function list(values: string[]): string {
  return values.length === 0 ? 'none' : values.join(', ');
}

/** Whether a rule is lifted: the intent was made to go beyond it, and the environment allows that. Neither is enough alone. */
function lifts({ environment, intent }: InterlockContext, override: Override): boolean {
  return intent.overrides?.includes(override) === true && environment.allow.faults.includes(override);
}

/** How to go beyond a rule, for intents that are made for it. */
function wayBeyond({ intent, environment }: InterlockContext, override: Override): string {
  return intent.overrides?.includes(override) === true ? `, or allow "${override}" in ${environment.source.path}` : '';
}

/** Why a part of the snapshot is missing, by what it is called there; null when it was read. */
function unreadPart(snapshot: Snapshot, ...parts: string[]): string | null {
  return snapshot.unread.find((item) => parts.includes(item.what))?.why ?? null;
}

/** Nodes that would be down, with what is taken at the same time. */
export function nodesDown({ node, beside = [] }: Intent): string[] {
  return [...new Set([node, ...beside.filter(({ disk }) => disk === null).map((other) => other.node)])].filter((name) => name !== null);
}

/** What speaks against an intent, and what to do about it. */
interface Problem {
  why: string;
  remedy: string;
}

function inWords(problem: Problem | null): string | null {
  return problem === null ? null : `${problem.why}. ${problem.remedy}.`;
}

function quorumProblem(context: InterlockContext): Problem | null {
  const { intent, snapshot } = context;
  if (!takesNodeDown.has(intent.fault)) return null;
  if (snapshot.votes === null) return { why: 'the votes could not be read, so it cannot be told whether the cluster would survive', remedy: 'Make them readable' };
  const { present, needed, byNode } = snapshot.votes;
  const down = nodesDown(intent);
  const untold = down.filter((name) => byNode[name] === undefined && snapshot.nodes.some((node) => node.name === name && node.online));
  const words = `${present} votes are present and ${needed} needed`;
  if (untold.length > 0) return { why: `${words}, and the cluster does not say how many of them ${list(untold)} has, so that without it there may be too few`, remedy: `Make the votes of each node readable${wayBeyond(context, 'beyond-quorum')}` };
  const left = present - down.reduce((sum, name) => sum + (byNode[name] ?? 0), 0);
  return left >= needed ? null : { why: `${words}; without ${down.map((name) => `${name} (${byNode[name] ?? 0})`).join(' and ') || 'the node'} there would be ${left}`, remedy: `Bring every node up${wayBeyond(context, 'beyond-quorum')}` };
}

function redundancyProblem(context: InterlockContext): Problem | null {
  const { intent, snapshot } = context;
  if (!takesCopiesAway.has(intent.fault)) return null;
  const way = wayBeyond(context, 'beyond-redundancy');
  const unread = unreadPart(snapshot, 'storage', `storage of node ${intent.node}`);
  if (unread !== null) return { why: `the storage could not be read (${unread}), so it cannot be told which copies would be left`, remedy: `Make it readable${way}` };
  for (const storage of snapshot.storage) {
    const holder = (place: { node: string | null; disk: string | null }): string[] => storage.disks.filter((disk) => disk.node === place.node || disk.id === place.disk).map((disk) => disk.node);
    if (holder(intent).length === 0) continue;
    const taken = [intent, ...(intent.beside ?? [])];
    // A node takes what it has for itself along as a whole.
    const byNode = (name: string | null, node: string): boolean => storage.ofNode === undefined && name === node;
    const lost = storage.holder === 'disk' ? new Set(storage.disks.filter((disk) => taken.some(({ node, disk: id }) => (id === null ? byNode(node, disk.node) : disk.id === id))).map(({ id }) => id)).size : new Set(taken.flatMap(holder)).size;
    if (!storage.redundant) return { why: `storage ${storage.name} already lacks copies (${(storage.redundancyShare * 100).toFixed(1)} % complete)`, remedy: `Wait until it is fully redundant${way}` };
    if (storage.copies.wanted - lost < storage.copies.minimum) return { why: `storage ${storage.name} keeps ${storage.copies.wanted} copies, stops serving below ${storage.copies.minimum}, and would lose ${lost}${storage.holder === 'disk' && storage.ofNode === undefined ? ': they lie on disks, wherever those are, so that a node may hold several' : ''}`, remedy: `Give it more copies${way}` };
  }
  return null;
}

/** Interlocks that an intent would go beyond, each lifted by the environment and by the intent itself, with the reason why it would refuse. */
export function overridesUsed(context: InterlockContext): { override: Override; why: string }[] {
  const problems = { 'beyond-quorum': quorumProblem(context), 'beyond-redundancy': redundancyProblem(context) };
  return (['beyond-quorum', 'beyond-redundancy'] as const).flatMap((override) => {
    const problem = problems[override];
    return problem !== null && lifts(context, override) ? [{ override, why: problem.why }] : [];
  });
}

function unprotectedRefusal({ environment, intent, snapshot }: InterlockContext): string | null {
  if (!takesNodeDown.has(intent.fault) || environment.policy.unprotectedGuests === 'allow') return null;
  const unread = unreadPart(snapshot, 'guests', `guests on node ${intent.node}`);
  if (unread !== null) return `the guests on ${intent.node} could not be read (${unread}), so it cannot be told whether one without HA would go down with it. Make them readable, or set policy.unprotectedGuests: allow.`;
  const exposed = snapshot.guests.filter((guest) => !guest.haManaged && guest.runningOn.includes(intent.node ?? ''));
  return exposed.length === 0 ? null : `${list(exposed.map((guest) => guest.name))} on ${intent.node} is not protected by HA and would go down with it. Protect or move it, or set policy.unprotectedGuests: allow.`;
}

/** What is done to a node that the cluster does not have is reckoned with nowhere: neither its votes nor its copies are known. */
function strangerRefusal({ intent, snapshot, environment }: InterlockContext): string | null {
  const members = snapshot.nodes.map(({ name }) => name);
  const strangers = [...new Set([intent, ...(intent.beside ?? [])].flatMap(({ node }) => (node === null || members.includes(node) ? [] : [node])))];
  return strangers.length === 0 ? null : `the cluster has no member ${list(strangers)}; its members are ${list(members)}. Write the nodes of ${environment.source.path} as the cluster calls them, or let the node join first.`;
}

/** What the platform itself has against it: the adapter read it. Single ways that it does not bear are left out by the rows, see `closedWays` of lib/scenario. */
function platformRefusal({ intent, snapshot }: InterlockContext): string | null {
  const found = (snapshot.cautions ?? []).filter(({ faults, node, guest, to }) => to === undefined && faults.includes(intent.fault) && (node === null || node === intent.node) && (guest === undefined || guest === intent.guest));
  return found.length === 0 ? null : found.map(({ why, remedy }) => `${why}. ${remedy}.`).join(' ');
}

/** Faults that ask a node to let its guests go: there must be another one that takes them. */
const asksToGo = new Set(['node-shutdown', 'maintenance']);

function nowhereToGo({ intent, snapshot }: InterlockContext): string | null {
  if (!asksToGo.has(intent.fault)) return null;
  const others = snapshot.nodes.filter(({ name, online, unclean, drained }) => name !== intent.node && online && !unclean && !drained);
  return others.length > 0 ? null : `no other node takes guests now (${list(snapshot.nodes.map(({ name, online, drained }) => `${name} ${online ? (drained ? 'in standby' : 'online') : 'offline'}`))}), so those of ${intent.node ?? 'the node'} would have to stop. Bring another node into service.`;
}

/** Why a scenario would outlast the window that is open; null when it would not. */
function tooShort(windows: string[], restMs: number, expectedMs: number): string | null {
  if (expectedMs <= restMs) return null;
  return `it is expected to take ${Math.ceil(expectedMs / 60_000)} min, and the maintenance windows (${list(windows)}, local time) are open for ${Math.floor(restMs / 60_000)} min more. Begin when there is more left, or change allow.windows.`;
}

/** The interlocks, in the order in which they are asked. */
export const interlocks: readonly Interlock[] = [
  {
    name: 'allowed faults',
    refuse: ({ environment, intent }) => (environment.allow.faults.includes(intent.fault) ? null : `"${intent.fault}" is not among allow.faults (${list(environment.allow.faults)}) of ${environment.source.path}. Add it there if this cluster may suffer it.`),
  },
  {
    name: 'allowed nodes',
    refuse: ({ environment, intent }) => (intent.node === null || environment.allow.nodes.includes(intent.node) ? null : `node ${intent.node} is not among allow.nodes (${list(environment.allow.nodes)}) of ${environment.source.path}. Add it there if it may be touched.`),
  },
  {
    name: 'allowed guests',
    refuse: ({ environment, intent }) => (intent.guest === null || environment.allow.guests.includes(intent.guest) ? null : `guest ${intent.guest} is not among allow.guests (${list(environment.allow.guests)}) of ${environment.source.path}. Add it there if it may be touched.`),
  },
  {
    name: 'arming',
    refuse: ({ environment, armedWith }) => (environment.disposable || armedWith === environment.arm ? null : `a fault on a cluster that matters wants its name said: run again with --arm ${environment.arm}.`),
  },
  {
    name: 'maintenance windows',
    // A clock that was set meanwhile opens no window: by both readings it must be open.
    refuse: ({ environment, now, nowUnset = now, expectedMs = 0 }) => {
      const outside = [now, nowUnset].find((moment) => !environment.allow.windows.some((window) => insideWindow(window, moment)));
      if (environment.allow.windows.length === 0) return null;
      if (outside === undefined) return tooShort(environment.allow.windows, Math.min(...[now, nowUnset].map((moment) => windowRestMs(environment.allow.windows, moment))), expectedMs);
      const set = outside === now && Math.abs(now.getTime() - nowUnset.getTime()) < 60_000 ? '' : `; the clock of this machine was set meanwhile, it says ${now.toTimeString().slice(0, 5)}`;
      return `it is ${outside.toTimeString().slice(0, 5)} and the maintenance windows are ${list(environment.allow.windows)} (local time)${set}. Come back then, or change allow.windows.`;
    },
  },
  {
    name: 'simultaneous faults',
    refuse: ({ environment, intent, openFaults }) => {
      const beside = intent.beside?.length ?? 0;
      if (openFaults + beside < environment.allow.maxSimultaneous) return null;
      return beside === 0
        ? `${openFaults} fault(s) are in place and allow.maxSimultaneous is ${environment.allow.maxSimultaneous}. Mend them first.`
        : `${openFaults + beside + 1} faults would be in place at once and allow.maxSimultaneous of ${environment.source.path} is ${environment.allow.maxSimultaneous}. Raise it if this cluster may suffer them together.`;
    },
  },
  { name: 'member', refuse: strangerRefusal },
  { name: 'quorum', refuse: (context) => (lifts(context, 'beyond-quorum') ? null : inWords(quorumProblem(context))) },
  { name: 'redundancy', refuse: (context) => (lifts(context, 'beyond-redundancy') ? null : inWords(redundancyProblem(context))) },
  { name: 'unprotected guests', refuse: unprotectedRefusal },
  { name: 'platform', refuse: platformRefusal },
  { name: 'somewhere to go', refuse: nowhereToGo },
  {
    name: 'own place',
    refuse: ({ environment, ownAddresses, ownPlace }) => {
      const endpoints = environment.endpoints.map(({ node, address }) => ({ name: node, address }));
      const targets = [...environment.nodes, ...endpoints, ...environment.guests].filter((target) => isOwnAddress(target.address, ownAddresses));
      const why = [...(targets.length === 0 ? [] : [`this machine has the address of ${list([...new Set(targets.map((target) => target.name))])}`]), ...ownPlace];
      return why.length === 0 ? null : `${why.join('; ')}. Run the harness from a machine that is no part of its target.`;
    },
  },
];

/** All refusals of an intent; none means that it may be done. */
export function refusals(context: InterlockContext): Refusal[] {
  return interlocks.flatMap((rule) => {
    const message = rule.refuse(context);
    return message === null ? [] : [{ rule: rule.name, message }];
  });
}
