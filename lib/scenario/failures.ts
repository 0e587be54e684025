import type { Scenario } from './scenario.ts';

/**
 * Reads which failures the HA manager remembers and keeps them in the record, before somebody makes it forget them. Null when
 * they cannot be read; throws only when the signal aborts.
 */
export async function recordFailures({ hypervisor, evidence, progress }: Pick<Scenario, 'hypervisor' | 'evidence' | 'progress'>, signal: AbortSignal): Promise<string[] | null> {
  try {
    const { failures } = await hypervisor.snapshot('full', { signal });
    if (failures.length > 0) evidence('Failures that the HA manager remembers', 'failures.txt', 'text/plain', `${failures.join('\n')}\n`);
    return failures;
  } catch (error) {
    signal.throwIfAborted();
    progress(`what the HA manager remembers could not be read: ${(error as Error).message}`);
    return null;
  }
}
