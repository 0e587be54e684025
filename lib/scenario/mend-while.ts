import type { Scenario } from './scenario.ts';

/**
 * Mends and follows what comes back at once, as it may come back before that is verified. Ends when both have ended. Where mending fails,
 * the following is broken off: nobody is to blame for not coming back from what was not taken away.
 *
 * @param follow gets the scenario with a signal that is aborted then
 * @throws what mending threw, or else what following did
 */
export async function mendWhile(scenario: Scenario, mend: () => Promise<unknown>, follow: (scenario: Scenario) => Promise<unknown>): Promise<void> {
  const broken = new AbortController();
  const mending = mend().catch((error: unknown) => {
    broken.abort(error);
    throw error;
  });
  const outcomes = await Promise.allSettled([mending, follow({ ...scenario, signal: AbortSignal.any([scenario.signal, broken.signal]) })]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
