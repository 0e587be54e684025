import type { Snapshot } from '../adapters/hypervisor.ts';

/**
 * Cuts further apart than this leave time for a decision with quorum in between, ms: Corosync takes a silent node for lost after 1000 ms
 * by default before 3.1, later after 3000 ms (corosync.conf(5), `token`); nobody fences a node before.
 */
const togetherWithinMs = 1000;

/** Watches a cluster without quorum, which must not fence a node: whoever has none cannot know that the others are not the cluster. */
export interface FencingsWatch {
  /** Takes a reading of the cluster into account. */
  note: (snapshot: Pick<Snapshot, 'fencings'>) => void;
  /** Whether no node was fenced, and what that rests on. Null: nothing could be read, or it may have been decided with quorum. */
  verdict(): { ok: boolean | null; detail: string };
}

const keyOf = ({ node, at }: { node: string; at: string }): string => `${node} at ${at}`;

/**
 * Null where the platform keeps no account of fencings.
 *
 * @param apartMs how long after the first node the last one may have been cut off at most
 */
export function watchFencings(before: Pick<Snapshot, 'fencings'>, apartMs: number): FencingsWatch | null {
  if (before.fencings === null) return null;
  const known = new Set(before.fencings.map(keyOf));
  const fenced = new Set<string>();
  let readings = 0;
  return {
    note: ({ fencings }) => {
      if (fencings === null) return;
      readings += 1;
      for (const fencing of fencings) if (fencing.ok && !known.has(keyOf(fencing))) fenced.add(keyOf(fencing));
    },
    verdict: () => {
      if (readings === 0) return { ok: null, detail: 'no account of fencings could be read' };
      if (fenced.size === 0) return { ok: true, detail: `none was in ${readings} readings of the cluster's own account` };
      const apart = `the nodes were cut off within ${(apartMs / 1000).toFixed(1)} s`;
      return apartMs > togetherWithinMs ? { ok: null, detail: `${[...fenced].join(', ')}; ${apart}, so that it may have been decided while there was quorum` } : { ok: false, detail: `${[...fenced].join(', ')}; ${apart}` };
    },
  };
}
