import type { Snapshot } from '../adapters/hypervisor.ts';

/** Counts on how many nodes guests run, from the loss of a node until it is a member again. */
export interface InstanceCount {
  /** Takes a reading of the cluster into account. */
  note: (snapshot: Snapshot) => void;
  /** The lost node has power again: from now on a reading without it is not complete, and it may bring its old instances along. */
  nodeHasPower(): void;
  /** Null when nobody can tell: no complete reading after the guest was started elsewhere, or after the node got its power back. */
  verdict(): { ok: boolean | null; detail: string };
}

function concerns(what: string, node: string): boolean {
  return what.split(/[^\w.-]+/).includes(node);
}

/**
 * Watches all `guests`; `guest` is the one that must be started anew when `node` is lost. A guest that is just being moved is
 * shown by both its nodes for a moment, so it is not counted in a reading that says so.
 */
export function countInstances(guests: readonly string[], guest: string, node: string): InstanceCount {
  let hasPower = false;
  let restarted = false;
  let readings = 0;
  let complete = 0;
  const twice = new Map<string, string>();
  return {
    note: (snapshot) => {
      readings += 1;
      for (const { name, runningOn, haState } of snapshot.guests) {
        if (guests.includes(name) && runningOn.length > 1 && haState !== 'migrating') twice.set(name, `${name} ran on ${runningOn.join(' and ')}`);
        if (name === guest && runningOn.some((place) => place !== node)) restarted = true;
      }
      const isComplete = guests.every((name) => snapshot.guests.some((candidate) => candidate.name === name)) && snapshot.unread.every(({ what }) => !hasPower && concerns(what, node));
      if (restarted && isComplete) complete += 1;
    },
    nodeHasPower: () => {
      hasPower = true;
      complete = 0;
    },
    verdict: () => {
      const since = hasPower ? `after ${node} had power again` : `after ${guest} was started anew`;
      const figures = `${readings} readings, ${complete} of them complete ${since}`;
      if (twice.size > 0) return { ok: false, detail: `${[...twice.values()].join('; ')}; ${figures}` };
      return { ok: complete === 0 ? null : true, detail: `${guests.join(', ')}: at most one instance in ${figures}` };
    },
  };
}
