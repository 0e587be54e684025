import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { nodesDown, takesNodeDown } from './interlocks.ts';
import type { Intent } from './interlocks.ts';

/**
 * Guests that go down with the nodes of an intent though nobody named them in allow.guests, in words for people: whose fault it is to be
 * must know that they are felt as well.
 */
export function takenAlong(intent: Intent, environment: Environment, snapshot: Snapshot): string[] {
  if (!takesNodeDown.has(intent.fault)) return [];
  return nodesDown(intent).flatMap((node) => {
    const there = snapshot.guests.filter(({ name, runningOn }) => runningOn.includes(node) && !environment.allow.guests.includes(name));
    return there.map(({ name, haManaged }) => `${name} on ${node} (${haManaged ? 'protected by HA: it is to come back elsewhere' : 'not protected by HA: it is down as long as the node'})`);
  });
}
