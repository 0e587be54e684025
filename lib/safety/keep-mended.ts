import type { Inverse, InverseContext } from '../faults/fault.ts';
import { isDoubtfulLogin, isRefusedLogin } from '../faults/refused-login.ts';
import { appendAudit } from './audit.ts';
import { handLog } from './hands.ts';
import type { JournalEntry } from './journal.ts';

export interface KeepOptions {
  inverses: ReadonlyMap<string, Inverse>;
  /** Pause between two looks, ms: the switch of a node must not be asked at every reading. Default 5 s. */
  pauseMs?: number;
  /** Pauses behind the first error in a row, the second and so on, ms; the last one holds for all that follow. Default 5, 15 and 60 s. */
  errorPausesMs?: readonly number[];
}

/** So often an undo is done again; a cluster that takes it back more often has a reason of its own, which people have to find. */
const timesAtMost = 3;

/** A node that is too busy for a login, or has not found its disk yet, needs seconds; one that stays so is asked once a minute until whoever waits gives up, ms. */
const defaultErrorPausesMs = [5000, 15_000, 60_000];

/** One of each kind and place: a node that several scenarios took is looked after once. */
function distinct(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...new Map(entries.map((entry) => [`${entry.undo.inverse} ${JSON.stringify(entry.undo.data)}`, entry])).values()];
}

/**
 * Looks after undos that were carried out and verified, while the cluster becomes whole: what the cluster itself takes back as a
 * late consequence of our fault is done again, and stands in the audit log. To be called at each reading that is not whole. It
 * never throws: what cannot be done is said and tried again after a longer pause, and the reading tells the rest.
 */
export function keepMended(entries: readonly JournalEntry[], context: InverseContext, { inverses, pauseMs = 5000, errorPausesMs = defaultErrorPausesMs }: KeepOptions): () => Promise<void> {
  const kept = distinct(entries).flatMap((entry) => {
    const inverse = inverses.get(entry.undo.inverse);
    return inverse?.keep === undefined || !inverse.versions.includes(entry.undo.version) ? [] : [{ entry, inverse, rest: timesAtMost, errors: 0, notBefore: 0 }];
  });
  let next = performance.now() + pauseMs;
  return async () => {
    if (kept.length === 0 || performance.now() < next) return;
    for (const one of kept.filter(({ rest, notBefore }) => rest > 0 && performance.now() >= notBefore)) {
      const { entry } = one;
      try {
        const done = await one.inverse.keep?.(entry.undo, { ...context, hands: handLog(entry.cluster.identity, entry.id, 'mend') });
        one.errors = 0;
        if (done === null || done === undefined) continue;
        one.rest -= 1;
        context.progress(done);
        appendAudit(entry.runFolder, { action: 'reverted', fault: entry.fault, target: entry.target, guest: entry.guest ?? null, scenario: entry.scenario, journal: entry.id, cluster: `${entry.cluster.name} ${entry.cluster.identity}`, permission: 'mending what this tool broke', outcome: done });
      } catch (error) {
        context.signal.throwIfAborted();
        // A login that is refused is not tried again, lest the account be locked.
        if (isRefusedLogin(error) || isDoubtfulLogin(error)) one.rest = 0;
        one.notBefore = performance.now() + (errorPausesMs[Math.min(one.errors, errorPausesMs.length - 1)] ?? 0);
        one.errors += 1;
        context.progress(`looking after "${entry.undo.title}" failed: ${(error as Error).message}`);
      }
    }
    next = performance.now() + pauseMs;
  };
}
