import type { Snapshot } from '../adapters/hypervisor.ts';
import { nodesHeard } from './limit-state.ts';

/** Watches a cluster that must not start a guest anywhere, as one without quorum. */
export interface StartWatch {
  /** Takes a reading of the cluster into account. */
  note: (snapshot: Snapshot) => void;
  /** Whether no guest was started, and what that rests on. Null: nothing could be read. */
  verdict(): { ok: boolean | null; detail: string };
}

/** Counts a guest as started where it did not run in `before`. Whoever is cut off cannot be asked: every reading says whose word it is. */
export function watchStarts(before: Pick<Snapshot, 'guests'>): StartWatch {
  const places = new Map(before.guests.map(({ name, runningOn }) => [name, runningOn]));
  const started = new Set<string>();
  const words = new Map<string, number>();
  let readings = 0;
  return {
    note: (snapshot) => {
      readings += 1;
      const names = nodesHeard(snapshot);
      const heard = names.length === 0 ? 'no node' : `${names.join(', ')}${names.length === 1 ? ' alone' : ''}`;
      words.set(heard, (words.get(heard) ?? 0) + 1);
      for (const { name, runningOn } of snapshot.guests) for (const place of runningOn) if (places.get(name)?.includes(place) === false) started.add(`${name} on ${place}`);
    },
    verdict: () => {
      const basis = `${readings} readings: ${[...words].map(([heard, count]) => `${count} by the word of ${heard}`).join(', ')}`;
      if (started.size > 0) return { ok: false, detail: `${[...started].join(', ')}; ${basis}` };
      return words.size === 0 || (words.size === 1 && words.has('no node')) ? { ok: null, detail: 'no node could be asked' } : { ok: true, detail: `none was in ${basis}` };
    },
  };
}
