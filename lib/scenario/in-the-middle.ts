import type { Operation } from '../adapters/hypervisor.ts';
import type { Fault } from '../faults/fault.ts';
import type { Injected } from './injection.ts';
import { Inconclusive } from './outcome.ts';
import type { Scenario } from './scenario.ts';

export interface Interrupted {
  injected: Injected;
  /** Stops following the operation, and keeps its log. The platform is left to itself with what is left of it. */
  giveUp: () => Promise<void>;
}

/**
 * Begins an operation of the platform and injects a fault in the middle of it: with interlocks asked and undo on disk, the command
 * is sent at the moment that the platform shows data on its way. When it ended before the fault was there, nothing is claimed.
 *
 * @param what the operation in words, for example "migration"
 * @throws Inconclusive when the operation was too quick to be met, or the platform cannot tell
 */
export async function injectInTheMiddle<T>(scenario: Scenario, fault: Fault, what: string, begin: (signal: AbortSignal) => Promise<Operation<T>>): Promise<Interrupted> {
  const leaving = new AbortController();
  let operation: Operation<T> | null = null;
  let seenAt = 0;
  let endedAt: number | null = null;
  const giveUp = async (): Promise<void> => {
    leaving.abort(new Error('given up: its node was powered off'));
    const how = await operation?.done.then(() => 'it ended by itself', (error: Error) => error.message);
    scenario.evidence(`Log of the ${what}`, `${what}.log`, 'text/plain', `${operation?.log().join('\n') ?? ''}\n${how ?? ''}\n`);
  };
  try {
    const injected = await scenario.inject(fault, {
      once: async () => {
        operation = await begin(AbortSignal.any([scenario.signal, leaving.signal]));
        operation.done.then(() => (endedAt = scenario.now()), () => (endedAt = scenario.now()));
        if (operation.underWay === undefined) throw new Inconclusive(`The platform does not tell when a ${what} is under way, so a fault cannot be aimed at the middle of one.`);
        await operation.underWay.catch((error: Error) => {
          throw new Inconclusive(`The ${what} could not be met in its middle: ${error.message}`, { cause: error });
        });
        seenAt = scenario.now();
        scenario.mark(`the ${what} is under way`);
      },
    });
    const ended = endedAt as number | null;
    const inTime = ended === null || ended > injected.confirmed.firstAfter;
    scenario.expect(`the fault came in the middle of the ${what}`, inTime ? true : null, `seen under way, ${((injected.at - seenAt) / 1e6).toFixed(0)} ms later the command was sent, and ${((injected.confirmed.firstAfter - seenAt) / 1e6).toFixed(0)} ms later its effect was confirmed; the ${what} ${inTime ? 'had not ended then' : 'had ended before that'}`);
    return { injected, giveUp };
  } catch (error) {
    await giveUp();
    throw error;
  }
}
