import { setTimeout as sleep } from 'node:timers/promises';
import { commandTimeoutMs } from '../faults/command-hand.ts';
import type { Inverse, InverseContext } from '../faults/fault.ts';
import { isDoubtfulLogin, isRefusedLogin } from '../faults/refused-login.ts';
import { appendAudit } from './audit.ts';
import type { AuditAction } from './audit.ts';
import { endOrphans, forgetHands, handLog } from './hands.ts';
import { closeEntry, describeEntry } from './journal.ts';
import type { JournalEntry, JournalOutcome } from './journal.ts';
import { stillComingMs } from './still-coming.ts';

/** What became of one undo. */
export interface MendResult {
  entry: JournalEntry;
  outcome: JournalOutcome;
  detail: string;
}

export interface MendOptions {
  inverses: ReadonlyMap<string, Inverse>;
  /** Time for all entries together, ms. It is the undo's own: no run cap and no test timeout shortens it. */
  budgetMs: number;
  /** Identity of the cluster that answers now; an entry of another, vanished, disposable world is moot. */
  identity: string;
  /**
   * How long after the opening of an entry its fault may still be on its way when its effect was never confirmed, ms: the
   * one who sent the command died, and the command goes on. By default as long as a hand may take; 0 for the process that
   * sent it and knows that it has ended.
   */
  settleMs?: number;
  /** How many logins that a hand's switch refuses are enough to give an undo up, lest the account be locked. Default 2. */
  refusedLogins?: number;
  /** Pause after such a login, ms: one that is starting knows nobody for a while. Default 60 s. */
  refusedLoginPauseMs?: number;
}

/** Pause between two attempts: a BMC takes seconds to switch, and a busy one answers 5xx for a while. */
const pauseMs = 1000;

function inverseOf(entry: JournalEntry, inverses: ReadonlyMap<string, Inverse>): Inverse {
  const inverse = inverses.get(entry.undo.inverse);
  if (inverse === undefined) throw new Error(`This version knows no inverse named "${entry.undo.inverse}". Use the version that wrote the entry, or do it by hand.`);
  if (!inverse.versions.includes(entry.undo.version)) {
    throw new Error(`The inverse "${inverse.name}" understands versions ${inverse.versions.join(', ')} of its data, not ${entry.undo.version}. Use the version that wrote the entry, or do it by hand.`);
  }
  return inverse;
}

/**
 * With these, no account of a BMC is locked by one run: the lowest default that we know of is 5 refused logins, and the process
 * that injects, the one that mends after it, and the fault itself may all meet a password that was changed meanwhile.
 */
const refusedLoginsDefault = 2;
const refusedLoginPauseDefaultMs = 60_000;
/**
 * A login that may have been refused, or may not have reached a device that is just starting, is tried this many times, with the
 * same pause. Below the same 5; a pause of a minute is also longer than the window in which such devices count (iDRAC: 60 s).
 */
const doubtfulLogins = 4;

/** Whether it is verified. An error on the way means no, but for a login that was or may have been refused: then nothing else would be let in. */
async function isVerified(inverse: Inverse, { undo }: JournalEntry, context: InverseContext): Promise<boolean> {
  return inverse.verify(undo, context).catch((error: unknown) => {
    if (isRefusedLogin(error) || isDoubtfulLogin(error)) throw error;
    return false;
  });
}

async function revertUntilVerified(entry: JournalEntry, context: InverseContext, options: MendOptions, deadline: number): Promise<void> {
  const { inverses, refusedLogins = refusedLoginsDefault, refusedLoginPauseMs = refusedLoginPauseDefaultMs } = options;
  const inverse = inverseOf(entry, inverses);
  let problem = 'it was not tried';
  let refused = 0;
  for (let attempt = 1; attempt === 1 || performance.now() < deadline; attempt += 1) {
    try {
      if (await isVerified(inverse, entry, context)) return;
      await inverse.revert(entry.undo, context);
      if (await inverse.verify(entry.undo, context)) return;
      problem = 'it was carried out, but reading the world back does not show it';
    } catch (error) {
      problem = (error as Error).message;
      context.progress(`attempt ${attempt} of "${entry.undo.title}" failed: ${problem}`);
      if (isRefusedLogin(error) || isDoubtfulLogin(error)) {
        refused += 1;
        if (refused >= (isRefusedLogin(error) ? refusedLogins : Math.max(refusedLogins, doubtfulLogins)) || performance.now() + refusedLoginPauseMs > deadline) throw new Error(`${problem} It was not tried more often, lest the account be locked. Put the right credentials where the environment file refers to, then run "restore".`, { cause: error });
        await sleep(refusedLoginPauseMs, undefined, { signal: context.signal });
      }
    }
    await sleep(pauseMs, undefined, { signal: context.signal });
  }
  throw new Error(problem);
}

/**
 * Waits until what a dead process had sent has arrived. Returns false when there is nothing to wait for. A fault that takes its
 * time (`effectWithinMs` of its undo) is looked for all the while, so that the wait ends when it comes.
 */
async function settle(entry: JournalEntry, settleMs: number, context: InverseContext, inverses: ReadonlyMap<string, Inverse>): Promise<boolean> {
  const { effectWithinMs } = entry.undo;
  const patienceMs = settleMs === 0 ? 0 : Math.max(settleMs, effectWithinMs ?? 0);
  const restMs = stillComingMs(entry, patienceMs);
  if (restMs <= 0) return false;
  context.progress(`looking again ${effectWithinMs === undefined ? 'in' : 'for'} ${Math.ceil(restMs / 1000)} s: whoever sent "${entry.fault}" did not live to see it carried out, so it may still come`);
  if (effectWithinMs === undefined) {
    await sleep(restMs, undefined, { signal: context.signal });
    return true;
  }
  const end = performance.now() + restMs;
  while (performance.now() < end && (await inverseOf(entry, inverses).verify(entry.undo, context).catch(() => true))) await sleep(pauseMs, undefined, { signal: context.signal });
  return true;
}

/**
 * Carries out open undos in reverse order of their opening, each verified by reading the world back.
 * One that cannot be done does not keep the others from being done; it stays open and is reported as `failed`.
 */
export async function mend(entries: readonly JournalEntry[], context: InverseContext, options: MendOptions): Promise<MendResult[]> {
  const deadline = performance.now() + options.budgetMs;
  const results: MendResult[] = [];
  for (const entry of entries.toReversed()) {
    if (entry.disposable && entry.cluster.identity !== options.identity) {
      results.push(finish(entry, 'moot', `the world ${entry.cluster.identity} that it belongs to is gone`));
      continue;
    }
    context.progress(`mending: ${describeEntry(entry)}`);
    audit(entry, 'revert', `begun by process ${process.pid}`);
    const { identity } = entry.cluster;
    const mending = { ...context, hands: handLog(identity, entry.id, 'mend') };
    try {
      await endOrphans(identity, entry.id, context);
      await revertUntilVerified(entry, mending, options, deadline);
      if (await settle(entry, options.settleMs ?? commandTimeoutMs, context, options.inverses)) await revertUntilVerified(entry, mending, options, performance.now() + options.budgetMs);
      results.push(finish(entry, 'reverted', 'carried out and verified'));
    } catch (error) {
      results.push(finish(entry, 'failed', (error as Error).message));
    }
  }
  return results;
}

function audit(entry: JournalEntry, action: AuditAction['action'], detail: string): void {
  appendAudit(entry.runFolder, { action, fault: entry.fault, target: entry.target, guest: entry.guest ?? null, scenario: entry.scenario, journal: entry.id, cluster: `${entry.cluster.name} ${entry.cluster.identity}`, permission: 'mending what this tool broke', outcome: `${entry.undo.title}: ${detail}` });
}

/** Says in the audit log of its run what became of an entry, and closes it. */
export function finish(entry: JournalEntry, outcome: JournalOutcome, detail: string): MendResult {
  // First: a closed entry without its line in the audit log would look like a log that was cut.
  audit(entry, outcome === 'reverted' ? 'reverted' : outcome === 'moot' ? 'moot' : 'not-reverted', detail);
  closeEntry(entry, outcome, detail);
  if (outcome !== 'failed') forgetHands(entry.cluster.identity, entry.id);
  return { entry, outcome, detail };
}
