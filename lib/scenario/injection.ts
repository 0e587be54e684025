import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultContext, InverseContext, UndoData } from '../faults/fault.ts';
import { inverses } from '../faults/inverses.ts';
import type { Target, Transition } from '../record/types.ts';
import { appendAudit } from '../safety/audit.ts';
import type { AuditAction } from '../safety/audit.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { refusals } from '../safety/interlocks.ts';
import { ownAddressesFor } from '../safety/interlocks-own-place.ts';
import { noteInjected, openEntries, openEntry } from '../safety/journal.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { mend } from '../safety/mend.ts';
import { noteUnsettled } from '../safety/unsettled.ts';
import { Blocked, Inconclusive } from './outcome.ts';
import type { Session } from './session.ts';

export interface InjectionContext {
  session: Session;
  scenario: string;
  /** Guest of the scenario, null for one about the cluster. */
  guest?: string | null;
  signal: AbortSignal;
  progress: (message: string) => void;
}

/** A fault that is in place; times are ns since the anchor. */
export interface Injected {
  /** Just before the command was sent. */
  at: number;
  /** Between which moments its effect was confirmed. */
  confirmed: Transition;
}

/** How long a hand may take until its effect is confirmed: a BMC's forced power-off is done within seconds. */
const confirmationMs = 30_000;
/** Undo budget of one scenario. */
const undoBudgetMs = 300_000;
const pollMs = 100;

function faultContext({ session, signal, progress }: InjectionContext): FaultContext {
  return { environment: session.environment, signal, progress };
}

function ownEntries({ session, scenario }: InjectionContext): JournalEntry[] {
  return openEntries(session.identity.identity).filter((entry) => entry.runFolder === session.writer.folder && entry.scenario === scenario);
}

/** Asks the interlocks about each permission. Throws Blocked with every refusal. */
export async function askInterlocks(intents: { fault: string; target: Target; guest: string | null }[], context: InjectionContext): Promise<void> {
  const { session } = context;
  const snapshot = await session.hypervisor.snapshot('full', { signal: context.signal });
  const ownAddresses = await ownAddressesFor(session.environment);
  const openFaults = openEntries(session.identity.identity).filter((entry) => entry.fault !== 'live-migration' && entry.fault !== 'backup').length;
  const found = intents.flatMap((intent) => {
    const { fault, target, guest } = intent;
    const refused = refusals({ environment: session.environment, intent: { fault, node: target.node, disk: target.disk, guest }, snapshot, openFaults, armedWith: session.armedWith, now: new Date(), ownAddresses });
    return refused.map((refusal) => ({ intent, refusal }));
  });
  for (const { intent, refusal } of found) audit({ ...context, guest: intent.guest }, 'refused', intent.fault, intent.target, `interlock "${refusal.rule}"`, refusal.message);
  if (found.length > 0) throw new Blocked([...new Set(found.map(({ refusal }) => `interlock "${refusal.rule}": ${refusal.message}`))].join(' '));
}

function audit({ session, scenario, guest = null }: InjectionContext, action: AuditAction['action'], fault: string, target: Target, permission: string, outcome: string): void {
  appendAudit(session.writer.folder, { action, fault, target, guest, scenario, cluster: `${session.identity.name} ${session.identity.identity}`, permission, outcome });
}

/** What allowed a fault, in words. */
function permissionOf({ session }: InjectionContext, fault: string): string {
  const armed = session.environment.disposable ? 'disposable' : `--arm ${session.armedWith}`;
  return `allow.faults: ${fault}; ${armed}`;
}

/** Opens an undo for what the following steps do by themselves, and says so in the audit log. */
export function guard(fault: string, target: Target, undo: UndoData, context: InjectionContext): void {
  openUndo(fault, target, undo, context);
  audit(context, 'inject', fault, target, permissionOf(context, fault), 'undo on disk, about to begin');
}

/** Opens a journal entry and leaves its trace in the record. When it cannot be written, nothing may be injected. */
function openUndo(fault: string, target: Target, undo: UndoData, context: InjectionContext): JournalEntry {
  const { session, scenario } = context;
  try {
    noteUnsettled(session.identity.identity, session.writer.run);
    return openEntry({
      environment: session.environment.name,
      cluster: session.identity,
      disposable: session.environment.disposable,
      run: session.writer.run,
      runFolder: session.writer.folder,
      scenario,
      fault,
      target,
      guest: context.guest ?? null,
      undo,
    });
  } catch (error) {
    throw new Blocked(`The undo of "${fault}" could not be written to disk (${(error as Error).message}), so nothing was injected. Make room, or set XDG_STATE_HOME to a folder that can be written.`, { cause: error });
  }
}

/** Entries of faults whose command was sent by this process and whose effect was not confirmed: it may still come. */
const unconfirmed = new Set<string>();

/** Sends the command and waits until its effect is confirmed; the moments around that. Throws Inconclusive when it is not, or what the hand throws. */
async function applyUntilConfirmed(fault: Fault, at: number, context: InjectionContext): Promise<Transition> {
  const { writer } = context.session;
  let lastBefore = at;
  await fault.apply(faultContext(context));
  writer.event({ kind: 'phase', scenario: context.scenario, phase: 'injected', source: 'the hand accepted the command', lastBefore: at, firstAfter: writer.now() });
  const deadline = performance.now() + deadlineMs(confirmationMs);
  for (;;) {
    const asked = writer.now();
    if (await fault.confirmed(faultContext(context))) return { lastBefore, firstAfter: writer.now() };
    lastBefore = asked;
    if (performance.now() > deadline) throw new Inconclusive(`"${fault.title}" was commanded, but its effect could not be confirmed within ${confirmationMs / 1000} s: the hand accepts and does nothing. Check it by hand.`);
    await sleep(pollMs, undefined, { signal: context.signal });
  }
}

/** Undo on disk, fault injected, effect confirmed: in this order. Throws Blocked before, Inconclusive after the injection. */
export async function inject(fault: Fault, context: InjectionContext): Promise<Injected> {
  const { writer } = context.session;
  const { scenario } = context;
  await askInterlocks([{ fault: fault.name, target: fault.target, guest: null }], context);
  context.signal.throwIfAborted();
  const entry = openUndo(fault.name, fault.target, fault.undo, context);
  writer.event({ kind: 'fault-injecting', scenario, fault: fault.name, target: fault.target, journal: entry.id });
  audit(context, 'inject', fault.name, fault.target, permissionOf(context, fault.name), 'undo on disk, command about to be sent');
  const at = writer.now();
  unconfirmed.add(entry.id);
  const confirmed = await applyUntilConfirmed(fault, at, context).catch((error: Error) => {
    audit(context, 'not-confirmed', fault.name, fault.target, permissionOf(context, fault.name), `${error.message}; it may be in place all the same, and its undo is open`);
    throw error;
  });
  noteInjected(entry);
  unconfirmed.delete(entry.id);
  writer.event({ kind: 'fault-injected', scenario, fault: fault.name, target: fault.target });
  audit(context, 'injected', fault.name, fault.target, permissionOf(context, fault.name), 'effect confirmed');
  writer.event({ kind: 'phase', scenario, phase: 'confirmed', source: 'the hand read back', ...confirmed });
  return { at, confirmed };
}

/** Carries out the open undos of this scenario. Throws Inconclusive when one could not be carried out; it stays open. */
export async function revertAll(context: InjectionContext): Promise<number> {
  const { session, scenario } = context;
  const entries = ownEntries(context);
  const begun = session.writer.now();
  for (const entry of entries) session.writer.event({ kind: 'fault-reverting', scenario, fault: entry.fault, target: entry.target, journal: entry.id });
  // Mending outlives the scenario's own deadline; only the end of the run stops it, and then the parent process mends.
  const inverseContext: InverseContext = { ...faultContext(context), signal: session.signal, hypervisor: async () => session.hypervisor };
  const results = await mend(entries, inverseContext, { inverses, budgetMs: deadlineMs(undoBudgetMs), identity: session.identity.identity, ...(entries.some((entry) => unconfirmed.has(entry.id)) ? {} : { settleMs: 0 }) });
  for (const { entry, outcome } of results) session.writer.event({ kind: 'fault-reverted', scenario, fault: entry.fault, target: entry.target, verified: outcome === 'reverted' });
  const failed = results.filter((result) => result.outcome === 'failed');
  if (failed.length > 0) throw new Inconclusive(`Not mended: ${failed.map((result) => `${result.entry.undo.title} (${result.detail})`).join('; ')}. The run ends with another attempt.`);
  return begun;
}
