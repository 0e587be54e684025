import type { GuestConfig } from '../environment/environment.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { Transition } from '../record/types.ts';
import { probeOf } from './probing.ts';
import type { Scenario } from './scenario.ts';

/** Kinds of probes that prove service, in the order of preference. */
const serviceKinds = ['http', 'dns', 'tcp'] as const;

/** The probe that proves a guest's service; null when it has none. */
export function serviceProbe(scenario: Pick<Scenario, 'probes'>, guest: GuestConfig): RunningProbe | null {
  for (const kind of serviceKinds) {
    const probe = probeOf(scenario.probes, guest.name, kind);
    if (probe !== undefined) return probe;
  }
  return null;
}

/** When a probe that was sent at or after `sinceNs` was answered first, ns since the anchor; null when it was not until the signal aborted. */
export async function firstAnswer(scenario: Pick<Scenario, 'sinceAnchor'>, probe: RunningProbe, sinceNs: number, signal: AbortSignal): Promise<Transition | null> {
  try {
    const { sentNs, receivedNs } = await probe.answered(sinceNs, signal);
    return { lastBefore: scenario.sinceAnchor(sentNs - probe.spec.periodMs * 1e6), firstAfter: scenario.sinceAnchor(receivedNs) };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/**
 * When a guest was answered first from the place where it was seen to run (`running`: between which moments it came to run there, ns of
 * CLOCK_MONOTONIC), ns since the anchor. It is looked for only after that reading, as what answers before may be the instance that is to
 * be replaced. Where the first probe after it is answered, the guest may have answered ever since it came.
 */
export async function firstAnswerFrom(scenario: Pick<Scenario, 'sinceAnchor'>, probe: RunningProbe, running: Transition, signal: AbortSignal): Promise<Transition | null> {
  const answer = await firstAnswer(scenario, probe, running.firstAfter, signal);
  if (answer === null) return null;
  const wasFirst = answer.lastBefore - probe.spec.periodMs * 1e6 <= scenario.sinceAnchor(running.firstAfter);
  return wasFirst ? { ...answer, lastBefore: Math.min(answer.lastBefore, scenario.sinceAnchor(running.lastBefore)) } : answer;
}
