import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Fault, FaultContext, InverseContext, UndoData } from '../faults/fault.ts';
import { inverses } from '../faults/inverses.ts';
import type { Target, Transition } from '../record/types.ts';
import { appendAudit } from '../safety/audit.ts';
import type { AuditAction } from '../safety/audit.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { overridesUsed, refusals } from '../safety/interlocks.ts';
import { ownAddressesFor } from '../safety/interlocks-own-place.ts';
import { handLog } from '../safety/hands.ts';
import { noteInjected, openEntries, openEntry } from '../safety/journal.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { mend } from '../safety/mend.ts';
import { ownPlaceOf } from '../safety/own-machine-place.ts';
import { noteUnsettled } from '../safety/unsettled.ts';
import { askLock, faultsInPlace } from './ask-lock.ts';
import { intentsOf } from './intents.ts';
import type { TargetedIntent } from './intents.ts';
import { Blocked, Inconclusive } from './outcome.ts';
import type { Session } from './session.ts';

export interface InjectionContext {
  session: Session;
  scenario: string;
  /** Guest of the scenario, null for one about the cluster. */
  guest?: string | null;
  /** How long the scenario is expected to take, ms, where it is about to begin. */
  expectedMs?: number;
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
  return { environment: session.environment, signal, progress, hypervisor: async () => session.hypervisor };
}

/** Whether an undo on disk is that of a fault: what was read right before the fault may have been added to it. */
function isUndoOf({ inverse, data }: UndoData, written: UndoData): boolean {
  return written.inverse === inverse && Object.entries(data).every(([key, value]) => JSON.stringify(written.data[key]) === JSON.stringify(value));
}

/** Open entries of this scenario; of these undos alone, when some are named. */
function ownEntries({ session, scenario }: InjectionContext, only?: readonly UndoData[]): JournalEntry[] {
  return openEntries(session.identity.identity).filter((entry) => entry.runFolder === session.writer.folder && entry.scenario === scenario && (only?.some((undo) => isUndoOf(undo, entry.undo)) ?? true));
}

/** The undo as it goes on disk. Throws Blocked when what it has to know cannot be read: nothing was injected. */
async function undoOf(fault: Fault, context: InjectionContext): Promise<UndoData> {
  try {
    return (await fault.prepare?.(faultContext(context))) ?? fault.undo;
  } catch (error) {
    context.signal.throwIfAborted();
    throw new Blocked(`"${fault.title}" was not injected: ${(error as Error).message}`, { cause: error });
  }
}

/** Asks the interlocks about each intent, and notes which of them are gone beyond. Throws Blocked with every refusal. */
export async function askInterlocks(intents: readonly TargetedIntent[], context: InjectionContext): Promise<void> {
  const { session } = context;
  const snapshot = await session.hypervisor.snapshot('full', { signal: context.signal });
  const ownAddresses = await ownAddressesFor(session.environment);
  const { partOf: ownPlace } = await ownPlaceOf(session.environment, context.signal);
  const openFaults = faultsInPlace(session);
  const about = (intent: TargetedIntent): Parameters<typeof refusals>[0] => ({ environment: session.environment, intent, snapshot, openFaults, armedWith: session.armedWith, now: new Date(), nowUnset: new Date(session.writer.wallNow()), ...(context.expectedMs === undefined ? {} : { expectedMs: context.expectedMs }), ownAddresses, ownPlace });
  const found = intents.flatMap((intent) => refusals(about(intent)).map((refusal) => ({ intent, refusal })));
  for (const { intent, refusal } of found) audit({ ...context, guest: intent.guest }, 'refused', intent.fault, intent.target, `interlock "${refusal.rule}"`, refusal.message);
  if (found.length > 0) throw new Blocked([...new Set(found.map(({ refusal }) => `interlock "${refusal.rule}": ${refusal.message}`))].join(' '));
  for (const intent of intents) for (const { override, why } of overridesUsed(about(intent))) session.writer.event({ kind: 'note', scenario: context.scenario, level: 'warning', message: `OVERRIDE ${override}: ${why}` });
}

function audit({ session, scenario, guest = null, journal }: InjectionContext & { journal?: string }, action: AuditAction['action'], fault: string, target: Target, permission: string, outcome: string): void {
  appendAudit(session.writer.folder, { action, fault, target, guest, scenario, ...(journal === undefined ? {} : { journal }), cluster: `${session.identity.name} ${session.identity.identity}`, permission, outcome });
}

/** What allowed a fault, in words. */
function permissionOf({ session }: InjectionContext, fault: string, overrides: Fault['overrides'] = []): string {
  const armed = session.environment.disposable ? 'disposable' : `--arm ${session.armedWith}`;
  return `allow.faults: ${[fault, ...overrides.filter((override) => session.environment.allow.faults.includes(override))].join(', ')}; ${armed}`;
}

/** Opens an undo for what the following steps do by themselves, and says so in the audit log. Throws Blocked when the lock of the cluster is not ours. */
export async function guard(fault: string, target: Target, undo: UndoData, context: InjectionContext): Promise<void> {
  await askLock(context);
  const { id: journal } = openUndo(fault, target, undo, context);
  audit({ ...context, journal }, 'inject', fault, target, permissionOf(context, fault), 'undo on disk, about to begin');
}

/** Opens a journal entry and leaves its trace in the record. When it cannot be written, nothing may be injected. */
function openUndo(fault: string, target: Target, undo: UndoData, context: InjectionContext, byProcess = false): JournalEntry {
  const { session, scenario } = context;
  try {
    noteUnsettled(session.identity.identity, session.writer.run, session.writer.folder);
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
      byProcess,
      undo,
    });
  } catch (error) {
    throw new Blocked(`The undo of "${fault}" could not be written to disk (${(error as Error).message}), so nothing was injected. Make room, or set XDG_STATE_HOME to a folder that can be written.`, { cause: error });
  }
}

/** Entries of faults whose command was sent by this process and whose effect was not confirmed: it may still come. */
const unconfirmed = new Set<string>();

/** Waits until the effect of a fault is confirmed; the moments around that. Throws Inconclusive when it is not. */
async function untilConfirmed(fault: Fault, at: number, context: InjectionContext): Promise<Transition> {
  const { writer } = context.session;
  let lastBefore = at;
  const patienceMs = fault.undo.effectWithinMs ?? confirmationMs;
  const deadline = performance.now() + deadlineMs(patienceMs);
  for (;;) {
    const asked = writer.now();
    if (await fault.confirmed(faultContext(context))) return { lastBefore, firstAfter: writer.now() };
    lastBefore = asked;
    if (performance.now() > deadline) throw new Inconclusive(`"${fault.title}" was commanded, but its effect could not be confirmed within ${patienceMs / 1000} s: ${fault.undo.effectWithinMs === undefined ? 'the hand accepts and does nothing' : 'it was accepted and does not come to its end'}. Check it by hand.`);
    await sleep(pollMs, undefined, { signal: context.signal });
  }
}

export interface InjectOptions {
  /** Waited for when the interlocks have nothing against it, before any undo is on disk: whoever has to be told of the fault. */
  allowed?: () => Promise<void>;
  /** Waited for with the interlocks asked and the undo on disk, right before the command is sent: the moment that the fault is for. */
  once?: () => Promise<void>;
}

/** Sends the command of one fault and sees it through to its confirmed effect. `sent` is told when the hand has accepted it. */
async function carryOut({ fault, entry }: Opened, at: number, sent: () => void, context: InjectionContext): Promise<Transition> {
  const { writer } = context.session;
  const { scenario } = context;
  const permission = permissionOf(context, fault.name, fault.overrides);
  try {
    await fault.apply({ ...faultContext(context), hands: handLog(entry.cluster.identity, entry.id, 'inject') }).catch((error: unknown) => {
      // Where the cluster itself refused, nothing is on its way that whoever mends would have to wait for.
      if (error instanceof AdapterError && error.fault.blame === 'cluster') unconfirmed.delete(entry.id);
      throw error;
    });
    sent();
    const confirmed = await untilConfirmed(fault, at, context);
    // First: an effect that is noted without its line in the audit log would look like a log that was cut.
    audit({ ...context, journal: entry.id }, 'injected', fault.name, fault.target, permission, 'effect confirmed');
    noteInjected(entry);
    unconfirmed.delete(entry.id);
    writer.event({ kind: 'fault-injected', scenario, fault: fault.name, target: fault.target });
    return confirmed;
  } catch (error) {
    audit({ ...context, journal: entry.id }, 'not-confirmed', fault.name, fault.target, permission, `${(error as Error).message}; it may be in place all the same, and its undo is open`);
    throw error;
  }
}

interface Opened {
  fault: Fault;
  entry: JournalEntry;
}

/**
 * Every undo on disk, then all faults injected at once, then all effects confirmed. Throws Blocked before, and after the
 * injection what went wrong first; the undos are open then. The moments are those of the last fault that was confirmed.
 */
export async function injectTogether(faults: readonly Fault[], context: InjectionContext, { allowed, once }: InjectOptions = {}): Promise<Injected> {
  const { writer } = context.session;
  const { scenario } = context;
  await askInterlocks(intentsOf({ permissions: [], faults: [...faults], together: true }, null), context);
  context.signal.throwIfAborted();
  await allowed?.();
  context.signal.throwIfAborted();
  const undos = await Promise.all(faults.map(async (fault) => undoOf(fault, context)));
  await askLock(context);
  context.signal.throwIfAborted();
  const opened: Opened[] = faults.map((fault, index) => ({ fault, entry: openUndo(fault.name, fault.target, undos[index] ?? fault.undo, context, fault.byProcess) }));
  for (const { fault, entry } of opened) audit({ ...context, journal: entry.id }, 'inject', fault.name, fault.target, permissionOf(context, fault.name, fault.overrides), 'undo on disk, command about to be sent');
  await once?.();
  context.signal.throwIfAborted();
  for (const { fault, entry } of opened) writer.event({ kind: 'fault-injecting', scenario, fault: fault.name, target: fault.target, journal: entry.id });
  const at = writer.now();
  for (const { entry } of opened) unconfirmed.add(entry.id);
  let accepted = 0;
  const sent = (): void => {
    accepted += 1;
    if (accepted === opened.length) writer.event({ kind: 'phase', scenario, phase: 'injected', source: 'the hand accepted the command', lastBefore: at, firstAfter: writer.now() });
  };
  const outcomes = await Promise.allSettled(opened.map(async (one) => carryOut(one, at, sent, context)));
  const moments = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  const confirmed = { lastBefore: Math.max(...moments.map(({ lastBefore }) => lastBefore)), firstAfter: Math.max(...moments.map(({ firstAfter }) => firstAfter)) };
  // What takes its time has consequences before it is complete: its end is no phase of what follows from it.
  if (faults.some(({ undo }) => undo.effectWithinMs !== undefined)) writer.event({ kind: 'mark', scenario, title: `complete: ${faults.map(({ title }) => title).join(', ')}` });
  else writer.event({ kind: 'phase', scenario, phase: 'confirmed', source: 'the hand read back', ...confirmed });
  return { at, confirmed };
}

/** Undo on disk, fault injected, effect confirmed: in this order. Throws Blocked before, Inconclusive after the injection. */
export async function inject(fault: Fault, context: InjectionContext, options?: InjectOptions): Promise<Injected> {
  return injectTogether([fault], context, options);
}

/** Carries out the open undos of this scenario, or those alone that are named. Throws Inconclusive when one could not be carried out; it stays open. */
export async function revertAll(context: InjectionContext, only?: readonly UndoData[]): Promise<number> {
  const { session, scenario } = context;
  const entries = ownEntries(context, only);
  const begun = session.writer.now();
  for (const entry of entries) session.writer.event({ kind: 'fault-reverting', scenario, fault: entry.fault, target: entry.target, journal: entry.id });
  // Mending outlives the scenario's own deadline; only the end of the run stops it, and then the parent process mends. Where a
  // login is refused, the second try is the parent's.
  const inverseContext: InverseContext = { ...faultContext(context), signal: session.signal };
  const results = await mend(entries, inverseContext, { inverses, budgetMs: deadlineMs(undoBudgetMs), identity: session.identity.identity, refusedLogins: 1, ...(entries.some((entry) => unconfirmed.has(entry.id)) ? {} : { settleMs: 0 }) });
  for (const { entry, outcome } of results) session.writer.event({ kind: 'fault-reverted', scenario, fault: entry.fault, target: entry.target, verified: outcome === 'reverted' });
  const failed = results.filter((result) => result.outcome === 'failed');
  if (failed.length > 0) throw new Inconclusive(`Not mended: ${failed.map((result) => `${result.entry.undo.title} (${result.detail})`).join('; ')}. The run ends with another attempt.`);
  return begun;
}
