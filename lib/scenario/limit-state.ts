import type { Snapshot } from '../adapters/hypervisor.ts';

/** Whether a reading shows that the storage has noticed the loss of all these disks. */
export function disksAreNoticed(disks: readonly string[]): (snapshot: Snapshot) => boolean {
  return ({ storage }) => disks.every((lost) => storage.some((one) => one.disks.some(({ id, up }) => id === lost && !up)));
}

/** Whether a reading shows that what is left has noticed: no quorum where that goes, else all these nodes as lost. */
export function nodesAreNoticed(lost: readonly string[], quorumGoes: boolean): (snapshot: Snapshot) => boolean {
  return ({ quorate, nodes }) => (quorumGoes ? quorate === false : lost.every((name) => nodes.some((node) => node.name === name && (!node.online || node.unclean))));
}

/** The storage in one sentence. */
export function stateOfStorage({ storage, unread }: Snapshot): string {
  if (storage.length === 0) return `the storage does not answer${unread.map(({ why }) => ` (${why})`).join('')}`;
  return storage.map(({ name, serving, redundancyShare, disks }) => `${name} ${serving ? 'serves' : 'is frozen'}, ${(redundancyShare * 100).toFixed(0)} % of its data has all copies, ${disks.filter(({ up }) => up).length} of ${disks.length} disks up`).join('; ');
}

/** Quorum and the guests' places in one sentence. */
export function stateOfQuorum({ quorate, nodes, guests }: Snapshot): string {
  const online = nodes.filter((node) => node.online).map(({ name }) => name);
  const places = guests.map(({ name, runningOn, haState }) => `${name} ${runningOn.length === 0 ? `is not seen to run (${haState})` : `runs on ${runningOn.join(' and ')}`}`);
  return `${quorate === null ? 'quorum unknown' : quorate ? 'quorate' : 'no quorum'}, online: ${online.join(', ') || 'none'}; ${places.join(', ')}`;
}
