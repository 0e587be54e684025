import type { PlatformName } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Scenario } from './scenario.ts';

/**
 * From the loss of a node to the start of its guests elsewhere at the longest, by the platforms' defaults and without the guests' own boot, ms.
 * Pacemaker: 7 to 8 s on the lab, one node fenced after the other. Proxmox VE: 121 to 181 s to the start command, from the logs of
 * pve-ha-manager (fence delay of 60 s beside a lock that lives for 120 s, and rounds of 10 s; 128 s on a real cluster of 9.1). Hyper-V: a
 * silent node is removed after up to 20 s (SameSubnetDelay x SameSubnetThreshold), and its guests are left alone for 240 s more
 * (ResiliencyDefaultPeriod).
 */
const startedElsewhereMs: Record<PlatformName, number> = { pacemaker: 8000, proxmox: 181_000, hyperv: 260_000 };
/** What a busy cluster takes longer, ms: as much again as Pacemaker needs and half of it; a round of pve-ha-manager is 10 s. */
const busyMs = 12_000;

/**
 * How long what is left without quorum is watched for what it must not do, ms, from when it knows that it has none: one that does not
 * mind would have fenced the others and started their guests by then. Pacemaker's figures are of a lab on this machine, which takes
 * longer when the machine is busy; a cluster that is played lives faster than a real one, and is watched as the lab is.
 */
export function withoutQuorumWatchMs(platform: PlatformName, simulated = false): number {
  const lab = deadlineMs(startedElsewhereMs.pacemaker + busyMs);
  return simulated ? lab : Math.max(lab, startedElsewhereMs[platform] + busyMs);
}

const readTimeoutMs = 60_000;
const seconds = (ms: number): string => (ms / 1000).toFixed(0);

/**
 * What the cluster's own settings let one expect of a recovery, in words for the source of the figure that was measured (ms), with the
 * setting that was waited for; empty for a cluster that does not tell. What it is made of is evidence. It judges nothing.
 *
 * @param role of the node when it was lost; null where it is not known
 */
export async function tellExpectedRecovery(scenario: Pick<Scenario, 'signal' | 'evidence'> & { hypervisor: Pick<Scenario['hypervisor'], 'expectedRecovery'> }, guest: string, loss: 'power' | 'network', measured: { lo: number; hi: number }, role: string | null = null): Promise<string> {
  const expected = (await scenario.hypervisor.expectedRecovery?.(guest, loss, { signal: scenario.signal, timeoutMs: readTimeoutMs, role }).catch(() => null)) ?? null;
  if (expected === null) return '';
  const { loMs, hiMs, terms, longestWait } = expected;
  const wait = longestWait !== null && measured.hi >= longestWait.ms ? `; most of it is ${longestWait.words}` : '';
  const words = `; ${seconds(loMs)} to ${seconds(hiMs)} s and its own start are expected by the settings of the cluster${wait}`;
  scenario.evidence('What the settings of the cluster let one expect', 'expected-recovery.txt', 'text/plain', `Recovery of ${guest}: ${(measured.lo / 1000).toFixed(1)} to ${(measured.hi / 1000).toFixed(1)} s${words}\n${terms.join('\n')}\n`);
  return words;
}
