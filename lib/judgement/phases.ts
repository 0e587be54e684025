import { phaseNames } from '../record/types.ts';
import type { PhaseAccount, PhaseName, RunEvent, Target, Transition } from '../record/types.ts';
import type { ScenarioFacts } from './scenario-facts.ts';
import { sayInterval } from './wording.ts';

/** Between which moments a phase was reached, ms since the fault was commanded. */
export interface Phase {
  name: PhaseName;
  lo: number;
  hi: number;
}

/** The phases of a recovery, and what other witnesses say about them. */
export interface Recovery {
  /** In their order, monotone: no end of one lies before the same end of an earlier one, so that the times between them add up. */
  phases: Phase[];
  accounts: PhaseAccount[];
  /** Where witnesses contradict each other, as sentences. Nothing is averaged. */
  disagreements: string[];
}

const nothing: Recovery = { phases: [], accounts: [], disagreements: [] };

function sinceFault({ lastBefore, firstAfter }: Transition, injectedAt: number): { lo: number; hi: number } {
  return { lo: Math.max(0, lastBefore - injectedAt) / 1e6, hi: Math.max(0, firstAfter - injectedAt) / 1e6 };
}

/** Each phase the first time it was reached after an injection, in the order of the phases. */
function asSeen(events: readonly RunEvent[], injectedAt: number): Phase[] {
  const seen = new Map<PhaseName, Phase>();
  for (const event of events) {
    if (event.kind === 'phase' && event.firstAfter >= injectedAt && !seen.has(event.phase)) seen.set(event.phase, { name: event.phase, ...sinceFault(event, injectedAt) });
  }
  return phaseNames.flatMap((name) => seen.get(name) ?? []);
}

/**
 * What the order of the phases tells about each: it was not reached before an earlier one can have been, nor after a later one was.
 * Phases that were seen against their order stay as they were seen, and are named.
 */
function inOrder(seen: readonly Phase[]): Pick<Recovery, 'phases' | 'disagreements'> {
  const disagreements = seen.flatMap((later, index) => seen.slice(0, index).filter((earlier) => later.hi < earlier.lo).map((earlier) => `${later.name} was seen at ${sayInterval(later, 'ms')}, before ${earlier.name} at ${sayInterval(earlier, 'ms')}`));
  if (disagreements.length > 0) return { phases: [...seen], disagreements };
  const phases = seen.map(({ name }, index) => ({ name, lo: Math.max(...seen.slice(0, index + 1).map(({ lo }) => lo)), hi: Math.min(...seen.slice(index).map(({ hi }) => hi)) }));
  return { phases, disagreements };
}

/**
 * Phases that are seen in the state that a cluster publishes. It decides first, writes that into its log, and publishes it a while
 * later (Pacemaker on the lab: 0.02 to 1.9 s), so that a log with an earlier moment is right, and so is what was seen.
 */
const published: readonly PhaseName[] = ['detected', 'fenced', 'placed'];

/** Whether what a witness says of a phase can be true together with what was seen of it. */
function agreesWith(account: { lo: number; hi: number }, seen: Phase): boolean {
  return account.lo <= seen.hi && (account.hi >= seen.lo || published.includes(seen.name));
}

/** The phases of a scenario, counted from the command of its latest fault, with the other witnesses' accounts of them. */
export function recoveryOf(facts: ScenarioFacts): Recovery {
  const injectedAt = facts.events.findLast((event) => event.kind === 'fault-injecting')?.t;
  if (injectedAt === undefined) return nothing;
  const { phases, disagreements } = inOrder(asSeen(facts.events, injectedAt));
  const accounts = facts.events.flatMap((event): PhaseAccount[] => {
    if (event.kind !== 'account' || event.firstAfter < injectedAt) return [];
    const interval = sinceFault(event, injectedAt);
    const phase = phases.find(({ name }) => name === event.phase);
    return [{ name: event.phase, ...interval, source: event.source, detail: event.detail, agrees: phase === undefined || agreesWith(interval, phase) }];
  });
  const contradictions = accounts.filter(({ agrees }) => !agrees).map((account) => `${account.name}: ${account.source} says ${sayInterval(account, 'ms')}, seen at ${sayInterval(phases.find(({ name }) => name === account.name) ?? account, 'ms')}`);
  return { phases, accounts, disagreements: [...disagreements, ...contradictions] };
}

/** The recovery from one fault of several that a scenario injected one after the other. */
export interface Leg {
  target: Target;
  phases: Phase[];
  /** Phases that were seen against their order, as sentences. */
  disagreements: string[];
}

/** A fault, or several that were injected together, with what was recorded until the next. */
export interface CommandedFault {
  target: Target;
  /** When the last command of it was sent, ns since the anchor: the moment 0 of its recovery. */
  injectedAt: number;
  events: RunEvent[];
}

/** The faults of a scenario in order. Those that were injected together are one: nothing was reached between their commands. */
export function commandedFaults({ events }: Pick<ScenarioFacts, 'events'>): CommandedFault[] {
  const faults: CommandedFault[] = [];
  for (const event of events) {
    const fault = faults.at(-1);
    if (event.kind !== 'fault-injecting') fault?.events.push(event);
    else if (fault === undefined || fault.events.some(({ kind }) => kind === 'phase' || kind === 'fault-injected' || kind === 'fault-reverting')) faults.push({ target: event.target, injectedAt: event.t, events: [] });
    else fault.injectedAt = event.t;
  }
  return faults;
}

/**
 * The recoveries of a scenario that injected one fault after the other, each counted from the command of its own; empty for a scenario
 * with one injection.
 */
export function legsOf(facts: Pick<ScenarioFacts, 'events'>): Leg[] {
  const legs = commandedFaults(facts);
  return legs.length < 2 ? [] : legs.map((leg) => ({ target: leg.target, ...inOrder(asSeen(leg.events, leg.injectedAt)) }));
}

/** How long each phase took after the one before it, ms: the parts of which the time to the last phase is the sum (of the middles). */
export function phaseSteps(phases: readonly Phase[]): { name: PhaseName; from: number; to: number }[] {
  const middle = ({ lo, hi }: Phase): number => (lo + hi) / 2;
  return phases.map((phase, index) => {
    const before = phases[index - 1];
    return { name: phase.name, from: before === undefined ? 0 : middle(before), to: middle(phase) };
  });
}
