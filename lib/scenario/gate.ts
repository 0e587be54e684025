import { deadlineMs } from '../safety/deadlines.ts';
import { waitForSteadyState } from '../safety/steady-state.ts';
import type { SteadyState } from '../safety/steady-state.ts';
import { Blocked } from './outcome.ts';
import type { Scenario } from './scenario.ts';
import { gateTimeoutMs, gateWindowMs } from './settling.ts';

/** What stands before every fault: the cluster is whole and the probes are answered, over a window. */
export type Gate = Pick<Scenario, 'step' | 'progress' | 'signal' | 'environment' | 'hypervisor'> & {
  /** What is wrong with the probes at this moment, null when nothing is. */
  probeQuality: () => string | null;
};

/**
 * Waits for the steady state with the probes on. Answers with it when it is reached.
 *
 * @param consequence what is not done when it is not
 * @throws Blocked when it is not reached in time, with every finding
 */
export async function passGate({ step, progress, signal, environment, hypervisor, probeQuality }: Gate, consequence: string): Promise<Extract<SteadyState, { ok: true }>> {
  return step('The cluster is whole and the guests answer (steady-state gate)', async () => {
    const state = await waitForSteadyState({ environment, hypervisor, windowMs: gateWindowMs, timeoutMs: deadlineMs(gateTimeoutMs), signal, progress, probeQuality });
    if (!state.ok) throw new Blocked(`The cluster is not whole, so ${consequence}: ${state.findings.map((finding) => `${finding.title} - ${finding.detail}`).join('; ')}.`);
    return state;
  });
}
