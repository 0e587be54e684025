import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestConfig } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer, serviceProbe } from './answers-again.ts';
import { Blocked } from './outcome.ts';
import { probeOf } from './probing.ts';
import type { Move } from './round-trip.ts';
import type { Scenario } from './scenario.ts';
import { judgeSilence } from './silence.ts';

/** Time before and after a move that belongs to its window, ms. */
const marginMs = 1000;
/** A container may take its whole time to shut down (180 s by default) before it is moved. */
const moveTimeoutMs = 420_000;
/** How long it may take to serve again when the platform calls it started, ms. */
const serviceTimeoutMs = 120_000;
const readingTimeoutMs = 15_000;

async function bootOf(scenario: Scenario, guest: GuestConfig): Promise<string | null> {
  return (await scenario.integrity.get(guest.name)?.next(scenario.now(), deadlineMs(readingTimeoutMs), scenario.signal))?.boot ?? null;
}

/**
 * One move of a container: it is stopped here and started there, serves again, and how long it did not is measured.
 *
 * @param answerMs how long it may take to be answered again, ms
 */
export async function moveContainer(scenario: Scenario, guest: GuestConfig, { from, to }: Move, answerMs = deadlineMs(serviceTimeoutMs)): Promise<void> {
  const { hypervisor, signal } = scenario;
  if (hypervisor.migrateContainer === undefined) throw new Blocked('The platform says that it moves containers, and this version cannot ask it to.');
  const label = `${from} to ${to}`;
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const bootBefore = await bootOf(scenario, guest);
  await sleep(marginMs, undefined, { signal });
  const start = scenario.now();
  scenario.mark(`move ${label} begins`);
  const operation = await hypervisor.migrateContainer(guest.name, to, { signal, timeoutMs: deadlineMs(moveTimeoutMs) });
  const outcome = await operation.done;
  const ended = scenario.now();
  scenario.mark(`move ${label} done`);
  scenario.evidence(`Log of the move ${label}`, `move-${from}-${to}.log`, 'text/plain', operation.log().join('\n'));
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  const service = serviceProbe(scenario, guest);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  for (const probe of [icmp, service ?? undefined]) {
    if (probe === undefined) continue;
    const answer = await firstAnswer(scenario, probe, ended + anchorNs, patience);
    const silence = judgeSilence(probe, ended + anchorNs, Number(process.hrtime.bigint()));
    scenario.expect(`${label}: ${probe.spec.kind} is answered again`, answer !== null ? true : signal.aborted ? null : silence.ok, answer === null ? silence.detail : 'answers');
  }
  await sleep(marginMs, undefined, { signal });
  const end = scenario.now();
  const snapshot = await hypervisor.snapshot('membership', { signal });
  const places = snapshot.guests.find(({ name }) => name === guest.name)?.runningOn ?? [];
  scenario.expect(`${label}: the container runs on ${to} alone`, places.length === 1 && places[0] === to, places.join(' and ') || 'it runs nowhere');
  if (guest.integrity !== undefined) {
    const bootAfter = await bootOf(scenario, guest);
    const known = bootBefore !== null && bootAfter !== null;
    scenario.expect(`${label}: it is another boot`, known ? bootBefore !== bootAfter : null, known ? `boot id ${bootBefore} before, ${bootAfter} after` : 'the boot id could not be read before and after');
  }
  const measured = { fromNode: from, toNode: to };
  if (icmp === undefined) scenario.expect(`${label}: what users felt was measured`, null, `${guest.name} has no icmp probe (guests[].probes of the environment file)`);
  else scenario.window(icmp.spec.name, start - marginMs * 1e6, end, measured);
  if (service !== null) scenario.window(service.spec.name, start - marginMs * 1e6, end, { measures: 'service-gap', ...measured });
  scenario.measured('migration-time', { lo: outcome.totalMs ?? 0, hi: Math.max(outcome.totalMs ?? 0, (ended - start) / 1e6) }, { source: `command sent to confirmed; ${outcome.source}`, ...measured });
}
