import type { Scenario } from './scenario.ts';

const readTimeoutMs = 60_000;
const seconds = (ms: number): string => (ms / 1000).toFixed(0);

/**
 * What the cluster's own settings let one expect of a recovery, in words for the source of the figure that was measured (ms), with the
 * setting that was waited for; empty for a cluster that does not tell. What it is made of is evidence. It judges nothing.
 */
export async function tellExpectedRecovery(scenario: Pick<Scenario, 'signal' | 'evidence'> & { hypervisor: Pick<Scenario['hypervisor'], 'expectedRecovery'> }, guest: string, loss: 'power' | 'network', measured: { lo: number; hi: number }): Promise<string> {
  const expected = (await scenario.hypervisor.expectedRecovery?.(guest, loss, { signal: scenario.signal, timeoutMs: readTimeoutMs }).catch(() => null)) ?? null;
  if (expected === null) return '';
  const { loMs, hiMs, terms, longestWait } = expected;
  const wait = longestWait !== null && measured.hi >= longestWait.ms ? `; most of it is ${longestWait.words}` : '';
  const words = `; ${seconds(loMs)} to ${seconds(hiMs)} s and its own start are expected by the settings of the cluster${wait}`;
  scenario.evidence('What the settings of the cluster let one expect', 'expected-recovery.txt', 'text/plain', `Recovery of ${guest}: ${(measured.lo / 1000).toFixed(1)} to ${(measured.hi / 1000).toFixed(1)} s${words}\n${terms.join('\n')}\n`);
  return words;
}
