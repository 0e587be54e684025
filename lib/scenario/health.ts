import { setTimeout as sleep } from 'node:timers/promises';
import { wholeness } from '../safety/invariants.ts';
import type { Finding } from '../safety/invariants.ts';
import type { Scenario } from './scenario.ts';

/** Readings a finding must hold in; and the pause between them, ms. Storage states flap for a second or two. */
const readings = 3;
const pauseMs = 1000;

/** Reads the cluster several times: a finding holds only if it holds in every reading. The readings are kept as evidence. */
export async function clusterFindings(scenario: Scenario): Promise<Finding[]> {
  const found = new Map<string, Finding>();
  for (let reading = 1; reading <= readings; reading += 1) {
    if (reading > 1) await sleep(pauseMs, undefined, { signal: scenario.signal });
    const snapshot = await scenario.hypervisor.snapshot('full', { signal: scenario.signal });
    scenario.evidence(`Reading ${reading} of the whole cluster`, `cluster-${reading}.json`, 'application/json', JSON.stringify(snapshot, null, 2));
    for (const finding of wholeness(snapshot, scenario.environment)) {
      const before = found.get(finding.title);
      if (before === undefined || before.ok === true || (before.ok === null && finding.ok === false)) found.set(finding.title, finding);
    }
  }
  return [...found.values()];
}
