import type { ClusterReading } from './readings.ts';

/** Timer of the health service, ms (documented; 15 minutes by default): a lost disk is given so long to come back. */
const autoRetire = 'System.Storage.PhysicalDisk.AutoRetire.DelayMs';
/** A pool that always retires disks that are missing rebuilds so long after a write to one failed, ms (documented). */
const alwaysMs = 300_000;
/** How late the health service may look, ms. No documented figure: a generous round one. */
const lateMs = 120_000;

interface RetirementTimes {
  /** ms after the loss; null where the settings do not tell, or say that it never comes. */
  retiredMs: { lo: number; hi: number } | null;
  /** What the figure is made of, or why there is none, for people. */
  terms: string[];
}

/**
 * When Storage Spaces Direct gives up a disk that is gone (retires it) and makes its copies anew in the room of the others, by the health
 * service's timer and by the pool's RetireMissingPhysicalDisks, whichever comes first. The disks of a whole node that is gone are not
 * retired by themselves (documented). Pure.
 */
export function retirementTimes(health: ClusterReading['health'], pools: readonly { name: string; retireMissing: string }[]): RetirementTimes {
  const told = health.find(({ name }) => name === autoRetire)?.value ?? '';
  const delayMs = /^\d+$/.test(told) ? Number(told) : null;
  const always = pools.filter(({ retireMissing }) => retireMissing === 'Always');
  const terms = [
    delayMs === null ? 'when the health service retires a lost disk is not told (AutoRetire.DelayMs)' : `the health service retires a lost disk after ${delayMs / 1000} s (AutoRetire.DelayMs)`,
    ...always.map(({ name }) => `pool ${name} gives up a missing disk ${alwaysMs / 1000} s after a write to it failed (RetireMissingPhysicalDisks Always)`),
  ];
  const first = Math.min(delayMs ?? Infinity, always.length > 0 ? alwaysMs : Infinity);
  if (!Number.isFinite(first)) return { retiredMs: null, terms };
  return { retiredMs: { lo: first, hi: first + lateMs }, terms: [...terms, `up to ${lateMs / 1000} s until it has looked (assumed: no figure is documented)`] };
}
