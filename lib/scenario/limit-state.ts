import type { Snapshot } from '../adapters/hypervisor.ts';

/** Whether a reading shows that the storage has noticed the loss of all these disks; null where it lacks the storage of one of them. */
export function disksAreNoticed(disks: readonly string[]): (snapshot: Snapshot) => boolean | null {
  return ({ storage, unread }) => {
    const listed = storage.flatMap((one) => one.disks);
    if (disks.every((lost) => listed.some(({ id, up }) => id === lost && !up))) return true;
    if (disks.some((lost) => listed.some(({ id }) => id === lost) && listed.every(({ id, up }) => id !== lost || up))) return false;
    return storage.length === 0 || unread.length > 0 ? null : false;
  };
}

/** Whether a reading shows that what is left has noticed: no quorum where that goes (null where nobody tells), else all these nodes as lost. */
export function nodesAreNoticed(lost: readonly string[], quorumGoes: boolean): (snapshot: Snapshot) => boolean | null {
  return ({ quorate, nodes }) => (quorumGoes ? (quorate === null ? null : !quorate) : lost.every((name) => nodes.some((node) => node.name === name && (!node.online || node.unclean))));
}

/** The storage in one sentence. */
export function stateOfStorage({ storage, unread }: Snapshot): string {
  if (storage.length === 0) return `the storage does not answer${unread.map(({ why }) => ` (${why})`).join('')}`;
  return storage.map(({ name, serving, redundancyShare, disks }) => `${name} ${serving ? 'serves' : 'is frozen'}, ${(redundancyShare * 100).toFixed(0)} % of its data has all copies, ${disks.filter(({ up }) => up).length} of ${disks.length} disks up`).join('; ');
}

/** Whose word a reading is about where guests run: as the reading says it, or the nodes that the cluster calls online, without those whose guests could not be read. */
export function nodesHeard({ nodes, unread, toldBy }: Pick<Snapshot, 'nodes' | 'unread' | 'toldBy'>): string[] {
  return toldBy !== undefined ? [...toldBy] : nodes.filter(({ name, online }) => online && unread.every(({ what }) => !what.split(/[^\w.-]+/).includes(name))).map(({ name }) => name);
}

/** Quorum and the guests' places in one sentence; where not every node was heard, it says whose word the places are. */
export function stateOfQuorum(snapshot: Snapshot): string {
  const { quorate, nodes, guests } = snapshot;
  const online = nodes.filter((node) => node.online).map(({ name }) => name);
  const heard = nodesHeard(snapshot);
  const by = heard.length === nodes.length ? '' : heard.length === 0 ? 'no node can be asked about guests: ' : `as ${heard.join(' and ')} alone can tell: `;
  const places = guests.map(({ name, runningOn, haState }) => `${name} ${runningOn.length === 0 ? `is not seen to run (${haState})` : `runs on ${runningOn.join(' and ')}`}`);
  return `${quorate === null ? 'quorum unknown' : quorate ? 'quorate' : 'no quorum'}, online: ${online.join(', ') || 'none'}; ${by}${places.join(', ')}`;
}
