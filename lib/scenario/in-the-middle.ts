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

export interface MiddleOptions {
  /**
   * How often an operation is begun that ended well before it was seen under way: the readings of the platform come some tenths of a
   * second apart, and a small guest's operation takes hardly longer. Only for one that leaves things as they were. Default 1.
   */
  attempts?: number;
}

/** Begins the operation until one is met under way; answers with that one. */
async function meet<T>(scenario: Scenario, what: string, attempts: number, begin: () => Promise<Operation<T>>): Promise<Operation<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const operation = await begin();
    if (operation.underWay === undefined) throw new Inconclusive(`The platform does not tell when a ${what} is under way, so a fault cannot be aimed at the middle of one.`);
    try {
      await operation.underWay;
      return operation;
    } catch (error) {
      if (attempt < attempts && (await operation.done.then(() => true, () => false))) {
        scenario.progress(`the ${what} was over before it was seen under way: begun again (${attempt + 1} of ${attempts})`);
        continue;
      }
      throw new Inconclusive(`The ${what} could not be met in its middle${attempt > 1 ? `, ${attempt} times` : ''}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/**
 * Begins an operation of the platform and injects a fault in the middle of it: with interlocks asked and undo on disk, the command
 * is sent at the moment that the platform shows data on its way. When it ended before the fault was there, nothing is claimed.
 *
 * @param what the operation in words, for example "migration"
 * @throws Inconclusive when the operation was too quick to be met in all attempts, or the platform cannot tell
 */
export async function injectInTheMiddle<T>(scenario: Scenario, fault: Fault, what: string, begin: (signal: AbortSignal) => Promise<Operation<T>>, { attempts = 1 }: MiddleOptions = {}): Promise<Interrupted> {
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
        const met = await meet(scenario, what, attempts, async () => (operation = await begin(AbortSignal.any([scenario.signal, leaving.signal]))));
        met.done.then(() => (endedAt = scenario.now()), () => (endedAt = scenario.now()));
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
