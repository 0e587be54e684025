import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestConfig } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { askBoot, askBootAgain, judgeBoots } from './boots.ts';
import { arrivedLive } from './migration-arrival.ts';
import { recordMigrationFigures } from './migration-figures.ts';
import { probeOf } from './probing.ts';
import type { Move } from './round-trip.ts';
import type { Scenario } from './scenario.ts';

/** Time before and after a move that belongs to its window, ms: RTT before and after, and late replies. */
const marginMs = 1000;
const migrationTimeoutMs = 180_000;

/** One live migration: the guest arrives, it is the same boot, and what its users felt is measured. */
export async function migrate(scenario: Scenario, guest: GuestConfig, { from, to }: Move): Promise<void> {
  const label = `${from} to ${to}`;
  const bootBefore = await askBoot(scenario, guest);
  await sleep(marginMs, undefined, { signal: scenario.signal });
  const start = scenario.now();
  scenario.mark(`migration ${label} begins`);
  const operation = await scenario.hypervisor.liveMigrate(guest.name, to, { signal: scenario.signal, timeoutMs: deadlineMs(migrationTimeoutMs) });
  const outcome = await operation.done;
  const ended = scenario.now();
  scenario.mark(`migration ${label} done`);
  await sleep(marginMs, undefined, { signal: scenario.signal });
  scenario.evidence(`Log of the migration ${label}`, `migration-${from}-${to}.log`, 'text/plain', operation.log().join('\n'));
  const snapshot = await scenario.hypervisor.snapshot('membership', { signal: scenario.signal });
  const places = snapshot.guests.find((candidate) => candidate.name === guest.name)?.runningOn ?? [];
  scenario.expect(`${label}: the guest runs on ${to} alone`, places.length === 1 && places[0] === to, places.join(' and ') || 'it runs nowhere');
  const bootAfter = await askBootAgain(scenario, guest, bootBefore);
  const { expected, words } = judgeBoots(guest, bootBefore, bootAfter);
  if (expected !== null) scenario.expect(`${label}: the same boot goes on`, expected.ok, expected.detail);
  const arrival = arrivedLive(outcome, { before: bootBefore?.boot ?? null, after: bootAfter?.boot ?? null });
  scenario.expect(`${label}: it arrived by live migration`, arrival.ok, words === '' ? arrival.detail : `${arrival.detail}; ${words}`);
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  if (icmp === undefined) scenario.expect(`${label}: what users felt was measured`, null, `${guest.name} has no icmp probe (guests[].probes of the environment file)`);
  else scenario.window(icmp.spec.name, start - marginMs * 1e6, ended + marginMs * 1e6, { fromNode: from, toNode: to });
  // The platform's answer is polled and the command takes its way: the wall time is an upper bound, its own figure the lower.
  scenario.measured('migration-time', { lo: outcome.totalMs ?? 0, hi: (ended - start) / 1e6 }, { source: `command sent to confirmed; ${outcome.source}`, fromNode: from, toNode: to });
  recordMigrationFigures(scenario, outcome);
}
