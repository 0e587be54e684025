import type { Target } from '../record/types.ts';
import type { ScenarioFacts } from './scenario-facts.ts';

/** A fault that the record does not show as reverted and verified. */
export interface UnmendedFault {
  fault: string;
  target: Target;
  why: string;
}

/** Faults of a scenario whose latest word is not "reverted, verified". */
export function unmendedFaults({ events }: ScenarioFacts): UnmendedFault[] {
  const open = new Map<string, UnmendedFault>();
  for (const event of events) {
    if (event.kind !== 'fault-injecting' && event.kind !== 'fault-injected' && event.kind !== 'fault-reverted' && event.kind !== 'fault-reverting') continue;
    const { fault, target } = event;
    const key = JSON.stringify([fault, target.node, target.disk]);
    if (event.kind === 'fault-reverted' && event.verified) open.delete(key);
    else if (event.kind === 'fault-reverted') open.set(key, { fault, target, why: 'its undo could not be carried out and verified' });
    else open.set(key, { fault, target, why: event.kind === 'fault-reverting' ? 'its undo was begun and has no end in the record' : 'it was injected and never reverted' });
  }
  return [...open.values()];
}

/** Whether anything was injected, or at least begun to be. */
export function injectedAnything({ events }: ScenarioFacts): boolean {
  return events.some((event) => event.kind === 'fault-injecting' || event.kind === 'fault-injected');
}
