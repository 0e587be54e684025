import { wasHandWorked } from './hands.ts';
import { wasInjected } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { bootId } from '../record/process-identity.ts';

/**
 * How long after the end of a hand's process its effect may still come, ms: a switched outlet or an expander that was told by it
 * acts within seconds.
 */
export const afterHandMs = 10_000;

/** How long ago an entry was opened, ms: by the clock that nobody sets, or, after a reboot, by the wall clock. */
export function sinceOpenedMs({ openedAt, openedNs, bootId: boot }: Pick<JournalEntry, 'openedAt' | 'openedNs' | 'bootId'>): number {
  if (openedNs !== undefined && boot !== undefined && boot !== null && boot === bootId()) return Number(process.hrtime.bigint() - BigInt(openedNs)) / 1e6;
  return Date.now() - Date.parse(openedAt);
}

/**
 * How long the effect of a fault may still come when whoever sent it did not see it confirmed, ms; 0 when it cannot. A
 * request may be on its way for `patienceMs` from its undo on. A process is on record before it begins: where none is, nothing
 * was sent, and where one is, it has ended by now.
 */
export function stillComingMs(entry: JournalEntry, patienceMs: number): number {
  if (wasInjected(entry)) return 0;
  if (entry.byProcess === true) return wasHandWorked(entry.cluster.identity, entry.id) ? Math.min(patienceMs, Math.max(afterHandMs, entry.undo.effectWithinMs ?? 0)) : 0;
  return Math.max(0, Math.min(patienceMs, patienceMs - sinceOpenedMs(entry)));
}
