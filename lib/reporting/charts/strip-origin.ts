import { commandedFaults } from '../../judgement/phases.ts';
import type { EventOf, ScenarioFacts } from '../../judgement/scenario-facts.ts';

/** What the moment 0 of a strip is; strips of one kind alone are aligned with each other. The first that a window has counts. */
export const originKinds = ['fault', 'mending', 'move', 'window'] as const;

export interface Origin {
  kind: (typeof originKinds)[number];
  /** ns since the anchor. */
  atNs: number;
}

/** What the moment 0 is, in words. */
export const originWords: Record<Origin['kind'], string> = { fault: 'the fault was commanded', mending: 'the mending was commanded', move: 'the move was commanded', window: 'the measured window began' };

/** A window begins at the command, and its event stands on disk before: so much may lie in between, ns. */
const eventLeadNs = 1e9;

/**
 * From which moment on the time of a window counts: the command of the first fault in it, as the phases of a recovery count it (the
 * last of those that were injected together), so that each leg has its own. Else when its mending was commanded, else the move that
 * is measured, else its begin.
 */
export function originOf(facts: Pick<ScenarioFacts, 'events'>, { start, end, fromNode, toNode }: EventOf<'window'>): Origin {
  const isWithin = (ns: number): boolean => ns >= start - eventLeadNs && ns <= end;
  const fault = commandedFaults(facts).find(({ injectedAt }) => isWithin(injectedAt));
  if (fault !== undefined) return { kind: 'fault', atNs: fault.injectedAt };
  const mending = facts.events.find(({ kind, t }) => kind === 'fault-reverting' && isWithin(t));
  if (mending !== undefined) return { kind: 'mending', atNs: mending.t };
  const begins = ` ${fromNode ?? ''} to ${toNode ?? ''} begins`;
  const move = facts.events.find((event) => event.kind === 'mark' && event.title.endsWith(begins) && isWithin(event.t));
  return move === undefined ? { kind: 'window', atNs: start } : { kind: 'move', atNs: move.t };
}
