import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LivingCluster } from '../../../platforms/hyperv/testing/living-cluster.ts';

/** The world as it is, past everything that the harness is told of it. */
export interface HypervWorld {
  /** `info`: the flags beside a node's state. `disk`: the one that may be taken out is in. */
  nodes: { name: string; power: boolean; state: string; info: number; disk: boolean }[];
  guests: { name: string; state: string; machine: string; operational: string[] }[];
  /** Folders of exports. */
  exports: string[];
  /** A harness holds the lock. */
  locked: boolean;
}

const fileOf = (folder: string): string => join(folder, 'world');

/** The way to write it down wherever it is another one than before. */
export function worldWriter(folder: string, living: LivingCluster, hasDisk: (node: string) => boolean): () => void {
  const { cluster } = living;
  let last = '';
  return () => {
    const world: HypervWorld = {
      nodes: cluster.nodes.map(({ name, state, info }) => ({ name, power: living.hasPower(name), state, info, disk: hasDisk(name) })),
      guests: cluster.roles.map(({ name, state, machine, operational }) => ({ name, state, machine, operational })),
      exports: [...cluster.exports.values()].flatMap((folders) => [...folders]),
      locked: cluster.notice !== null,
    };
    const text = JSON.stringify(world);
    if (text === last) return;
    last = text;
    // Whoever reads finds it whole.
    writeFileSync(`${fileOf(folder)}.new`, text);
    renameSync(`${fileOf(folder)}.new`, fileOf(folder));
  };
}

export function readWorld(folder: string): HypervWorld {
  return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as HypervWorld;
}
