import type { Clock } from '../../platforms/proxmox/clock.ts';
import { tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';

/** How long an API that answers 5xx to a question is asked again, and how often, ms: one that has just been started does so for seconds. */
const withinMs = 20_000;
const pauseMs = 1000;

/**
 * Asks again while the API says only that it cannot tell, for 20 s: what hangs on the answer (which cluster it is, whether somebody holds
 * its lock) must not be decided by one bad moment. For questions alone, never for what changes something.
 *
 * @throws what was thrown at last, or at once where it is more than a 5xx
 */
export async function onceItTells<T>(clock: Clock, ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const until = clock.now() + withinMs; ; await clock.sleep(pauseMs, signal)) {
    try {
      return await ask();
    } catch (error) {
      // The adapter's errors carry the API's.
      const isEmpty = tellsNothing(error) || (error instanceof Error && tellsNothing(error.cause));
      if (!isEmpty || clock.now() >= until) throw error;
    }
  }
}
