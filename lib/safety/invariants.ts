import type { GuestState, NodeState, Snapshot } from '../adapters/hypervisor.ts';
import type { StorageState } from '../adapters/storage-state.ts';
import type { Environment } from '../environment/environment.ts';

/** One thing that must hold. `ok: null`: the evidence is missing, so nobody can tell. */
export interface Finding {
  title: string;
  ok: boolean | null;
  detail: string;
  remedy: string;
}

/**
 * How far a node's clock may be from ours, ms, beyond the error of reading it. Logs of nodes further apart cannot be
 * put side by side; a distributed storage may itself warn from 50 ms on, NTP keeps a LAN below 10 ms.
 */
export const clockToleranceMs = 1000;

function unreadFinding(snapshot: Snapshot, what: string, title: string): Finding | null {
  const unread = snapshot.unread.find((item) => item.what.startsWith(what));
  return unread === undefined ? null : { title, ok: null, detail: `${unread.what} could not be read: ${unread.why}`, remedy: 'Make it readable for the account of the environment file, then run "check" again.' };
}

function quorum(snapshot: Snapshot): Finding {
  const votes = snapshot.votes;
  const figures = votes === null ? 'votes unknown' : `${votes.present} of ${votes.expected} votes, ${votes.needed} needed`;
  return { title: 'the cluster has quorum', ok: snapshot.quorate, detail: figures, remedy: 'Bring the missing nodes back before you go on.' };
}

function wordsOf(node: NodeState): string {
  return [node.online ? 'online' : 'offline', node.unclean ? 'unclean' : '', node.drained ? 'in standby' : '', node.role].filter((word) => word !== '').join(', ');
}

function nodes(snapshot: Snapshot, environment: Environment): Finding[] {
  return environment.nodes.map(({ name }) => {
    const node = snapshot.nodes.find((candidate) => candidate.name === name);
    const words = node === undefined ? 'not a member of the cluster' : wordsOf(node);
    return { title: `node ${name} is up`, ok: node !== undefined && node.online && !node.unclean && !node.drained, detail: words, remedy: `Start ${name} and wait until it has joined; end its standby if it is in one.` };
  });
}

/** Votes, places for guests and copies may hang on members that the environment file does not have: one that is not well is a finding of its own. */
function strangers(snapshot: Snapshot, environment: Environment): Finding[] {
  return snapshot.nodes
    .filter((node) => environment.nodes.every(({ name }) => name !== node.name) && (!node.online || node.unclean))
    .map((node) => ({ title: `member ${node.name}, which is not in the environment file, is up`, ok: false, detail: `member ${node.name} is not in the environment file and is ${wordsOf(node)}`, remedy: `Start ${node.name} and wait until it has joined, or take it out of the cluster for good. Name it in nodes[] of the environment file if it is to be judged as the others are.` }));
}

function coordinator(snapshot: Snapshot): Finding {
  const names = snapshot.nodes.filter((node) => node.role === 'coordinator').map((node) => node.name);
  return { title: 'one node coordinates the cluster', ok: names.length === 1, detail: names.join(', ') || 'none', remedy: 'Wait for the election to end; see the log of the cluster manager.' };
}

/** A guest that is seen nowhere may run on a node that did not tell its guests. */
function guestFinding(name: string, guest: GuestState | undefined, { unread }: Pick<Snapshot, 'unread'>): Finding {
  const title = `guest ${name} runs on exactly one node`;
  const silent = unread.filter(({ what }) => what.startsWith('guests on node'));
  if (guest !== undefined && guest.runningOn.length === 0 && silent.length > 0) return { title, ok: null, detail: `it is seen nowhere, and not read were ${silent.map(({ what }) => what).join(', ')}`, remedy: 'Make them readable for the account of the environment file.' };
  if (guest === undefined) return { title, ok: false, detail: 'the cluster does not know it', remedy: `Correct guests[].id of ${name} in the environment file.` };
  const ok = guest.runningOn.length === 1 && (!guest.haManaged || (guest.haState === 'started' && guest.assignedTo === guest.runningOn[0]));
  const place = guest.runningOn.length === 0 ? 'runs nowhere' : `runs on ${guest.runningOn.join(' and ')}`;
  return { title, ok, detail: `${place}; HA state ${guest.haState}${guest.assignedTo === null ? '' : ` on ${guest.assignedTo}`}`, remedy: `Start ${name} through the HA manager, or end the instance that is too many.` };
}

/** Whether HA would start the guest elsewhere. Where the operator allows guests without protection, nothing is said. */
function protectionFinding(name: string, guest: GuestState | undefined, { policy }: Environment): Finding[] {
  if (guest === undefined || policy.unprotectedGuests === 'allow') return [];
  return [{ title: `guest ${name} is protected by HA`, ok: guest.haManaged, detail: guest.haManaged ? `HA state ${guest.haState}` : 'HA does not manage it', remedy: `Put ${name} under HA, or set policy.unprotectedGuests: allow.` }];
}

function storageFindings(storage: StorageState): Finding[] {
  const words = storage.detail.join('; ') || 'no complaint';
  const detail = storage.healthy && (storage.warnings ?? []).length > 0 ? `with warnings that take nothing from its data or service: ${words}` : words;
  const share = `${(storage.redundancyShare * 100).toFixed(1)} % of the data has all ${storage.copies.wanted} copies`;
  return [
    { title: `storage ${storage.name} is healthy and serving`, ok: storage.healthy && storage.serving, detail, remedy: 'Repair what the storage names; let whoever set a flag (for maintenance, say) take it back.' },
    { title: `storage ${storage.name} is fully redundant`, ok: storage.redundant && !storage.repairing, detail: share, remedy: 'Wait for the repair to end; replace the disk that is missing.' },
  ];
}

/**
 * A clock of ours that was set in the middle of a run is no fault of the nodes: close by either reading is close. A node that is offline is
 * a finding anyway, so is a clock that is named as unread, and a node that the environment file does not have may be out of our reach.
 */
function clocks(snapshot: Snapshot, environment: Environment): Finding[] {
  const asked = ({ name, online }: NodeState): boolean => online && environment.nodes.some((node) => node.name === name) && snapshot.unread.every(({ what }) => what !== `clock of node ${name}`);
  return snapshot.nodes.filter((node) => node.clockOffset !== null || asked(node)).map((node) => {
    const title = `clock of ${node.name} is close`;
    if (node.clockOffset === null) return { title, ok: null, detail: 'it was not read', remedy: `Let the account of the environment file ask ${node.name} for its time, then run "check" again.` };
    const { ms: byOurs, errorMs, unsetMs = byOurs } = node.clockOffset;
    const ms = Math.abs(unsetMs) < Math.abs(byOurs) ? unsetMs : byOurs;
    return { title, ok: Math.abs(ms) - errorMs <= clockToleranceMs, detail: `${ms.toFixed(0)} ms off ours, read within ${errorMs.toFixed(0)} ms`, remedy: 'Synchronise the clocks of the nodes and of this machine (chrony).' };
  });
}

/** The invariants of a whole cluster, each as a finding. Pure. Missing evidence gives `ok: null`, never true. */
export function wholeness(snapshot: Snapshot, environment: Environment): Finding[] {
  const unread = snapshot.unread.map((item): Finding => ({ title: `${item.what} can be read`, ok: null, detail: item.why, remedy: 'Make it readable for the account of the environment file.' }));
  const operations: Finding = { title: 'no migration, backup or repair is under way', ok: snapshot.operations.length === 0, detail: snapshot.operations.join('; ') || 'none', remedy: 'Wait until it has ended.' };
  const failures: Finding = { title: 'the HA manager remembers no failure', ok: snapshot.failures.length === 0, detail: snapshot.failures.join('; ') || 'none', remedy: 'Look into them, then clear them in the HA manager.' };
  return [
    quorum(snapshot),
    ...nodes(snapshot, environment),
    ...strangers(snapshot, environment),
    coordinator(snapshot),
    ...environment.guests.map((guest) => unreadFinding(snapshot, `guest ${guest.name}`, `guest ${guest.name} can be read`) ?? guestFinding(guest.name, snapshot.guests.find((candidate) => candidate.name === guest.name), snapshot)),
    ...snapshot.storage.flatMap(storageFindings),
    ...environment.guests.flatMap(({ name }) => protectionFinding(name, snapshot.guests.find((guest) => guest.name === name), environment)),
    operations,
    failures,
    ...clocks(snapshot, environment),
    ...unread,
  ];
}

/** What differs from the snapshot before, as sentences: HA configuration, settings, membership, protection of guests. Pure. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const found: string[] = [];
  for (const line of before.configuration) if (!after.configuration.includes(line)) found.push(`configuration lost or changed: ${line}`);
  for (const line of after.configuration) if (!before.configuration.includes(line)) found.push(`configuration added or changed: ${line}`);
  for (const name of new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])) {
    const [was, is] = [before.settings[name], after.settings[name]];
    if (was !== is) found.push(`setting ${name} is ${is ?? 'gone'}, was ${was ?? 'not there'}`);
  }
  for (const node of before.nodes) if (!after.nodes.some((candidate) => candidate.name === node.name)) found.push(`node ${node.name} is no longer known`);
  for (const guest of before.guests) {
    const now = after.guests.find((candidate) => candidate.name === guest.name);
    if (now === undefined || now.haManaged !== guest.haManaged) found.push(`guest ${guest.name} is ${now === undefined ? 'no longer known' : now.haManaged ? 'now managed by HA' : 'no longer managed by HA'}`);
  }
  return found;
}
